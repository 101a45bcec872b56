import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenOver } from '../http/index.js';

/** How often the reader's credential is checked: a revocation is seen after 0.8 s (fresh-cache.ts) and must act within 1 s. */
const CHECK_MS = 150;

interface StreamOptions {
  /** Aborted when the connection closes. To end the stream, abort it. */
  readonly stream: AbortController;
  /** Whether the reader's credential is still in force. Rejects while the database is away. */
  readonly isStillAdmitted: () => Promise<boolean>;
  readonly checkMs?: number;
}

/**
 * Sends events over a connection, at the pace of its reader. Ends when the reader's credential is no longer in force. While
 * that cannot be checked, nothing is sent.
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
  /** false = the credential is no longer in force, or that cannot be checked now. */
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
    // Gives the reader a moment to read the end. Then the connection is closed, whatever is left to read.
    await sleep(checkMs);
    // When the answer has been sent, the connection may already be in use for the next request.
    if (!connection.writableFinished) connection.req.socket.destroy();
  };
  const timer = setInterval(() => void check(), checkMs).unref();
  whenOver(connection, () => {
    clearInterval(timer);
    stream.abort();
  });
  return Readable.from(guarded());
}
