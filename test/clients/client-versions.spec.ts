import fc from 'fast-check';
import {
  type AuditPage,
  type AuditQuery,
  type AuditSearch,
  AuditTrail,
  type EntryOutline,
  type OutlineQuery,
  type TrailEntry,
} from '#audit';
import {
  type ClientError,
  type ClientMetadata,
  type ClientRef,
  ClientSecrets,
  ClientSuspensions,
  Clients,
  type ClientsOptions,
  ClientVersions,
  DEFAULT_METADATA,
  type DeletedClient,
  GRANT_TYPES,
  STRATEGIES,
  TOKEN_METHODS,
  type Violation,
} from '#clients';
import { InMemoryClientRepository } from '../../libs/clients/src/testing/in-memory-client.repository.js';
import { aFullClient } from '../../libs/clients/src/testing/writes.js';
import { hasher, origin, unseen } from '../support/registry.js';

const ref: ClientRef = { domainId: '1', clientId: 'my-app' };
const stranger: ClientRef = { domainId: '2', clientId: 'my-app' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** What the repository wrote, as if it had gone through a database's JSON. */
class Trail extends AuditTrail {
  /** How long ago everything was. */
  age = 0;

  constructor(private readonly repository: InMemoryClientRepository) {
    super();
  }

  lastId(): string {
    return String(this.repository.audit.length);
  }

  /** How many entries were read with their values. */
  read = 0;

  async entries(domainId: string, positions: readonly string[]): Promise<TrailEntry[]> {
    const entries = this.recorded().filter(
      (entry) => entry.domainId === domainId && positions.includes(entry.position),
    );
    this.read += entries.length;
    return entries;
  }

  async outline({ newestFirst, limit, ...scope }: OutlineQuery): Promise<EntryOutline[]> {
    const entries = this.list({ ...scope, subscription: null, limit: Number.POSITIVE_INFINITY });
    const outlines = entries.map(({ position, action, changes }) => ({
      position,
      action,
      fields: Object.keys(changes),
    }));
    return (newestFirst ? outlines.reverse() : outlines).slice(0, limit);
  }

  async search({ domainId, action, from, isLast, newestFirst, after, limit }: AuditSearch): Promise<AuditPage> {
    const all = this.recorded().filter((entry) => entry.domainId === domainId);
    const isLastOf = ({ clientId, position }: TrailEntry) =>
      all.findLast((entry) => entry.clientId === clientId)!.position === position;
    const found = all
      .filter((entry) => (action === undefined || entry.action === action) && (!from || entry.at >= from))
      .filter((entry) => !isLast || isLastOf(entry));
    if (newestFirst) found.reverse();
    const rest = found.slice(found.findIndex(({ position }) => position === after?.position) + 1);
    const entries = rest.slice(0, limit);
    return { entries, next: rest.length > limit ? entries.at(-1) : undefined };
  }

  private list({ domainId, clientId, after = '0', upTo, limit }: AuditQuery): TrailEntry[] {
    return this.recorded()
      .filter((entry) => entry.domainId === domainId && entry.clientId === clientId)
      .filter(({ position }) => Number(position) > Number(after) && Number(position) <= Number(upTo ?? Infinity))
      .slice(0, limit);
  }

  private recorded(): TrailEntry[] {
    const at = new Date(Date.now() - this.age);
    const entries = this.repository.audit.map((write, index) => ({ ...write, position: String(index + 1), at }));
    return JSON.parse(JSON.stringify(entries), (key, value) => (key === 'at' ? new Date(value) : value));
  }
}

const clientsOver = (repository: InMemoryClientRepository, options: Partial<ClientsOptions> = {}) =>
  new Clients(repository, hasher, { allowPlainHttp: false, strictAudiences: false, ...options }, unseen);

function registry(options: Partial<ClientsOptions> = {}) {
  const repository = new InMemoryClientRepository();
  const clients = clientsOver(repository, options);
  const trail = new Trail(repository);
  const versions = new ClientVersions(clients, trail);
  const propose = (metadata: Partial<ClientMetadata>) => ({
    metadata: { ...DEFAULT_METADATA, ...metadata },
    nameOf: (field: string) => field,
  });
  const put = (metadata: Partial<ClientMetadata>, to = ref) =>
    clients.provision(to, origin, 'write', () => propose(metadata));
  return { repository, clients, secrets: new ClientSecrets(repository, hasher, unseen), trail, versions, put };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: ClientError) => error.problem.code,
  );

const subsetOf = <T>(...all: readonly T[]) => fc.shuffledSubarray([...all]);
const metadata = fc
  .record({
    clientName: fc.option(fc.constantFrom('', 'One', 'Two')),
    clientType: fc.constantFrom('public' as const, 'confidential' as const),
    grantTypes: subsetOf(...GRANT_TYPES),
    redirectUris: subsetOf('https://a.example.com/', 'https://b.example.com/', 'com.example.app:/cb'),
    postLogoutRedirectUris: subsetOf('https://a.example.com/bye'),
    scope: fc.constantFrom('', 'openid', 'openid profile'),
    audiences: subsetOf('one', 'two'),
    identityProviders: subsetOf('google'),
    policies: subsetOf('p-1', 'p-2'),
    allowedOrigins: subsetOf('https://a.example.com'),
    allowLocalLogin: fc.option(fc.boolean()),
    accessTokenLifetime: fc.option(fc.constantFrom(1, 90, 1440)),
    idTokenLifetime: fc.option(fc.constantFrom(1, 90)),
    refreshTokenLifetime: fc.option(fc.constantFrom(1, 1440)),
    tokenMethods: fc.shuffledSubarray([...TOKEN_METHODS], { minLength: 1 }),
    tokenMethodsAsList: fc.boolean(),
    disabledStrategies: fc.option(subsetOf(...STRATEGIES)),
    authUiOrigin: fc.option(fc.constant('https://login.example.com')),
    logoUri: fc.option(fc.constant('https://a.example.com/logo.png')),
  })
  .filter(({ clientType, grantTypes }) => clientType === 'confidential' || !grantTypes.includes('client_credentials'));

const step = fc.oneof(
  { weight: 5, arbitrary: metadata.map((to) => ({ kind: 'put' as const, to })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'remove' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'secret' as const }) },
  { weight: 1, arbitrary: fc.nat().map((which) => ({ kind: 'restore' as const, which })) },
);

describe('the versions of a client', () => {
  it('each equal what the client was when it was written, whatever was changed, deleted and made again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const { clients, repository, secrets, trail, versions, put } = registry();
        let lastVersion: string | undefined;
        const written = new Map<string, ClientMetadata>();
        for (const each of steps) {
          await put({ scope: 'theirs' }, stranger);
          if (each.kind === 'put') await put(each.to);
          else if (each.kind === 'remove') await codeOf(clients.remove(ref, origin));
          else if (each.kind === 'secret')
            await codeOf(secrets.add(ref, origin, { name: null, expiresAt: null, overlapSeconds: 9 }));
          else if (written.size > 0) {
            const [id, expected] = [...written][each.which % written.size]!;
            if ((await codeOf(versions.restore(ref, id, origin))) === 'done')
              expect((await clients.read(ref)).metadata()).toEqual(expected);
          }
          const now = await repository.find(ref);
          if (now && now.version !== lastVersion) written.set(trail.lastId(), now.metadata());
          lastVersion = now?.version;
        }
        for (const [id, expected] of written) expect((await versions.read(ref, id)).metadata).toEqual(expected);
        if (written.size > 0) {
          const listed = await versions.list(ref, { limit: 100 });
          expect(listed.map(({ position }) => position)).toEqual([...written.keys()]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('are told apart field by field', async () => {
    const { versions, put } = registry();
    await put({ scope: 'openid', audiences: ['one'] });
    await put({ scope: 'openid profile', audiences: ['one'] });
    await put({ scope: 'openid', audiences: ['one', 'two'] });
    expect(await versions.read(ref, '3')).toMatchObject({ entry: { position: '3' }, metadata: { scope: 'openid' } });
    expect(await versions.compare(ref, '1', '2')).toEqual({ scope: { before: 'openid', after: 'openid profile' } });
    expect(await versions.compare(ref, '3', '1')).toEqual({ audiences: { before: ['one', 'two'], after: ['one'] } });
  });

  it('cost what they show, however long the history: the entries that tell of them, and no others', async () => {
    const { trail, versions, secrets, put } = registry();
    await put({ clientType: 'confidential', scope: 's0' });
    for (let n = 1; n <= 1500; n += 1) await put({ clientType: 'confidential', scope: `s${n}` });
    await secrets.add(ref, origin, { name: null, expiresAt: null, overlapSeconds: 0 });
    await put({ clientType: 'confidential', scope: 's1500', clientName: 'Named' });
    const last = trail.lastId();
    const readBy = async (work: Promise<unknown>) => {
      const before = trail.read;
      await work;
      return trail.read - before;
    };
    expect((await versions.read(ref, last)).metadata).toMatchObject({ scope: 's1500', clientName: 'Named' });
    expect((await versions.read(ref, '700')).metadata).toMatchObject({ scope: 's699', clientName: null });
    expect(await readBy(versions.read(ref, last))).toBeLessThanOrEqual(3);
    expect(await readBy(versions.compare(ref, '2', '700'))).toBeLessThanOrEqual(4);
    expect(await readBy(versions.list(ref, { after: '900', limit: 1 }))).toBe(1);
    expect(await readBy(versions.restoreDeleted(ref, origin, Date.now()).catch(() => {}))).toBe(0);
  });

  it('are page by page, and none is another client’s', async () => {
    const { trail, versions, put } = registry();
    for (let n = 0; n < 250; n += 1) await put({ scope: `s${n}` }, n % 5 === 0 ? stranger : ref);
    const first = await versions.list(ref, { limit: 150 });
    const rest = await versions.list(ref, { after: first.at(-1)!.position, limit: 150 });
    expect([first.length, rest.length]).toEqual([150, 50]);
    expect(await codeOf(versions.read(ref, '1'))).toBe('version_not_found');
    await put({ scope: 'x' }, { ...ref, clientId: 'another' });
    expect(await codeOf(versions.read(ref, trail.lastId()))).toBe('version_not_found');
    expect(await codeOf(versions.list({ domainId: '3', clientId: 'my-app' }, { limit: 1 }))).toBe('client_not_found');
  });

  it('of a client whose creation nobody noted are known again from the next one on', async () => {
    const { repository, clients, versions, put } = registry();
    await put({ scope: 'a' });
    repository.audit.length = 0;
    await put({ scope: 'b' });
    expect(await codeOf(versions.read(ref, '1'))).toBe('version_not_found');
    await clients.remove(ref, origin);
    await put({ scope: 'c' });
    expect((await versions.read(ref, '3')).metadata.scope).toBe('c');
  });

  it('are those entries that changed the record, and neither others nor a deletion', async () => {
    const { clients, repository, secrets, versions, put } = registry();
    await put({ clientType: 'confidential' });
    await secrets.add(ref, origin, { name: null, expiresAt: null, overlapSeconds: 0 });
    await new ClientSuspensions(repository).suspend(ref, origin, { reason: null, until: null }, Date.now());
    await clients.remove(ref, origin);
    expect((await versions.list(ref, { limit: 10 })).map(({ position }) => position)).toEqual(['1']);
    expect(await versions.read(ref, '1')).toMatchObject({ entry: { position: '1', action: 'client.created' } });
    await put({}, { ...ref, clientId: 'another' });
    for (const id of ['2', '3', '4', '5', '999'])
      expect(await codeOf(versions.read(ref, id))).toBe('version_not_found');
  });

  it('are not known from an earlier client with the same id, if nobody noted the creation', async () => {
    const { repository, clients, versions, put } = registry();
    await put({ scope: 'a' });
    await clients.remove(ref, origin);
    await put({ scope: 'b' });
    repository.audit.pop();
    await put({ scope: 'c' });
    expect(await codeOf(versions.read(ref, '3'))).toBe('version_not_found');
  });

  it('are known without the creation if everything has changed since', async () => {
    const { repository, versions, put } = registry();
    await put({});
    repository.audit.length = 0;
    const full = { ...aFullClient(), redirectUris: ['https://a.com/'], postLogoutRedirectUris: ['https://a.com/'] };
    await put({ ...full, policies: ['p'] });
    expect((await versions.read(ref, '1')).metadata).toEqual({ ...full, policies: ['p'] });
  });

  it('are as many as there are, and none behind the last', async () => {
    const { trail, versions, put } = registry();
    for (let n = 0; n < 1100; n += 1) await put({ scope: `s${n}` });
    expect(await versions.list(ref, { limit: 2000 })).toHaveLength(1100);
    expect(await versions.list(ref, { after: trail.lastId(), limit: 10 })).toEqual([]);
  });

  it('are refused in the core’s own words where they break a rule of today', async () => {
    const { repository, trail, put } = registry({ allowPlainHttp: true });
    await put({ redirectUris: ['https://a.com/', 'http://a.com/'], logoUri: 'http://a.com/' });
    await put({});
    const strict = new ClientVersions(clientsOver(repository), trail);
    expect(
      await strict
        .restore(ref, '1', origin)
        .catch(({ problem }) => problem.violations.map((each: Violation) => each.property)),
    ).toEqual(['redirectUris[1]', 'logoUri']);
  });

  it('are restored only under the rules of today, and under the caller’s condition', async () => {
    const { clients, versions, put } = registry();
    await put({ scope: 'a' });
    await put({ scope: 'b' });
    expect(await codeOf(versions.restore(ref, '1', origin, () => false))).toBe('precondition_failed');
    expect((await clients.read(ref)).scope).toBe('b');
    await clients.remove(ref, origin);
    expect(await codeOf(versions.restore(ref, '1', origin))).toBe('client_not_found');
  });
});

describe('a deleted client', () => {
  it('comes back as it was last, with a new secret, and only once', async () => {
    const { clients, repository, versions, put } = registry();
    await put({ clientType: 'confidential', scope: 'first life' });
    await clients.remove(ref, origin);
    const { secret: old } = await put({ clientType: 'confidential', scope: 'second life' });
    await clients.remove(ref, origin);
    const { client, created, secret } = await versions.restoreDeleted(ref, origin, Date.now());
    expect([client.scope, created]).toEqual(['second life', true]);
    expect(secret).toMatch(/./);
    expect(secret).not.toBe(old);
    expect(repository.secretsOf(ref)).toHaveLength(1);
    expect(await codeOf(versions.restoreDeleted(ref, origin, Date.now()))).toBe('client_exists');
  });

  it('is listed, the latest first, page by page, until it can come back no more', async () => {
    const { clients, trail, versions, put } = registry();
    const of = (clientId: string) => ({ ...ref, clientId });
    for (const id of ['a', 'b', 'c', 'again']) {
      await put({ clientName: `Client ${id}` }, of(id));
      await clients.remove(of(id), origin);
    }
    await put({}, of('again'));
    await put({}, stranger);
    await clients.remove(stranger, origin);
    const now = Date.now();
    const first = await versions.deleted('1', { limit: 2 }, now);
    expect(first.clients).toMatchObject([
      { clientId: 'c', clientName: 'Client c', deletion: { action: 'client.deleted' } },
      { clientId: 'b', clientName: 'Client b' },
    ]);
    const [{ deletion, restorableUntil }] = first.clients as [DeletedClient];
    expect(restorableUntil.getTime() - deletion.at.getTime()).toBe(30 * DAY_MS);
    const rest = await versions.deleted('1', { after: first.next, limit: 2 }, now);
    expect([rest.clients.map(({ clientId }) => clientId), rest.next]).toEqual([['a'], undefined]);
    trail.age = 30 * DAY_MS + 1000;
    expect((await versions.deleted('1', { limit: 10 }, now)).clients).toEqual([]);
  });

  it('comes back for 30 days', async () => {
    const { clients, trail, versions, put } = registry();
    await put({ scope: 'a' });
    expect(await codeOf(versions.restoreDeleted(ref, origin, Date.now()))).toBe('client_exists');
    await clients.remove(ref, origin);
    trail.age = 30 * DAY_MS + 1000;
    expect(await codeOf(versions.restoreDeleted(ref, origin, Date.now()))).toBe('client_not_found');
    trail.age = 30 * DAY_MS - 60_000;
    expect(await codeOf(versions.restoreDeleted(ref, origin, Date.now()))).toBe('done');
    expect(await codeOf(versions.restoreDeleted(stranger, origin, Date.now()))).toBe('client_not_found');
  });
});
