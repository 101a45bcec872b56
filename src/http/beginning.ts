import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Who sends more requests than this, or more characters in their headers, without waiting for an answer is cut off. */
const MOST_WAITING = 100;
const MOST_CHARACTERS = 64 * 1024;
/** The first does not wait for more than this many others. */
const MOST = 32;

interface Waiting {
  readonly characters: number;
  readonly begin: () => void;
}

/** The requests of one connection. */
interface Line {
  isBusy: boolean;
  readonly waiting: Waiting[];
  /** Of all that wait. */
  characters: number;
}

/**
 * Begins a request of a connection when the answer to the one before it has left. Node would begin all that come together
 * (pipelining, RFC 9112 §9.3.2), and hold every answer until those before it are read.
 */
export function beginOneByOne(fastify: FastifyInstance): void {
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
    // Nobody would see an answer behind one that closes the connection: nothing begins there any more (RFC 9112 §9.6).
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
 * A step of requests that several reach in the same turn of the event loop: all take it one right after the other, at
 * its end, since the processor has then just run what the next one needs (decision 21).
 */
export class Gathering {
  private steps: (() => void)[] = [];

  /** `step` must not throw. */
  add(step: () => void): void {
    this.steps.push(step);
    if (this.steps.length === 1) setImmediate(() => this.takeAll());
    else if (this.steps.length === MOST) this.takeAll();
  }

  private takeAll(): void {
    const { steps } = this;
    this.steps = [];
    for (const take of steps) take();
  }
}

/** Requests that come in the same turn begin together; one whose connection is lost by then is not begun. */
export function beginTogether(fastify: FastifyInstance): void {
  const requests = new Gathering();
  fastify.addHook('onRequest', ({ raw: { socket } }, _reply, done) => {
    requests.add(() => {
      if (!socket.destroyed) done();
    });
  });
}
