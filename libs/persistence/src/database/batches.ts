import { AsyncResource } from 'node:async_hooks';
import { StoreUnavailable } from './store-error.js';

/** A waiting time that, together with the statement's own, stays below the limit of any write (client-cache.ts). */
const PATIENCE_MS = 3000;

interface Waiting<Asked, Answer> {
  readonly asked: Asked;
  readonly since: number;
  readonly resolve: (answer: Answer | PromiseLike<Answer>) => void;
  /** The context in which the statement is sent: the trace of the first request in a batch. The others need none. */
  readonly trace?: AsyncResource;
}

/**
 * Does work in batches. Each line has one batch under way; the next batch takes what has gathered meanwhile. So a
 * higher load costs less for each piece of work, and a line does not take all connections. Sixteen writes of one domain
 * take PostgreSQL a fifth to a quarter of the time that they take one by one (decision 35). A request that has waited too
 * long is refused for now (503).
 */
export class Batches<Asked, Answer> {
  /** The waiting requests by line. A line has a list while one of its batches is under way. */
  private readonly lines = new Map<string, Waiting<Asked, Answer>[]>();

  /** `send` does everything that is asked in one step. It returns one answer for each, in the same order. */
  constructor(
    private readonly send: (asked: readonly Asked[]) => readonly Promise<Answer>[],
    private readonly most: number,
  ) {}

  ask(line: string, asked: Asked): Promise<Answer> {
    return new Promise((resolve) => {
      const since = performance.now();
      const waiting = this.lines.get(line);
      if (waiting) {
        const isFirst = waiting.length % this.most === 0;
        const trace = isFirst ? new AsyncResource('Batch', { requireManualDestroy: true }) : undefined;
        waiting.push({ asked, since, resolve, trace });
        return;
      }
      this.lines.set(line, [{ asked, since, resolve }]);
      // The requests that arrived together with this one are read first.
      setImmediate(() => this.next(line));
    });
  }

  private next(line: string): void {
    const taken = this.lines.get(line)!.splice(0, this.most);
    const [first] = taken;
    if (!first) return void this.lines.delete(line);
    const earliest = performance.now() - PATIENCE_MS;
    const batch = taken.filter(({ since }) => since >= earliest);
    for (const { since, resolve } of taken) if (since < earliest) resolve(Promise.reject(tooLate()));
    // Goes on in another turn of the event loop: refusing all of them in one turn would block it.
    if (batch.length === 0) return void setImmediate(() => this.next(line));
    const send = () => this.send(batch.map(({ asked }) => asked));
    const answers = first.trace ? first.trace.runInAsyncScope(send) : send();
    for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
    void Promise.allSettled(answers).then(() => this.next(line));
  }
}

function tooLate(): StoreUnavailable {
  return new StoreUnavailable(new Error('those that came before took too long'));
}
