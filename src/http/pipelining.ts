import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Who sends more requests than this without waiting for an answer is cut off. */
const MOST_WAITING = 100;

/** The requests of one connection. */
interface Line {
  isBusy: boolean;
  readonly waiting: (() => void)[];
}

/**
 * Begins a request of a connection when the answer to the one before it has left. Node would begin all that come together
 * (pipelining, RFC 9112 §9.3.2), and hold every answer until those before it are read.
 */
export function beginOneByOne(fastify: FastifyInstance): void {
  const lines = new WeakMap<Socket, Line>();
  fastify.addHook('onRequest', ({ raw: { socket } }, _reply, done) => {
    const line = lines.get(socket) ?? { isBusy: false, waiting: [] };
    if (line.isBusy && line.waiting.length === MOST_WAITING) return void socket.destroy();
    if (line.isBusy) return void line.waiting.push(done);
    line.isBusy = true;
    lines.set(socket, line);
    done();
  });
  fastify.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    const line = lines.get(socket);
    // Nobody would see an answer behind one that closes the connection: nothing begins there any more (RFC 9112 §9.6).
    if (line && socket.writable) {
      const next = line.waiting.shift();
      if (next) next();
      else line.isBusy = false;
    }
    done();
  });
}
