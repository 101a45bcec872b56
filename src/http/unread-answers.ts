import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Node's own handle of a socket. Only it tells how much it was given, and how much of that the system has not taken. */
interface Handle {
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
}

/** How much has left this process, and since when that has not grown. */
interface Wait {
  readonly taken: number;
  readonly since: number;
}

/**
 * Cuts off callers who read nothing of the answer that waits for them, since a waiting answer of any kind takes memory.
 * Node's own time-outs would do so only after up to twice their time, or never while heartbeats are added.
 */
export class UnreadAnswers {
  private readonly waits = new Map<Socket, Wait | undefined>();

  constructor(private readonly unreadMs: number) {}

  /** Call it before the server listens. */
  attend(server: Server, checkMs: number): void {
    server.on('connection', (socket) => {
      this.waits.set(socket, undefined);
      socket.once('close', () => this.waits.delete(socket));
    });
    const timer = setInterval(() => this.look(performance.now()), checkMs).unref();
    server.once('close', () => clearInterval(timer));
  }

  /** Checks all connections once. `now` is in milliseconds. */
  look(now: number): void {
    for (const [socket, wait] of this.waits) {
      if (socket.writableLength === 0) {
        if (wait) this.waits.set(socket, undefined);
        continue;
      }
      const taken = takenOf(socket);
      if (wait?.taken !== taken) this.waits.set(socket, { taken, since: now });
      else if (now - wait.since >= this.unreadMs) socket.destroy();
    }
  }
}

/** How much the system has taken. Node's streams do not tell: a large answer is one write, reported when all is gone. */
function takenOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: Handle | null };
  return handle ? handle.bytesWritten - handle.writeQueueSize : 0;
}
