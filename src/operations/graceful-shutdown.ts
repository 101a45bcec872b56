import type { Server, ServerResponse } from 'node:http';
import net, { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

const SWEEP_MS = 50;

/**
 * Stops the server without failing anybody. It accepts no new connections, and a proxy can then send the request to another
 * instance. A request may already be on its way over an open connection, so an open connection ends with its next answer
 * (`Connection: close`). If no request comes, it is closed only after the other end has had time to notice.
 */
@Injectable()
export class GracefulShutdown implements BeforeApplicationShutdown {
  /** How long connections may stay idle after the shutdown has begun. */
  lingerMs = 0;
  private server: Server | undefined;
  private readonly connections = new Set<Socket>();
  private hasBegun = false;
  private end: (() => void) | undefined;

  get isUnderWay(): boolean {
    return this.hasBegun;
  }

  /** Call it before the server listens. */
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

  /** Settles when all connections have ended. Endless answers have been ended before, in `onModuleDestroy`. */
  async beforeApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.hasBegun = true;
    // Every request from now on gets `Connection: close`, which Node adds to the answer.
    server.prependListener('request', (_request, response) => {
      response.shouldKeepAlive = false;
    });
    const ended = new Promise<void>((resolve) => {
      this.end = resolve;
    });
    // Not http.Server's own close: it would close idle connections at once.
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

/** The request that is being answered on this connection came before the shutdown began. */
function closeAfterAnswer(connection: Socket): void {
  const { _httpMessage: response } = connection as Socket & { _httpMessage?: ServerResponse };
  if (response) response.shouldKeepAlive = false;
}
