import type { Server, ServerResponse } from 'node:http';
import net, { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

const SWEEP_MS = 50;

/**
 * How the server stops without failing anybody. Nobody new is let in, which a proxy can answer by asking elsewhere. But a
 * connection that stands may have a request on its way: it ends with its next answer (`Connection: close`), and one on
 * which none comes is closed only when whoever holds it had time to notice.
 */
@Injectable()
export class Departure implements BeforeApplicationShutdown {
  /** How long connections may stay idle once it has begun. */
  lingerMs = 0;
  private server: Server | undefined;
  private readonly connections = new Set<Socket>();
  private hasBegun = false;
  private end: (() => void) | undefined;

  get isUnderWay(): boolean {
    return this.hasBegun;
  }

  /** To be called before the server listens. */
  attend(server: Server): void {
    this.server = server;
    server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.once('close', () => {
        this.connections.delete(socket);
        if (this.connections.size === 0) this.end?.();
      });
    });
  }

  /** Settles when all connections have ended. What answers without end has been ended before (`onModuleDestroy`). */
  async beforeApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.hasBegun = true;
    // Whatever comes from now on: Node then says so in the answer.
    server.prependListener('request', (_request, response) => {
      response.shouldKeepAlive = false;
    });
    const ended = new Promise<void>((resolve) => {
      this.end = resolve;
    });
    // That of http.Server would close idle connections at once.
    net.Server.prototype.close.call(server);
    for (const connection of this.connections) closeAfterAnswer(connection);
    if (this.connections.size === 0) return;
    await Promise.race([ended, sleep(this.lingerMs)]);
    server.closeIdleConnections();
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    if (this.connections.size > 0) await ended;
    clearInterval(sweep);
  }
}

/** What is being answered on it was asked before the departure began. */
function closeAfterAnswer(connection: Socket): void {
  const { _httpMessage: response } = connection as Socket & { _httpMessage?: ServerResponse };
  if (response) response.shouldKeepAlive = false;
}
