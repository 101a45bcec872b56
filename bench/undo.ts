/** What is to be undone, the last first; also in the middle of a start or a measurement, which fails then. */
export class Undo {
  private readonly steps: (() => unknown)[] = [];
  private ended: Promise<void> | undefined;

  /** Undoes at once what is added after the end. */
  async add(step: () => unknown): Promise<void> {
    if (!this.ended) {
      this.steps.push(step);
      return;
    }
    await step();
    throw new Error('Stopped while starting.');
  }

  all(): Promise<void> {
    this.ended ??= this.run();
    return this.ended;
  }

  private async run() {
    for (let step = this.steps.pop(); step; step = this.steps.pop()) await step();
  }
}
