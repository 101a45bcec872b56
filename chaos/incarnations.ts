/**
 * Judges what was recorded while domains were deleted and made anew by the same name: whether the feed, the answers and
 * what there is in the end tell the same. A domain from its creation to its end is an incarnation of its name; nothing of
 * one may stand behind its end, or be seen in the next.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterEntry, type Changes, type Told } from './told.js';

/** An event of the feed. */
export interface Entry {
  readonly id: string;
  readonly domain: string | null;
  readonly action: string;
  readonly clientId: string | null;
  readonly requestId: string;
  readonly changes: Changes;
}

/** A request that writes, and what was answered. */
export interface Asked {
  readonly requestId: string;
  /** Method and path. */
  readonly what: string;
  readonly domain: string;
  readonly instance: number;
  readonly start: number;
  readonly end: number;
  readonly status: number;
  /** Its idempotency key. */
  readonly key?: string;
  /** What the feed must tell of it: clients by their ids, anything else by the action. */
  readonly subjects: readonly string[];
  /** The credential of the domain that it came with; absent: the operator's. */
  readonly credentialId?: string;
  readonly isDone: boolean;
  readonly isRefused: boolean;
  /** Neither of them, and not to be. */
  readonly isWrong: boolean;
  /** The refusal may say that there is no such domain. */
  readonly saysGone: boolean;
  /** By which an answer is known when it is given again. */
  readonly tag?: string;
  /** Secrets that were told, by client; each ends those before. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly credential?: { readonly id: string; readonly apiKey: string };
}

interface Verdict {
  readonly where: string;
  readonly value: string;
  readonly isValid: boolean;
}

export interface History {
  readonly feed: readonly Entry[];
  /** Every entry that there is, with the internal id of its domain, by which incarnations of one name are told apart. */
  readonly audit: readonly { readonly id: string; readonly incarnation: string }[];
  readonly requests: readonly Asked[];
  /** What there is once nobody writes any more and everybody knows it. */
  readonly end: {
    /** `clients`: some fields of each, as v1 and an export name them; undefined = there is no such domain. */
    readonly views: readonly {
      readonly where: string;
      readonly domain: string;
      readonly clients: ReadonlyMap<string, Readonly<Record<string, unknown>>> | undefined;
    }[];
    readonly totals: readonly { readonly where: string; readonly domain: string; readonly total: number }[];
    readonly secrets: readonly (Verdict & { readonly domain: string; readonly clientId: string })[];
    readonly credentials: readonly Verdict[];
    /** What should be 0, by what it counts. */
    readonly left: Readonly<Record<string, number>>;
  };
}

export interface Violation {
  readonly kind: string;
  readonly sentence: string;
}

/** An entry, and the incarnation of its domain. */
type Booked = Entry & { readonly incarnation: string | undefined };

/** An incarnation, from its creation on; `deletedBy` is undefined while it lives. */
interface Life {
  readonly name: string | null;
  readonly entries: readonly Booked[];
  readonly created: Booked;
  readonly deleted: Booked | undefined;
  readonly createdBy: Asked | undefined;
  readonly deletedBy: Asked | undefined;
}

type Books = ReturnType<typeof booksOf>;
type Clients = Map<string, Told>;
/** What a follower holds, by domain. */
type Held = Map<string | null, Clients>;

/** After this long every instance knows whether a domain is there. */
const KNOWN_WITHIN_MS = 1000;
const TYPES: Readonly<Record<string, string>> = { public: 'Public', confidential: 'Confidential' };

/** Everything that does not fit. */
export function violationsIn(history: History): Violation[] {
  const books = booksOf(history);
  const { held, misfits } = heldBy(history.feed);
  return [
    ...wrongAnswers(history),
    ...gaps(history),
    ...beyondTheEnd(books),
    ...misfits.map((sentence) => violation('an entry does not follow from those before', sentence)),
    ...unbooked(history, books),
    ...replaysOfWhatIsGone(history, books),
    ...refusedAlthoughLiving(history, books),
    ...differences(history, held),
    ...verdicts(history, books, held),
  ];
}

/**
 * What a follower of the feed holds, who knows domains by their names alone: by domain, its clients as told. `misfits`:
 * what such a follower cannot make sense of.
 */
function heldBy(feed: readonly Entry[]) {
  const held: Held = new Map();
  const misfits: string[] = [];
  for (const entry of feed) {
    const { domain, action, clientId } = entry;
    if (action === 'domain.created') held.set(domain, new Map());
    if (action === 'domain.deleted') held.delete(domain);
    if (clientId === null) continue;
    // Whoever is told of a client in a domain that is gone believes it.
    const clients: Clients = held.get(domain) ?? new Map();
    held.set(domain, clients);
    const { told, fault } = afterEntry(clients.get(clientId), entry);
    if (fault) misfits.push(`${fault}: ${named(entry)}`);
    if (told) clients.set(clientId, told);
    else clients.delete(clientId);
  }
  return { held, misfits };
}

/** Feed and requests, by what belongs together. */
function booksOf({ feed, audit, requests }: History) {
  const incarnationOf = new Map(audit.map(({ id, incarnation }) => [id, incarnation]));
  const entries = feed.map((entry): Booked => ({ ...entry, incarnation: incarnationOf.get(entry.id) }));
  const byId = new Map(requests.map((request) => [request.requestId, request]));
  const lives = new Map<string | undefined, Life>();
  for (const [incarnation, of] of grouped(entries, (entry) => entry.incarnation)) {
    const first = (action: string) => of.find((entry) => entry.action === action);
    const [created, deleted] = [first('domain.created'), first('domain.deleted')];
    if (!created) continue;
    const createdBy = byId.get(created.requestId);
    const deletedBy = deleted && byId.get(deleted.requestId);
    lives.set(incarnation, { name: created.domain, entries: of, created, deleted, createdBy, deletedBy });
  }
  const entriesOf = grouped(entries, ({ requestId }) => requestId);
  const repeatsOf = grouped(requests, ({ key, requestId }) => key ?? requestId);
  /** Whose entries an answer is about: those of the request itself, or of the one whose answer was given again. */
  const writerOf = (request: Asked): Asked | undefined => {
    if (entriesOf.has(request.requestId)) return request;
    return repeatsOf
      .get(request.key ?? request.requestId)
      ?.find(({ requestId, tag }) => entriesOf.has(requestId) && tag === request.tag);
  };
  return { entries, lives, byId, entriesOf, repeatsOf, writerOf };
}

function wrongAnswers({ requests }: History) {
  return requests
    .filter(({ isWrong }) => isWrong)
    .map((request) => violation('an answer that should not be', shown(request)));
}

/** The feed is the audit: every entry once, and in the order of its domain's log. */
function gaps({ feed, audit }: History) {
  const place = new Map(audit.map(({ id, incarnation }, index) => [id, { incarnation, index }]));
  const reached = new Map<string | undefined, number>();
  const backwards = feed.filter(({ id }) => {
    const { incarnation, index } = place.get(id) ?? { incarnation: undefined, index: -1 };
    const isBackwards = index <= (reached.get(incarnation) ?? -1);
    reached.set(incarnation, index);
    return isBackwards;
  });
  const known = new Set(feed.map(({ id }) => id));
  return [
    ...backwards.map((entry) => violation('the feed tells an entry twice or out of order', named(entry))),
    ...audit
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => violation('the feed leaves an entry out', `entry ${id}`)),
  ];
}

function beyondTheEnd({ lives, byId }: Books) {
  return [...lives.values()].flatMap(({ entries, created, deleted, createdBy, deletedBy }) => {
    const place = deleted ? entries.indexOf(deleted) : -1;
    const late = place < 0 ? [] : entries.slice(place + 1);
    const early = entries.slice(0, entries.indexOf(created));
    const story = (entry: Booked) =>
      [named(entry), shown(byId.get(entry.requestId)), named(created), shown(createdBy)]
        .concat(deleted ? [named(deleted), shown(deletedBy)] : [])
        .join('; ');
    return [
      ...late.map((entry) => violation('an entry stands behind the end of its domain', story(entry))),
      ...early.map((entry) => violation('an entry stands before its domain', story(entry))),
    ];
  });
}

/** Each acknowledged write is in the feed, once; what was refused is not. */
function unbooked({ requests }: History, { entriesOf, repeatsOf, writerOf }: Books) {
  const found: Violation[] = [];
  for (const request of requests) {
    const own = entriesOf.get(request.requestId) ?? [];
    if (!request.isDone) {
      if (request.isRefused && own.length > 0)
        found.push(violation('refused, and in the feed', `${shown(request)}; ${named(own[0]!)}`));
      continue;
    }
    const writer = writerOf(request);
    const written = (writer && entriesOf.get(writer.requestId)) ?? [];
    const about = (subject: string) => written.filter(({ action, clientId }) => (clientId ?? action) === subject);
    for (const subject of request.subjects) {
      const entries = about(subject);
      if (entries.length === 0) found.push(violation('acknowledged, and not in the feed', shown(request)));
      if (entries.length > 1)
        found.push(violation('written twice', [shown(request), ...entries.map(named)].join('; ')));
    }
  }
  for (const repeats of repeatsOf.values()) {
    const written = repeats.flatMap(({ requestId }) => (entriesOf.get(requestId) ?? []).slice(0, 1));
    for (const entries of grouped(written, ({ incarnation }) => incarnation).values()) {
      if (entries.length > 1)
        found.push(violation('a repeated request was done twice in one domain', entries.map(named).join('; ')));
    }
  }
  return found;
}

/** Nobody is told of what had ended when he asked. */
function replaysOfWhatIsGone({ requests }: History, { lives, byId, entriesOf, writerOf }: Books) {
  return requests.flatMap((request) => {
    const writer = request.isDone && writerOf(request);
    if (!writer || writer === request) return [];
    const { id, incarnation, clientId } = entriesOf.get(writer.requestId)![0]!;
    const entries = lives.get(incarnation)?.entries ?? [];
    const end = entries
      .slice(entries.findIndex((entry) => entry.id === id) + 1)
      .find((entry) => ends(entry, clientId, request.secrets !== undefined));
    const endedBy = end && byId.get(end.requestId);
    if (!end || !endedBy?.isDone || endedBy.end >= request.start) return [];
    const story = [shown(request), `first: ${shown(writer)}`, named(end), shown(endedBy)].join('; ');
    return violation('an answer was given again of what was gone', story);
  });
}

/** Whether an entry ends what an answer told: the client, or the secret that was told with it. */
function ends({ action, clientId, changes }: Entry, ofClient: string | null, isSecretTold: boolean) {
  if (action === 'domain.deleted') return true;
  if (ofClient === null || clientId !== ofClient) return false;
  // Whoever adds a secret here ends those before.
  return action === 'client.deleted' || (isSecretTold && changes.clientSecret !== undefined);
}

/** Who writes into a domain that everybody knows to be there is not told that it is gone. */
function refusedAlthoughLiving({ requests }: History, { lives, entriesOf, repeatsOf }: Books) {
  const byName = grouped([...lives.entries()], ([, { name }]) => name);
  return requests.flatMap((request) => {
    if (!request.saysGone) return [];
    const around = (byName.get(request.domain) ?? []).find(
      ([, { createdBy, deletedBy }]) =>
        createdBy?.isDone &&
        createdBy.end + KNOWN_WITHIN_MS < request.start &&
        request.end < (deletedBy?.start ?? Number.POSITIVE_INFINITY),
    );
    if (!around) return [];
    const [incarnation, life] = around;
    const { created, createdBy } = life;
    const hasDone = ({ requestId }: Asked) =>
      entriesOf.get(requestId)?.some((entry) => entry.incarnation === incarnation);
    // A repeat of what has been done there, and is gone since, may be told so.
    if (request.key && repeatsOf.get(request.key)!.some(hasDone)) return [];
    if (request.credentialId && !hasCredential(life, request.credentialId)) return [];
    const story = [shown(request), named(created), shown(createdBy)].join('; ');
    return violation('refused as gone, although the domain is there', story);
  });
}

function hasCredential({ entries }: Life, credentialId: string) {
  return entries.some(({ action, changes }) => action === 'credential.created' && changes.id?.after === credentialId);
}

/** What a follower holds is what there is, wherever it is looked at, and nothing is left of what is gone. */
function differences({ end }: History, held: Held) {
  const differs = ({ where, domain }: { readonly where: string; readonly domain: string }, sentence: string) =>
    violation('a follower holds something else', `${domain}, ${where}: ${sentence}`);
  const ofViews = end.views.flatMap((view) => {
    const expected = held.get(view.domain);
    if (expected && view.clients) return clientDifferences(expected, view.clients).map((each) => differs(view, each));
    if (!expected && !view.clients) return [];
    return differs(view, `the domain is ${view.clients ? '' : 'not '}there, and the feed says otherwise`);
  });
  const ofTotals = end.totals
    .filter(({ domain, total }) => total !== held.get(domain)?.size)
    .map((each) => differs(each, `the total is ${each.total}, and the feed says ${held.get(each.domain)?.size}`));
  const left = Object.entries(end.left)
    .filter(([, count]) => count !== 0)
    .map(([what, count]) => violation('something is left of what is gone', `${what}: ${count}`));
  return [...ofViews, ...ofTotals, ...left];
}

function clientDifferences(expected: Clients, clients: NonNullable<History['end']['views'][number]['clients']>) {
  return [...new Set([...expected.keys(), ...clients.keys()])].flatMap((clientId): string | string[] => {
    const [told, found] = [expected.get(clientId), clients.get(clientId)];
    if (!told) return `${clientId} is there, and the feed says that it is not`;
    if (!found) return `${clientId} is not there, and the feed says that it is`;
    const picture = pictureOf(told.fields);
    const fields = Object.keys(found).filter((field) => !isDeepStrictEqual(found[field], picture[field]));
    return fields.map(
      (field) => `${field} of ${clientId} is ${JSON.stringify(found[field])}, not ${JSON.stringify(picture[field])}`,
    );
  });
}

/** In the words of v1 and of an export. */
function pictureOf({ clientName = null, clientType, scope = '', redirectUris = [] }: Told['fields']): Told['fields'] {
  return { clientName, clientType: TYPES[String(clientType)], scope, redirectUris };
}

/** The last secret of each client that there is, verifies, and no other; a credential is good as long as its domain is there. */
function verdicts({ end, requests }: History, { lives, entriesOf, writerOf }: Books, held: Held) {
  const writers = new Map<string, Asked | undefined>();
  for (const request of requests) {
    if (!request.isDone) continue;
    for (const value of [...Object.values(request.secrets ?? {}), request.credential?.apiKey ?? []].flat())
      writers.set(value, writerOf(request));
  }
  /** Whether the domain is there that a request wrote into. */
  const isAlive = (writer: Asked | undefined) => {
    const life = lives.get(writer && entriesOf.get(writer.requestId)?.[0]?.incarnation);
    return life !== undefined && !life.deleted;
  };
  const ofSecrets = end.secrets.flatMap(({ where, domain, clientId, value, isValid }) => {
    const writer = writers.get(value);
    const current = held.get(domain)?.get(clientId)?.secret;
    const isRight = writer !== undefined && isAlive(writer) && current?.requestId === writer.requestId;
    if (isRight === isValid) return [];
    const kind = isValid ? 'a secret verifies that should not' : 'an acknowledged secret does not verify';
    return violation(kind, `${domain}/${clientId} ${where}; ${writer ? shown(writer) : 'not in the feed'}`);
  });
  const ofCredentials = end.credentials.flatMap(({ where, value, isValid }) => {
    const writer = writers.get(value);
    if (isAlive(writer) === isValid) return [];
    const kind = isValid ? 'a credential is good that should not be' : 'an acknowledged credential is not good';
    return violation(kind, `${where}; ${writer ? shown(writer) : 'not in the feed'}`);
  });
  return [...ofSecrets, ...ofCredentials];
}

function violation(kind: string, sentence: string): Violation {
  return { kind, sentence };
}

function named({ id, incarnation, domain, action, clientId }: Entry & { readonly incarnation?: string }) {
  const which = incarnation === undefined ? '' : ` (${incarnation})`;
  return `entry ${id} ${action} ${domain}${which}${clientId === null ? '' : `/${clientId}`}`;
}

function shown(request: Asked | undefined) {
  if (!request) return 'of an unknown request';
  const { requestId, what, instance, start, end, status } = request;
  return `${what} to instance ${instance}, ${start.toFixed(1)}–${end.toFixed(1)} ms: ${status} (${requestId.slice(0, 8)})`;
}

export function grouped<Each, Key>(list: readonly Each[], keyOf: (each: Each) => Key): Map<Key, Each[]> {
  const groups = new Map<Key, Each[]>();
  for (const each of list) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return groups;
}
