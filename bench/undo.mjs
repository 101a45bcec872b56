/** What is to be undone, the last first; also in the middle of a start or a measurement, which fails then. */
export class Undo {
  steps = [];

  /** Undoes at once what is added after the end. */
  async add(step) {
    if (!this.ended) {
      this.steps.push(step);
      return;
    }
    await step();
    throw new Error('Stopped while starting.');
  }

  all() {
    this.ended ??= this.run();
    return this.ended;
  }

  async run() {
    for (let step = this.steps.pop(); step; step = this.steps.pop()) await step();
  }
}
