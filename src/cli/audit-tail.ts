import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { AdminSchemas } from '#api-client';
import { CliFailure, EXIT } from './failure.js';
import type { Output } from './output.js';
import { Session } from './session.js';

type Entry = AdminSchemas['AuditEntryDto'];

interface Scope {
  readonly domain?: string;
  readonly clientId?: string;
}

interface FeedEvent {
  readonly id: string;
  /** undefined = it only tells a position. */
  readonly entry?: Entry;
}

const EVENTS = 'text/event-stream';
const RETURN_MS = 1000;

export async function tail(
  options: { domain?: string; client?: string; lines: number; follow?: boolean },
  output: Output,
): Promise<void> {
  const session = new Session();
  const scope = { domain: options.domain, clientId: options.client };
  const position = await positionOf(session, scope);
  const known = await lastEntries(session, scope, BigInt(position), options.lines);
  // What lies behind the position has not settled yet; whoever follows is told it in its turn.
  const past = options.follow ? known.filter(({ id }) => BigInt(id) <= BigInt(position)) : known;
  if (options.lines > 0) for (const entry of past.slice(-options.lines)) tell(entry, output);
  if (options.follow) await follow(session, scope, position, output);
}

function tell(entry: Entry, output: Output): void {
  output.line(entry, entryText);
}

function entryText({ at, domain, credential, action, clientId, dialect, changes }: Entry): string {
  const about = [domain, clientId].filter((name) => name !== null).join('/');
  return [at, action.padEnd(18), about, `by ${credential.name} (${dialect})`, Object.keys(changes).join(' ')]
    .filter((part) => part !== '')
    .join('  ');
}

/** Up to where the feed has told everything; what comes later is told by following it from here. */
async function positionOf(session: Session, scope: Scope): Promise<string> {
  for await (const { id } of events(session, scope)) return id;
  throw new CliFailure('The server tells no position in its feed.');
}

/** At least so many, if there are. The list goes from old to new: so it is asked for ever more of its end. */
async function lastEntries(session: Session, scope: Scope, end: bigint, count: number): Promise<Entry[]> {
  for (let span = BigInt(count); ; span *= 8n) {
    const after = end > span ? end - span : 0n;
    const entries: Entry[] = [];
    const pages = session.pages<Entry>((query) =>
      session.api.GET('/admin/audit', { params: { query: { ...scope, after: String(after), ...query } } }),
    );
    for await (const page of pages) entries.push(...page);
    if (entries.filter(({ id }) => BigInt(id) <= end).length >= count || after === 0n) return entries;
  }
}

/** Comes back for as long as the server is away, behind the last change that was told. */
async function follow(session: Session, scope: Scope, start: string, output: Output): Promise<never> {
  let position = start;
  let isAway = false;
  for (;;) {
    try {
      for await (const event of events(session, scope, position)) {
        if (isAway) output.remark('It is back.');
        isAway = false;
        position = event.id;
        if (event.entry) tell(event.entry, output);
      }
    } catch (error) {
      if (!(error instanceof CliFailure) || error.exitCode !== EXIT.away) throw error;
      if (!isAway) output.remark(`${error.message} Waiting for it.`);
      isAway = true;
    }
    await sleep(RETURN_MS);
  }
}

/** Server-sent events, until the stream ends or nobody reads on. */
async function* events(session: Session, scope: Scope, lastEventId?: string): AsyncGenerator<FeedEvent, void> {
  const query = new URLSearchParams(Object.entries(scope).filter(([, value]) => value !== undefined));
  const reading = new AbortController();
  try {
    const response = await session.stream(`/admin/changes?${query}`, EVENTS, {
      headers: { accept: EVENTS, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      signal: reading.signal,
    });
    const parsed = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const { id, event, data } of parsed) {
      if (id === undefined) continue;
      yield event === 'change' ? { id, entry: session.parsed(data, response) as Entry } : { id };
    }
  } catch (error) {
    throw error instanceof CliFailure ? error : session.away(error);
  } finally {
    reading.abort();
  }
}
