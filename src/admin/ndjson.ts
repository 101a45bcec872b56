import { FailureError } from '../http/index.js';

/** The largest client takes about 100 KB, so everything that is exported can be imported. */
export const MAX_LINE_BYTES = 128 * 1024;
export const MAX_BYTES = 512 * 1024 * 1024;
/** How many lines are handled together. */
const BATCH_LINES = 200;
const BATCH_BYTES = 512 * 1024;
/** The smallest piece that is sent while there is more to send. */
const PIECE_CHARACTERS = 64 * 1024;
const NEWLINE = 0x0a;

export interface RawLine {
  readonly number: number;
  /** undefined = the line is too long. */
  readonly bytes: Buffer | undefined;
}

/**
 * The lines of a body that are not empty, in batches, as they arrive. Fails with `body_too_large`, or with the error of the
 * body. Does not use split2: that returns text, but each line must be checked for UTF-8; and if a line is too long it fails
 * or skips the line, but the line must be reported with its number.
 */
export async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<readonly RawLine[], void> {
  let number = 0;
  let total = 0;
  /** The pieces of the line that is not complete yet. */
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

/** Each object as a line, in pieces. If the reader is slow, at most one piece waits for it. */
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
