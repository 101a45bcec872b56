import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenOver } from '../http/index.js';

/** How often it is asked whether the reader is still admitted: revoked within a second, seen in 0.8 (fresh-cache.ts). */
const CHECK_MS = 150;

interface StreamOptions {
  /** Aborted when the connection is closed; aborting it ends the stream. */
  readonly stream: AbortController;
  /** Rejects while that cannot be known. */
  readonly isStillAdmitted: () => Promise<boolean>;
  readonly checkMs?: number;
}

/**
 * What is to be sent over a connection, at the pace of its reader. It ends when the reader is no longer admitted, and
 * while nobody can tell, nothing is sent.
 */
export function eventStream(
  chunks: AsyncIterable<string>,
  connection: ServerResponse,
  { stream, isStillAdmitted, checkMs = CHECK_MS }: StreamOptions,
): Readable {
  let isChecking = false;

  async function* guarded(): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      while (!(await mayBeSent())) if (stream.signal.aborted) return;
      yield chunk;
    }
  }
  /** False = not now. */
  const mayBeSent = async () => {
    try {
      if (await isStillAdmitted()) return true;
      stream.abort();
    } catch {
      await sleep(checkMs);
    }
    return false;
  };
  const check = async () => {
    if (isChecking) return;
    isChecking = true;
    const isAdmitted = await isStillAdmitted().catch(() => undefined);
    isChecking = false;
    if (isAdmitted !== false) return;
    stream.abort();
    // A moment for those who read; whoever does not has no right to what is left.
    await sleep(checkMs);
    // An answer that has ended leaves its connection to the next.
    if (!connection.writableFinished) connection.req.socket.destroy();
  };
  const timer = setInterval(() => void check(), checkMs).unref();
  whenOver(connection, () => {
    clearInterval(timer);
    stream.abort();
  });
  return Readable.from(guarded());
}
