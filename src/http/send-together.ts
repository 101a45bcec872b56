import type { FastifyInstance, FastifyReply } from 'fastify';

/** The first does not wait for more than this many others. */
const MOST = 32;

/**
 * Answers that are ready in the same turn of the event loop are sent one right after the other, at its end, so that
 * whoever receives several is woken once (decision 21).
 */
export function sendTogether(fastify: FastifyInstance): void {
  let ready: (() => void)[] = [];
  const sendAll = () => {
    const answers = ready;
    ready = [];
    for (const send of answers) send();
  };
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // A stream sends when it likes; what has no body is rare.
    if (typeof payload !== 'string') return done(null, payload);
    ready.push(() => sendOrCut(reply, () => done(null, payload)));
    if (ready.length === 1) setImmediate(sendAll);
    else if (ready.length === MOST) sendAll();
  });
}

/** Nobody is left here whom an error could reach, and the others have to be sent. */
function sendOrCut(reply: FastifyReply, send: () => void): void {
  try {
    send();
  } catch (err) {
    reply.log.error({ err }, 'an answer could not be sent');
    reply.raw.destroy();
  }
}
