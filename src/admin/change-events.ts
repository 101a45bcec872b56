import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedPage, TrailEntry } from '#audit';
import { viewOf } from './audit.dto.js';

/** How long a reader waits before it reconnects, in ms. */
const RETRY_MS = 1000;
/** The smallest piece that is sent while there is more to send. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Rendered entries: each is sent to many readers. */
const texts = new WeakMap<TrailEntry, string>();

/**
 * The feed as server-sent events (WHATWG HTML §9.2). It begins with the position, so that a reader whose connection breaks
 * before the first change knows where to resume. If the position has moved, the heartbeat contains it, so that no reader
 * resumes far back.
 */
export async function* changeEvents(
  pages: AsyncGenerator<FeedPage, void>,
  start: string,
  heartbeatMs: number,
): AsyncGenerator<string, void> {
  let position = start;
  let told = start;
  try {
    yield `retry: ${RETRY_MS}\n${positionEvent(start)}`;
    let next = asked(pages);
    for (;;) {
      await sleep(heartbeatMs, undefined, { signal: next.isHere }).catch(() => {});
      if (!next.isHere.aborted) {
        yield position === told ? ': nothing new\n\n' : positionEvent(position);
        told = position;
        continue;
      }
      const arrival = await next.page;
      if (arrival.done) return;
      const { entries } = arrival.value;
      yield* inChunks(entries);
      position = arrival.value.position;
      told = entries.at(-1)?.position ?? told;
      next = asked(pages);
    }
  } finally {
    // Not awaited: it resolves only when the last requested page has arrived.
    void pages.return();
  }
}

/** The next page, and a signal that says when it has arrived or failed. Promise.race for each heartbeat would leak memory. */
function asked(pages: AsyncGenerator<FeedPage, void>) {
  const here = new AbortController();
  const page = pages.next();
  const arrived = () => here.abort();
  page.then(arrived, arrived);
  return { page, isHere: here.signal };
}

function* inChunks(entries: readonly TrailEntry[]): Generator<string, void> {
  let chunk = '';
  for (const entry of entries) {
    chunk += changeEvent(entry);
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

function changeEvent(entry: TrailEntry): string {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const text = `id: ${entry.position}\nevent: change\ndata: ${JSON.stringify(viewOf(entry))}\n\n`;
  texts.set(entry, text);
  return text;
}

function positionEvent(position: string): string {
  return `id: ${position}\nevent: position\ndata: ${JSON.stringify({ id: position })}\n\n`;
}
