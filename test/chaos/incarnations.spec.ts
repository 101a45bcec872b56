import { type Asked, type Entry, type History, violationsIn } from '../../chaos/incarnations.js';

const DOMAIN = 'd.example.com';

/** A history that can be changed. */
type Draft = {
  feed: Entry[];
  audit: { id: string; incarnation: string }[];
  requests: Asked[];
  end: { [part in keyof History['end']]: Mutable<History['end'][part]> };
};
type Mutable<T> = T extends readonly (infer Each)[] ? Each[] : { -readonly [name in keyof T]: T[name] };

const PUT: Partial<Asked> = { what: `PUT /v1/domain/${DOMAIN}/client/a`, subjects: ['a'] };
const GONE: Partial<Asked> = { status: 404, isDone: false, isRefused: true, saysGone: true };
const CREATED = {
  clientType: { before: null, after: 'confidential' },
  clientSecret: { before: null, after: 'generated' },
};
const machine = { clientType: 'Confidential', scope: '', redirectUris: [] };

/**
 * Domain 1: `put` makes client a, and `repeat` is given the answer again; `rotate` gives it another secret; `issue` makes
 * a credential, and `remove` ends the domain. Domain 2, of the same name: the same `putAnew`, `issueAnew`, and client b is
 * made and deleted. Each request takes 10 ms; a minute lies between the two domains.
 */
function sound(): Draft {
  const draft: Draft = {
    feed: [],
    audit: [],
    requests: [],
    end: { views: [], totals: [], secrets: [], credentials: [], left: { 'clients of deleted domains': 0 } },
  };
  ask(draft, 'create', 0, { subjects: ['domain.created'] });
  tell(draft, 'create', '1', { action: 'domain.created', clientId: null });
  ask(draft, 'put', 20, { ...PUT, key: 'put', tag: 'v1', secrets: { a: 'first' } });
  tell(draft, 'put', '1', { changes: CREATED });
  ask(draft, 'repeat', 40, { ...PUT, key: 'put', tag: 'v1', secrets: { a: 'first' } });
  ask(draft, 'rotate', 60, { subjects: ['a'], key: 'rotate', tag: 's1', secrets: { a: 'second' } });
  tell(draft, 'rotate', '1', {
    action: 'client.secret_added',
    changes: { clientSecret: { before: null, after: 'added 1' } },
  });
  const issue = { subjects: ['credential.created'], key: 'issue' };
  ask(draft, 'issue', 80, { ...issue, tag: 'c1', credential: { id: 'c1', apiKey: 'old key' } });
  tell(draft, 'issue', '1', issued('c1'));
  ask(draft, 'remove', 100, { subjects: ['domain.deleted'] });
  tell(draft, 'remove', '1', { action: 'domain.deleted', clientId: null });
  ask(draft, 'create-anew', 60_000, { subjects: ['domain.created'] });
  tell(draft, 'create-anew', '2', { action: 'domain.created', clientId: null });
  ask(draft, 'put-anew', 62_000, { ...PUT, key: 'put', tag: 'v2', secrets: { a: 'third' } });
  tell(draft, 'put-anew', '2', { changes: CREATED });
  ask(draft, 'issue-anew', 62_020, { ...issue, tag: 'c2', credential: { id: 'c2', apiKey: 'new key' } });
  tell(draft, 'issue-anew', '2', issued('c2'));
  ask(draft, 'put-b', 62_040, { subjects: ['b'], key: 'put-b', tag: 'v3', secrets: { b: 'of b' } });
  tell(draft, 'put-b', '2', { clientId: 'b', changes: CREATED });
  ask(draft, 'delete-b', 62_060, { subjects: ['b'] });
  tell(draft, 'delete-b', '2', { clientId: 'b', action: 'client.deleted', changes: {} });
  for (const where of ['on instance 0', 'on instance 1']) {
    draft.end.views.push({ where, domain: DOMAIN, clients: new Map([['a', machine]]) });
    draft.end.views.push({ where, domain: 'never-there.example.com', clients: undefined });
    draft.end.totals.push({ where, domain: DOMAIN, total: 1 });
    for (const [clientId, value] of Object.entries({ a: ['first', 'second', 'third'], b: ['of b'] })) {
      for (const each of value)
        draft.end.secrets.push({ where, domain: DOMAIN, clientId, value: each, isValid: each === 'third' });
    }
    for (const value of ['old key', 'new key'])
      draft.end.credentials.push({ where, value, isValid: value === 'new key' });
  }
  return draft;
}

function issued(id: string): Partial<Entry> {
  return { action: 'credential.created', clientId: null, changes: { id: { before: null, after: id } } };
}

function ask({ requests }: Draft, requestId: string, start: number, more: Partial<Asked>): void {
  const answer = { status: 200, isDone: true, isRefused: false, isWrong: false, saysGone: false };
  const where = { domain: DOMAIN, instance: requests.length % 2, start, end: start + 10 };
  requests.push({ requestId, what: requestId, ...where, subjects: [], ...answer, ...more });
}

/** Of client a's creation, unless told otherwise. */
function tell({ feed, audit }: Draft, requestId: string, incarnation: string, more: Partial<Entry>): void {
  const id = String(Number(feed.at(-1)?.id ?? 0) + 10);
  feed.push({ domain: DOMAIN, action: 'client.created', clientId: 'a', requestId, changes: {}, ...more, id });
  audit.push({ id, incarnation });
}

function requestOf({ requests }: Draft, requestId: string): { -readonly [name in keyof Asked]: Asked[name] } {
  return requests.find((each) => each.requestId === requestId)!;
}

function withdraw({ feed, audit }: Draft, requestId: string): void {
  const index = feed.findIndex((each) => each.requestId === requestId);
  for (const list of [feed, audit]) list.splice(index, 1);
}

const harmless: [string, (draft: Draft) => void][] = [
  ['nothing out of the ordinary', () => {}],
  [
    'a write whose answer came after the end of its domain',
    (draft) => Object.assign(requestOf(draft, 'rotate'), { end: 500 }),
  ],
  [
    'an answer that was given again while the domain was being deleted',
    (draft) => ask(draft, 'late', 105, { ...PUT, key: 'put', tag: 'v1' }),
  ],
  ['a refusal once the domain was gone', (draft) => ask(draft, 'late', 30_000, { ...PUT, ...GONE })],
  [
    'a refusal by who cannot know yet that it is there again',
    (draft) => ask(draft, 'early', 60_900, { ...PUT, ...GONE }),
  ],
  [
    'a refusal while the domain is being deleted',
    (draft) => ask(draft, 'beside', 95, { ...PUT, ...GONE, what: 'begun before the end' }),
  ],
  [
    'a repeat that is told that what it did is gone',
    (draft) => ask(draft, 'late', 62_100, { ...GONE, status: 409, key: 'put-b', subjects: ['b'] }),
  ],
  [
    'a credential of the old domain that is refused in the new one',
    (draft) => ask(draft, 'late', 62_100, { ...GONE, status: 401, credentialId: 'c1' }),
  ],
  [
    'an import of two clients',
    (draft) => {
      ask(draft, 'import', 62_100, { subjects: ['c', 'd'], secrets: { c: 'of c', d: 'of d' } });
      for (const clientId of ['c', 'd']) {
        tell(draft, 'import', '2', { clientId, changes: CREATED });
        for (const { clients } of draft.end.views) (clients as Map<string, object>)?.set(clientId, machine);
        for (const value of draft.end.totals) Object.assign(value, { total: value.total + 1 });
        draft.end.secrets.push({ where: '', domain: DOMAIN, clientId, value: `of ${clientId}`, isValid: true });
      }
    },
  ],
];

const planted: [string, (draft: Draft) => void, string][] = [
  [
    'an answer of 500',
    (draft) => ask(draft, 'failed', 62_100, { ...PUT, status: 500, isDone: false, isWrong: true }),
    'an answer that should not be',
  ],
  ['an entry that the feed leaves out', ({ feed }) => feed.splice(2, 1), 'the feed leaves an entry out'],
  [
    'an entry that the feed tells again',
    ({ feed }) => feed.push(feed[3]!),
    'the feed tells an entry twice or out of order',
  ],
  [
    'a write behind the end of its domain',
    (draft) => {
      withdraw(draft, 'put-anew');
      tell(draft, 'put-anew', '1', { changes: CREATED });
    },
    'an entry stands behind the end of its domain',
  ],
  [
    'a credential behind the end of its domain',
    (draft) => {
      ask(draft, 'late', 30_000, { subjects: ['credential.created'] });
      tell(draft, 'late', '1', issued('c3'));
    },
    'an entry stands behind the end of its domain',
  ],
  [
    'a write before its domain',
    (draft) => {
      withdraw(draft, 'create-anew');
      tell(draft, 'create-anew', '2', { action: 'domain.created', clientId: null });
    },
    'an entry stands before its domain',
  ],
  [
    'a client that is made when the feed has it already',
    (draft) => {
      ask(draft, 'again', 62_100, PUT);
      tell(draft, 'again', '2', { changes: CREATED });
    },
    'an entry does not follow from those before',
  ],
  ['a write that is nowhere', (draft) => withdraw(draft, 'put-anew'), 'acknowledged, and not in the feed'],
  [
    'an answer that is given again, of a request that nobody knows',
    (draft) => ask(draft, 'late', 62_100, { ...PUT, key: 'put', tag: 'v9' }),
    'acknowledged, and not in the feed',
  ],
  ['a write that is there twice', (draft) => tell(draft, 'put-anew', '2', { changes: {} }), 'written twice'],
  [
    'a refused write that was done',
    (draft) => {
      ask(draft, 'refused', 30_000, { ...PUT, ...GONE });
      tell(draft, 'refused', '2', { action: 'client.changed' });
    },
    'refused, and in the feed',
  ],
  [
    'a repeat that was done again',
    (draft) => {
      ask(draft, 'again', 62_100, { ...PUT, key: 'put', tag: 'v9' });
      tell(draft, 'again', '2', { action: 'client.changed' });
    },
    'a repeated request was done twice in one domain',
  ],
  [
    'the old answer in the new domain',
    (draft) => ask(draft, 'late', 61_900, { ...PUT, key: 'put', tag: 'v1' }),
    'an answer was given again of what was gone',
  ],
  [
    'the old credential for the new domain',
    (draft) => ask(draft, 'late', 61_900, { key: 'issue', tag: 'c1', subjects: ['credential.created'] }),
    'an answer was given again of what was gone',
  ],
  [
    'the answer of a client that was deleted',
    (draft) => ask(draft, 'late', 62_100, { key: 'put-b', tag: 'v3', subjects: ['b'] }),
    'an answer was given again of what was gone',
  ],
  [
    'the answer of a secret that another one replaced',
    (draft) => {
      ask(draft, 'replace', 62_120, { subjects: ['a'], secrets: { a: 'fourth' } });
      const changes = { clientSecret: { before: null, after: 'added 2' } };
      tell(draft, 'replace', '2', { action: 'client.secret_added', changes });
      ask(draft, 'late', 62_140, { ...PUT, key: 'put', tag: 'v2', secrets: { a: 'third' } });
    },
    'an answer was given again of what was gone',
  ],
  [
    'a refusal by who must know that it is there',
    (draft) => ask(draft, 'wrongly', 61_900, { ...PUT, ...GONE }),
    'refused as gone, although the domain is there',
  ],
  [
    'a repeat that is told of the end of another domain',
    (draft) => {
      withdraw(draft, 'put-anew');
      Object.assign(requestOf(draft, 'put-anew'), { ...GONE, status: 409 });
    },
    'refused as gone, although the domain is there',
  ],
  [
    'a credential of the domain that is refused there',
    (draft) => ask(draft, 'wrongly', 62_100, { ...GONE, status: 401, credentialId: 'c2' }),
    'refused as gone, although the domain is there',
  ],
  [
    'a client that is not there',
    ({ end }) => Object.assign(end.views[0]!, { clients: new Map() }),
    'a follower holds something else',
  ],
  [
    'a client that nobody was told of',
    ({ end }) => Object.assign(end.views[0]!, { clients: new Map(Object.entries({ a: machine, b: machine })) }),
    'a follower holds something else',
  ],
  [
    'a client that is something else',
    ({ end }) => Object.assign(end.views[0]!, { clients: new Map([['a', { ...machine, scope: 'other' }]]) }),
    'a follower holds something else',
  ],
  [
    'a domain that is there and should not be',
    ({ end }) => Object.assign(end.views[1]!, { clients: new Map() }),
    'a follower holds something else',
  ],
  [
    'a domain that is not there and should be',
    ({ end }) => Object.assign(end.views[0]!, { clients: undefined }),
    'a follower holds something else',
  ],
  ['a wrong total', ({ end }) => Object.assign(end.totals[1]!, { total: 2 }), 'a follower holds something else'],
  [
    'rows of a domain that is gone',
    ({ end }) => Object.assign(end.left, { 'clients of deleted domains': 1 }),
    'something is left of what is gone',
  ],
  ...['first', 'second', 'of b'].map((value): [string, (draft: Draft) => void, string] => [
    `a secret that verifies (${value})`,
    ({ end }) => Object.assign(end.secrets.find((each) => each.value === value)!, { isValid: true }),
    'a secret verifies that should not',
  ]),
  [
    'a secret that does not verify',
    ({ end }) => Object.assign(end.secrets.find(({ value }) => value === 'third')!, { isValid: false }),
    'an acknowledged secret does not verify',
  ],
  [
    'a credential that is still good',
    ({ end }) => Object.assign(end.credentials[0]!, { isValid: true }),
    'a credential is good that should not be',
  ],
  [
    'a credential that is not good',
    ({ end }) => Object.assign(end.credentials[1]!, { isValid: false }),
    'an acknowledged credential is not good',
  ],
];

describe('the checker of domains that are deleted and made anew', () => {
  it.each(harmless)('lets pass %s', (_, plant) => {
    const draft = sound();
    plant(draft);
    expect(violationsIn(draft)).toEqual([]);
  });

  it.each(planted)('finds %s', (_, plant, kind) => {
    const draft = sound();
    plant(draft);
    expect(violationsIn(draft).map((found) => found.kind)).toContain(kind);
  });
});
