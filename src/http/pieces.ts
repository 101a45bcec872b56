import type { Readable } from 'node:stream';
import { FailureError } from './failure.js';

/** A sender must send at least this much within the time. */
const PIECE_BYTES = 1024;

/**
 * A body, piece by piece as it arrives. Fails with `body_late` when the sender is too slow, since an import holds places
 * that others want. Leaves the stream undestroyed when reading stops, since that would end the connection and the answer.
 */
export async function* piecesOf(body: Readable, pieceMs: number): AsyncGenerator<Buffer, void> {
  const chunks = body.iterator({ destroyOnReturn: false });
  let patience = pieceMs;
  let bytes = 0;
  try {
    for (;;) {
      const begin = performance.now();
      const next = await inTime(chunks.next(), patience);
      if (next.done) return;
      bytes += next.value.length;
      patience -= performance.now() - begin;
      yield next.value;
      if (bytes < PIECE_BYTES) continue;
      [bytes, patience] = [0, pieceMs];
    }
  } finally {
    // Discards the rest of the body, so that the next request on the connection need not wait for it.
    Promise.resolve(chunks.return?.()).then(
      () => body.resume(),
      () => {},
    );
  }
}

async function inTime<T>(chunk: Promise<T>, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new FailureError({ kind: 'body_late' })), patienceMs);
  });
  const broken = chunk.catch(() => {
    throw new FailureError({ kind: 'malformed_request', detail: 'The body did not come to its end.' });
  });
  return Promise.race([broken, late]).finally(() => clearTimeout(timer));
}
