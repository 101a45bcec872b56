import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';

/**
 * An answer that is written piece by piece. The first piece is awaited, so that an unavailable store still gives a 503. If
 * a later piece fails, the connection is cut. A HEAD reads only the first, since Fastify would read and discard them all.
 */
export async function streamed({ method }: FastifyRequest, pieces: AsyncGenerator<string, void>): Promise<Readable> {
  const first = await pieces.next();
  if (method === 'HEAD') await pieces.return();
  async function* text(): AsyncGenerator<string> {
    for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value;
  }
  const answer = Readable.from(text(), { objectMode: false });
  // Needed if the caller leaves before anything is sent: `text` has not begun then, and would not return `pieces`.
  answer.once('close', () => void pieces.return());
  return answer;
}
