import type { SiblingMessage, Siblings } from '#persistence';
import type { ToPrimary, ToWorker } from './ipc.js';

/** A sibling that is blocked for longer than this no longer trusts what it remembers (change-watch.ts), so nobody need wait. */
const PATIENCE_MS = 900;

/** The other workers of this instance, spoken to through the primary process. */
export class WorkerSiblings implements Siblings {
  private nextId = 0;
  private readonly waiting = new Map<number, () => void>();
  private listener: (message: SiblingMessage) => void = () => {};

  constructor() {
    process.on('message', (message: ToWorker) => {
      if (message.type === 'heard') this.waiting.get(message.id)?.();
      if (message.type === 'hear') {
        this.listener(message.message);
        send({ type: 'heard', id: message.id });
      }
    });
  }

  tell(message: SiblingMessage): Promise<void> {
    this.nextId += 1;
    const id = this.nextId;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(late);
        this.waiting.delete(id);
        resolve();
      };
      const late = setTimeout(done, PATIENCE_MS);
      this.waiting.set(id, done);
      send({ type: 'tell', id, message });
    });
  }

  listen(listener: (message: SiblingMessage) => void): void {
    this.listener = listener;
  }
}

/** When the primary is gone, this worker is about to end, too. */
function send(message: ToPrimary): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
