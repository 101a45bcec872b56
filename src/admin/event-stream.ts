import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenOver } from '../http/index.js';

interface StreamTimes {
  /** How often it is asked whether the reader is still admitted: revoked within a second, seen in 0.8 (fresh-cache.ts). */
  readonly checkMs: number;
  /** Whoever takes nothing for this long is cut off, and may resume. */
  readonly stallMs: number;
}

const STREAM_TIMES: StreamTimes = { checkMs: 150, stallMs: 30_000 };

interface StreamOptions {
  /** Aborted when the connection is closed; aborting it ends the stream. */
  readonly stream: AbortController;
  /** Rejects while that cannot be known. */
  readonly isStillAdmitted: () => Promise<boolean>;
  readonly times?: StreamTimes;
}

/**
 * What is to be sent over a connection, at the pace of its reader. It ends when the reader is no longer admitted, and
 * while nobody can tell, nothing is sent.
 */
export function eventStream(
  chunks: AsyncIterable<string>,
  connection: ServerResponse,
  { stream, isStillAdmitted, times = STREAM_TIMES }: StreamOptions,
): Readable {
  let waitingSince: number | undefined;
  let isChecking = false;

  async function* guarded(): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      while (!(await mayBeSent())) if (stream.signal.aborted) return;
      waitingSince = performance.now();
      yield chunk;
      waitingSince = undefined;
    }
  }
  /** False = not now. */
  const mayBeSent = async () => {
    try {
      if (await isStillAdmitted()) return true;
      stream.abort();
    } catch {
      await sleep(times.checkMs);
    }
    return false;
  };
  /** An answer that has ended leaves its connection to the next. */
  const cut = () => {
    if (!connection.writableFinished) connection.req.socket.destroy();
  };
  const check = async () => {
    if (waitingSince !== undefined && performance.now() - waitingSince > times.stallMs) cut();
    if (isChecking) return;
    isChecking = true;
    const isAdmitted = await isStillAdmitted().catch(() => undefined);
    isChecking = false;
    if (isAdmitted !== false) return;
    stream.abort();
    // A moment for those who read; whoever does not has no right to what is left.
    await sleep(times.checkMs);
    cut();
  };
  const timer = setInterval(() => void check(), times.checkMs).unref();
  whenOver(connection, () => {
    clearInterval(timer);
    stream.abort();
  });
  return Readable.from(guarded());
}
