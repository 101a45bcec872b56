import type { FastifyInstance } from 'fastify';

/** The first does not wait for more than this many others. */
const MOST = 32;

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
