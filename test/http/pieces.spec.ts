import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { piecesOf } from '../../src/http/pieces.js';

const PIECE_MS = 400;

/** A body, what was read of it so far, and how reading ended. */
function reading(work: () => Promise<unknown> = async () => {}) {
  const body = new PassThrough();
  const read = { bytes: 0 };
  const ended = (async () => {
    for await (const piece of piecesOf(body, PIECE_MS)) {
      read.bytes += piece.length;
      await work();
    }
    return 'complete';
  })().catch(({ failure }) => failure.kind);
  return { body, read, ended };
}

describe('a body that is read as it comes in', () => {
  it('is read to its end while it comes', async () => {
    const { body, read, ended } = reading();
    for (let n = 0; n < 6; n += 1) {
      body.write(Buffer.alloc(2000));
      await sleep(PIECE_MS / 3);
    }
    body.end();
    expect(await ended).toBe('complete');
    expect(read.bytes).toBe(12_000);
  });

  it('is late when nothing comes', async () => {
    const { body, ended } = reading();
    body.write(Buffer.alloc(2000));
    expect(await ended).toBe('body_late');
    // So that an answer can still be sent.
    expect(body.destroyed).toBe(false);
  });

  it('is late when it comes byte by byte', async () => {
    const { body, read, ended } = reading();
    const drip = setInterval(() => body.write('x'), PIECE_MS / 10);
    expect(await ended).toBe('body_late');
    clearInterval(drip);
    expect(read.bytes).toBeLessThan(1024);
  });

  it('is not late because of what is done with it', async () => {
    const { body, ended } = reading(() => sleep(2 * PIECE_MS));
    body.write('x');
    await sleep(PIECE_MS / 2);
    body.end('y');
    expect(await ended).toBe('complete');
  });

  it('that breaks off did not come to its end', async () => {
    const { body, ended } = reading();
    body.destroy(new Error('aborted'));
    expect(await ended).toBe('malformed_request');
  });
});
