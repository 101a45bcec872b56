import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A connection with more requests waiting than this, or more characters in their headers, is closed. */
const MOST_WAITING = 100;
const MOST_CHARACTERS = 64 * 1024;
/** A batch of this many steps does not wait for the end of the tick. */
const MAX_BATCH = 32;

interface Waiting {
  readonly characters: number;
  readonly begin: () => void;
}

/** The requests of one connection. */
interface Line {
  isBusy: boolean;
  readonly waiting: Waiting[];
  /** In the headers of all requests that wait. */
  characters: number;
}

/**
 * Begins a pipelined request (RFC 9112 §9.3.2) after the answer to the previous request of its connection has been sent.
 * Node would begin all of them at once, and hold each answer until the answers before it are read.
 */
export function queuePipelined(fastify: FastifyInstance): void {
  const lines = new WeakMap<Socket, Line>();
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    const { socket } = raw;
    const line = lines.get(socket) ?? { isBusy: false, waiting: [], characters: 0 };
    if (line.isBusy) {
      const characters = charactersOf(raw);
      line.waiting.push({ characters, begin: done });
      line.characters += characters;
      if (line.waiting.length > MOST_WAITING || line.characters > MOST_CHARACTERS) socket.destroy();
      return;
    }
    line.isBusy = true;
    lines.set(socket, line);
    done();
  });
  fastify.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    const line = lines.get(socket);
    // Nobody sees an answer that comes after the one that closes the connection, so no further request begins (RFC 9112 §9.6).
    if (line && socket.writable) {
      const next = line.waiting.shift();
      if (next) {
        line.characters -= next.characters;
        next.begin();
      } else line.isBusy = false;
    }
    done();
  });
}

function charactersOf({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((characters, text) => characters + text.length, url.length);
}

/**
 * Batches a step that several requests reach in the same turn of the event loop. All steps run one right after the other
 * at the end of the turn, because the processor’s caches then hold the code that the next one needs (decision 21).
 */
export class TickBatch {
  private steps: (() => void)[] = [];

  /** `step` must not throw. */
  add(step: () => void): void {
    this.steps.push(step);
    if (this.steps.length === 1) setImmediate(() => this.takeAll());
    else if (this.steps.length === MAX_BATCH) this.takeAll();
  }

  private takeAll(): void {
    const { steps } = this;
    this.steps = [];
    for (const take of steps) take();
  }
}

/** Begins requests that come in the same turn together. A request whose connection has been lost by then does not begin. */
export function batchRequests(fastify: FastifyInstance): void {
  const requests = new TickBatch();
  fastify.addHook('onRequest', ({ raw: { socket } }, _reply, done) => {
    requests.add(() => {
      if (!socket.destroyed) done();
    });
  });
}
