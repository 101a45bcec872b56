import cluster from 'node:cluster';
import type { OtherWorkers, WorkerNotice } from '#persistence';
import type { WorkerMetrics } from '../operations/index.js';
import type { ToPrimary, ToWorker, WorkerMessage } from './ipc.js';

/** A worker that is blocked for longer than this no longer uses its cache (log-watch.ts), so others need not wait for it. */
const PATIENCE_MS = 900;

/** The other workers of this instance, reached through the primary process. */
export class ClusterWorkers implements OtherWorkers, WorkerMetrics {
  readonly id = cluster.worker?.id;
  private nextId = 0;
  private readonly waiting = new Map<number, (answers: readonly unknown[]) => void>();
  private listener: (message: WorkerNotice) => void = () => {};
  private measure: () => Promise<unknown> = async () => undefined;

  constructor() {
    process.on('message', (message: ToWorker) => {
      if (message.type === 'heard') this.waiting.get(message.id)?.(message.answers);
      if (message.type === 'hear') this.hear(message.id, message.message);
    });
  }

  async tell(message: WorkerNotice): Promise<void> {
    await this.ask(message);
  }

  listen(listener: (message: WorkerNotice) => void): void {
    this.listener = listener;
  }

  async measurements(): Promise<unknown[]> {
    return [...(await this.ask({ kind: 'measure' }))];
  }

  measureWith(measure: () => Promise<unknown>): void {
    this.measure = measure;
  }

  /** The answers of the others; none if one of them takes too long. Measurements are different (relay.ts). */
  private ask(message: WorkerMessage): Promise<readonly unknown[]> {
    this.nextId += 1;
    const id = this.nextId;
    return new Promise((resolve) => {
      const done = (answers: readonly unknown[]) => {
        clearTimeout(late);
        this.waiting.delete(id);
        resolve(answers);
      };
      const late = setTimeout(() => done([]), PATIENCE_MS);
      this.waiting.set(id, done);
      send({ type: 'tell', id, message });
    });
  }

  private hear(id: number, message: WorkerMessage): void {
    if (message.kind === 'measure') {
      const answered = (answer?: unknown) => send({ type: 'heard', id, answer });
      // A worker that cannot measure is left out. Without this handler, the error would end the worker.
      this.measure().then(answered, () => answered());
      return;
    }
    this.listener(message);
    send({ type: 'heard', id });
  }
}

/** Ignores errors: if the primary process has ended, this worker is about to end, too. */
function send(message: ToPrimary): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
