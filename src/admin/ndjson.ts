import { FailureError } from '../http/index.js';

/** The largest client takes about 100 KB, so everything that is exported can be imported. */
export const MAX_LINE_BYTES = 128 * 1024;
const MAX_BYTES = 512 * 1024 * 1024;
/** How much is handled at once. */
const BATCH_LINES = 200;
const BATCH_BYTES = 512 * 1024;
/** The least that is sent in one piece, while there is more to send. */
const PIECE_CHARACTERS = 64 * 1024;
const NEWLINE = 0x0a;

export interface RawLine {
  readonly number: number;
  /** undefined = it is too long. */
  readonly bytes: Buffer | undefined;
}

/**
 * The lines of a body that are not empty, in batches, as they arrive. Fails with `body_too_large`, or as the body does. Not
 * by split2: it returns text, but each line must be checked for UTF-8; and it fails or says nothing if a line is too long,
 * but that line must be reported with its number.
 */
export async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<readonly RawLine[], void> {
  let number = 0;
  let total = 0;
  /** The pieces of the line that has begun. */
  let parts: Buffer[] = [];
  let length = 0;
  let batch: RawLine[] = [];
  let batchBytes = 0;
  const take = (part: Buffer) => {
    length += part.length;
    if (length <= MAX_LINE_BYTES) parts.push(part);
  };
  const endLine = () => {
    number += 1;
    const bytes = length > MAX_LINE_BYTES ? undefined : Buffer.concat(parts);
    if (!bytes || bytes.some((byte) => byte > 0x20)) batch.push({ number, bytes });
    batchBytes += bytes?.length ?? 0;
    [parts, length] = [[], 0];
  };
  for await (const chunk of body) {
    total += chunk.length;
    if (total > MAX_BYTES) throw new FailureError({ kind: 'body_too_large', limit: '512 MiB' });
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      endLine();
      if (batch.length < BATCH_LINES && batchBytes < BATCH_BYTES) continue;
      yield batch;
      [batch, batchBytes] = [[], 0];
    }
    take(chunk.subarray(start));
  }
  if (length > 0) endLine();
  if (batch.length > 0) yield batch;
}

/** Each object as a line, in pieces. For a slow reader, at most one piece is kept waiting. */
export async function* ndjsonOf(batches: AsyncIterable<readonly object[]>): AsyncGenerator<string, void> {
  for await (const batch of batches) {
    let piece = '';
    for (const each of batch) {
      piece += `${JSON.stringify(each)}\n`;
      if (piece.length < PIECE_CHARACTERS) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  }
}
