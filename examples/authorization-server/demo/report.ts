import { setTimeout as sleep } from 'node:timers/promises';

const EFFECT_MS = 1000;
const PAUSE_MS = 20;

/** Tells what is done, and how long it took; ends with how many of the steps went well. */
export class Report {
  #passed = 0;
  #failed = 0;
  #notCovered: string[] = [];

  heading(text: string): void {
    console.log(`\n${text}`);
  }

  /** Said at once, and again above the last line. */
  notCovered(text: string): void {
    this.#notCovered.push(`NOT COVERED: ${text}`);
    console.log(`    NOT COVERED: ${text}`);
  }

  fail(details: string): void {
    this.#failed += 1;
    console.error(`\n${details}`);
  }

  /** A step goes well unless `action` throws; then nothing after it makes sense. */
  async step<Result>(text: string, action: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    return this.#tell(text, async () => {
      const result = await action();
      return { result, took: `${Math.round(performance.now() - began)} ms` };
    });
  }

  /** A change that has to be seen within a second: by `isSeen`, asked again and again. */
  async effect(text: string, change: () => Promise<unknown>, isSeen: () => Promise<boolean>): Promise<void> {
    await this.#tell(text, async () => {
      await change();
      const changed = performance.now();
      for (;;) {
        const asked = performance.now();
        if (await isSeen()) return { result: undefined, took: `after ${Math.round(performance.now() - changed)} ms` };
        if (asked - changed > EFFECT_MS) throw new Error(`It has no effect after ${EFFECT_MS} ms.`);
        await sleep(PAUSE_MS);
      }
    });
  }

  /** Prints the last line; true = all went well. */
  close(): boolean {
    for (const line of this.#notCovered) console.log(`\n${line}`);
    console.log(`\n${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0;
  }

  async #tell<Result>(text: string, action: () => Promise<{ result: Result; took: string }>): Promise<Result> {
    try {
      const { result, took } = await action();
      this.#passed += 1;
      console.log(`  ✓ ${text.padEnd(84)} ${took.padStart(12)}`);
      return result;
    } catch (error) {
      console.log(`  ✗ ${text}`);
      throw error;
    }
  }
}
