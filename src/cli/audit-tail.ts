import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type Choice, type Entry, entriesOf, tell } from './audit.js';
import { CliFailure, EXIT } from './failure.js';
import type { Output } from './output.js';
import { Session } from './session.js';

interface Scope {
  readonly domain?: string;
  readonly clientId?: string;
}

interface FeedEvent {
  readonly id: string;
  /** undefined = the event has only a position. */
  readonly entry?: Entry;
}

const EVENTS = 'text/event-stream';
const RETURN_MS = 1000;
/** How many printed entries are kept in memory, so that none is printed again when the feed repeats it. */
const MOST_KNOWN = 10_000;

export async function tail(options: Choice & { readonly follow?: boolean }, output: Output): Promise<void> {
  const session = new Session();
  const scope = { domain: options.domain, clientId: options.client };
  // Opens the stream before it reads the list, so that it misses no entry between the two.
  const feed = events(session, scope);
  const start = await positionOf(feed);
  // The stream brings the entries after its start.
  const isPast = ({ id }: Entry) => !options.follow || BigInt(id) <= BigInt(start);
  for (const entry of await lastEntries(session, options, isPast)) tell(entry, output);
  if (options.follow) await follow(session, scope, { feed, start }, isChosen(options), output);
  else await feed.return();
}

/** Which entries to print. The feed has all entries of a scope, so it cannot choose by action or credential. */
function isChosen({ action, credential }: Choice): (entry: Entry) => boolean {
  return (entry) =>
    (action === undefined || entry.action === action) &&
    (credential === undefined || entry.credential.id === credential);
}

/** The position at which the feed begins: everything before it is printed from the list. */
async function positionOf(feed: AsyncGenerator<FeedEvent, void>): Promise<string> {
  const { value: first } = await feed.next();
  if (first) return first.id;
  throw new CliFailure('The server tells no position in its feed.');
}

/** The last entries that match, at most as many as requested, oldest first. */
async function lastEntries(session: Session, options: Choice, isPast: (entry: Entry) => boolean): Promise<Entry[]> {
  const found: Entry[] = [];
  if (options.lines === 0) return found;
  for await (const page of entriesOf(session, { ...options, order: 'desc' })) {
    found.push(...page.filter(isPast));
    if (found.length >= options.lines) break;
  }
  return found.slice(0, options.lines).reverse();
}

interface Begun {
  readonly feed: AsyncGenerator<FeedEvent, void>;
  /** The position at which the feed began. */
  readonly start: string;
}

/** If the server goes away, tries to reconnect until it is back, and continues after the last printed change. */
async function follow(
  session: Session,
  scope: Scope,
  begun: Begun,
  isWanted: (entry: Entry) => boolean,
  output: Output,
): Promise<never> {
  const isNew = newsSince(begun.start);
  let [feed, position, isAway] = [begun.feed, begun.start, false];
  for (; ; feed = events(session, scope, position)) {
    try {
      for await (const { id, entry } of feed) {
        if (isAway) output.remark('It is back.');
        isAway = false;
        position = id;
        if (entry && isNew(entry) && isWanted(entry)) tell(entry, output);
      }
    } catch (error) {
      if (!(error instanceof CliFailure) || error.exitCode !== EXIT.away) throw error;
      if (!isAway) output.remark(`${error.message} Waiting for it.`);
      isAway = true;
    }
    await sleep(RETURN_MS);
  }
}

/** A feed of several domains repeats some entries after a reconnection, also some from before its beginning. */
function newsSince(start: string): (entry: Entry) => boolean {
  const told = new Set<string>();
  return ({ domain, id }) => {
    const name = `${domain} ${id}`;
    if (told.has(name) || BigInt(id) <= BigInt(start)) return false;
    const [oldest] = told;
    if (told.size === MOST_KNOWN) told.delete(oldest!);
    told.add(name);
    return true;
  };
}

/** Server-sent events, until the stream ends or the reader stops. */
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
