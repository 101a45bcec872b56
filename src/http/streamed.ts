import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';

/**
 * An answer that is written piece by piece. The first is awaited, so that a store that is away is still a 503; when a
 * later one fails, the connection is cut. For a HEAD there is no other: Fastify would read all of them for nobody.
 */
export async function streamed({ method }: FastifyRequest, pieces: AsyncGenerator<string, void>): Promise<Readable> {
  const first = await pieces.next();
  if (method === 'HEAD') await pieces.return();
  async function* text(): AsyncGenerator<string> {
    for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value;
  }
  const answer = Readable.from(text(), { objectMode: false });
  // Also when the caller is gone before anything was sent, and `text` has not begun.
  answer.once('close', () => void pieces.return());
  return answer;
}
