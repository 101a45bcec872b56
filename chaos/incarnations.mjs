/**
 * Judges what was recorded while domains were deleted and made anew by the same name: whether the feed, the answers and
 * what there is in the end tell the same. A domain from its creation to its end is an incarnation of its name; nothing of
 * one may stand behind its end, or be seen in the next. The types are in incarnations.d.mts.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterEntry } from './told.mjs';

/** After this long every instance knows whether a domain is there. */
const KNOWN_WITHIN_MS = 1000;
const TYPES = { public: 'Public', confidential: 'Confidential' };

/** Everything that does not fit, as `{ kind, sentence }`. */
export function violationsIn(history) {
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
function heldBy(feed) {
  const held = new Map();
  const misfits = [];
  for (const entry of feed) {
    const { domain, action, clientId } = entry;
    if (action === 'domain.created') held.set(domain, new Map());
    if (action === 'domain.deleted') held.delete(domain);
    if (clientId === null) continue;
    // Whoever is told of a client in a domain that is gone believes it.
    if (!held.has(domain)) held.set(domain, new Map());
    const clients = held.get(domain);
    const { told, fault } = afterEntry(clients.get(clientId), entry);
    if (fault) misfits.push(`${fault}: ${named(entry)}`);
    if (told) clients.set(clientId, told);
    else clients.delete(clientId);
  }
  return { held, misfits };
}

/** Feed and requests, by what belongs together. */
function booksOf({ feed, audit, requests }) {
  const incarnationOf = new Map(audit.map(({ id, incarnation }) => [id, incarnation]));
  const entries = feed.map((entry) => ({ ...entry, incarnation: incarnationOf.get(entry.id) }));
  const byId = new Map(requests.map((request) => [request.requestId, request]));
  const lives = new Map();
  for (const [incarnation, of] of grouped(entries, (entry) => entry.incarnation)) {
    const [created, deleted] = ['domain.created', 'domain.deleted'].map((action) =>
      of.find((entry) => entry.action === action),
    );
    if (!created) continue;
    const [createdBy, deletedBy] = [created, deleted].map((entry) => entry && byId.get(entry.requestId));
    lives.set(incarnation, { name: created.domain, entries: of, created, deleted, createdBy, deletedBy });
  }
  const entriesOf = grouped(entries, ({ requestId }) => requestId);
  const repeatsOf = grouped(requests, ({ key, requestId }) => key ?? requestId);
  /** Whose entries an answer is about: those of the request itself, or of the one whose answer was given again. */
  const writerOf = (request) => {
    if (entriesOf.has(request.requestId)) return request;
    return repeatsOf
      .get(request.key ?? request.requestId)
      .find(({ requestId, tag }) => entriesOf.has(requestId) && tag === request.tag);
  };
  return { entries, lives, byId, entriesOf, repeatsOf, writerOf };
}

function wrongAnswers({ requests }) {
  return requests
    .filter(({ isWrong }) => isWrong)
    .map((request) => violation('an answer that should not be', shown(request)));
}

/** The feed is the audit: every entry once, and in the order of its domain's log. */
function gaps({ feed, audit }) {
  const place = new Map(audit.map(({ id, incarnation }, index) => [id, { incarnation, index }]));
  const reached = new Map();
  const backwards = feed.filter(({ id }) => {
    const { incarnation, index } = place.get(id) ?? { index: -1 };
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

function beyondTheEnd({ lives, byId }) {
  return [...lives.values()].flatMap(({ entries, created, deleted, createdBy, deletedBy }) => {
    const place = entries.indexOf(deleted);
    const late = place < 0 ? [] : entries.slice(place + 1);
    const early = entries.slice(0, entries.indexOf(created));
    const story = (entry) =>
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
function unbooked({ requests }, { entriesOf, repeatsOf, writerOf }) {
  const found = [];
  for (const request of requests) {
    const own = entriesOf.get(request.requestId) ?? [];
    if (!request.isDone) {
      if (request.isRefused && own.length > 0)
        found.push(violation('refused, and in the feed', `${shown(request)}; ${named(own[0])}`));
      continue;
    }
    const writer = writerOf(request);
    const about = (subject) =>
      (entriesOf.get(writer?.requestId) ?? []).filter(({ action, clientId }) => (clientId ?? action) === subject);
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
function replaysOfWhatIsGone({ requests }, { lives, byId, entriesOf, writerOf }) {
  return requests.flatMap((request) => {
    const writer = request.isDone && writerOf(request);
    if (!writer || writer === request) return [];
    const [{ id, incarnation, clientId }] = entriesOf.get(writer.requestId);
    const entries = lives.get(incarnation)?.entries ?? [];
    const end = entries
      .slice(entries.findIndex((entry) => entry.id === id) + 1)
      .find((entry) => ends(entry, clientId, request.secrets !== undefined));
    const endedBy = end && byId.get(end.requestId);
    if (!endedBy?.isDone || endedBy.end >= request.start) return [];
    const story = [shown(request), `first: ${shown(writer)}`, named(end), shown(endedBy)].join('; ');
    return violation('an answer was given again of what was gone', story);
  });
}

/** Whether an entry ends what an answer told: the client, or the secret that was told with it. */
function ends({ action, clientId, changes }, ofClient, isSecretTold) {
  if (action === 'domain.deleted') return true;
  if (ofClient === null || clientId !== ofClient) return false;
  // Whoever adds a secret here ends those before.
  return action === 'client.deleted' || (isSecretTold && changes.clientSecret !== undefined);
}

/** Who writes into a domain that everybody knows to be there is not told that it is gone. */
function refusedAlthoughLiving({ requests }, { lives, entriesOf, repeatsOf }) {
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
    const [incarnation, { created, createdBy }] = around;
    const hasDone = ({ requestId }) => entriesOf.get(requestId)?.some((entry) => entry.incarnation === incarnation);
    // A repeat of what has been done there, and is gone since, may be told so.
    if (request.key && repeatsOf.get(request.key).some(hasDone)) return [];
    if (request.credentialId && !hasCredential(lives.get(incarnation), request.credentialId)) return [];
    const story = [shown(request), named(created), shown(createdBy)].join('; ');
    return violation('refused as gone, although the domain is there', story);
  });
}

function hasCredential({ entries }, credentialId) {
  return entries.some(({ action, changes }) => action === 'credential.created' && changes.id?.after === credentialId);
}

/** What a follower holds is what there is, wherever it is looked at, and nothing is left of what is gone. */
function differences({ end }, held) {
  const differs = ({ where, domain }, sentence) =>
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

function clientDifferences(expected, clients) {
  return [...new Set([...expected.keys(), ...clients.keys()])].flatMap((clientId) => {
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
function pictureOf({ clientName = null, clientType, scope = '', redirectUris = [] }) {
  return { clientName, clientType: TYPES[clientType], scope, redirectUris };
}

/** The last secret of each client that there is, verifies, and no other; a credential is good as long as its domain is there. */
function verdicts({ end, requests }, { lives, entriesOf, writerOf }, held) {
  const writers = new Map();
  for (const request of requests) {
    if (!request.isDone) continue;
    for (const value of [...Object.values(request.secrets ?? {}), request.credential?.apiKey ?? []].flat())
      writers.set(value, writerOf(request));
  }
  const isAlive = (incarnation) => lives.has(incarnation) && !lives.get(incarnation).deleted;
  const incarnationOf = (writer) => entriesOf.get(writer?.requestId)?.[0].incarnation;
  const ofSecrets = end.secrets.flatMap(({ where, domain, clientId, value, isValid }) => {
    const writer = writers.get(value);
    const current = held.get(domain)?.get(clientId)?.secret;
    const isRight = writer !== undefined && isAlive(incarnationOf(writer)) && current?.requestId === writer.requestId;
    if (isRight === isValid) return [];
    const kind = isValid ? 'a secret verifies that should not' : 'an acknowledged secret does not verify';
    return violation(kind, `${domain}/${clientId} ${where}; ${writer ? shown(writer) : 'not in the feed'}`);
  });
  const ofCredentials = end.credentials.flatMap(({ where, value, isValid }) => {
    const writer = writers.get(value);
    if (isAlive(incarnationOf(writer)) === isValid) return [];
    const kind = isValid ? 'a credential is good that should not be' : 'an acknowledged credential is not good';
    return violation(kind, `${where}; ${writer ? shown(writer) : 'not in the feed'}`);
  });
  return [...ofSecrets, ...ofCredentials];
}

function violation(kind, sentence) {
  return { kind, sentence };
}

function named({ id, incarnation, domain, action, clientId }) {
  const which = incarnation === undefined ? '' : ` (${incarnation})`;
  return `entry ${id} ${action} ${domain}${which}${clientId === null ? '' : `/${clientId}`}`;
}

function shown(request) {
  if (!request) return 'of an unknown request';
  const { requestId, what, instance, start, end, status } = request;
  return `${what} to instance ${instance}, ${start.toFixed(1)}–${end.toFixed(1)} ms: ${status} (${requestId.slice(0, 8)})`;
}

export function grouped(list, keyOf) {
  const groups = new Map();
  for (const each of list) {
    const key = keyOf(each);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(each);
  }
  return groups;
}
