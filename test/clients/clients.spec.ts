import {
  type Client,
  type ClientMetadata,
  DEFAULT_METADATA,
  type PageStart,
  type Precondition,
  type Proposal,
} from '#clients';
import {
  CALLERS,
  codeOf,
  confidential,
  never,
  origin,
  proposal,
  publicClient,
  ref,
  registry,
} from '../support/registry.js';

describe('register', () => {
  it('makes a client with what was proposed, in normal form', async () => {
    const { register, clients } = registry();
    const { client, created } = await register({
      clientName: 'My App',
      accessTokenLifetime: 90,
      disabledStrategies: [],
    });
    expect(created).toBe(true);
    expect(client.metadata()).toEqual({ ...DEFAULT_METADATA, clientName: 'My App' });
    expect(await clients.read(ref)).toEqual(client);
  });

  it('refuses an id that is taken, and leaves the client and its secret alone', async () => {
    const { register, clients, repository, secretIds } = registry();
    const { client } = await register(confidential);
    const ids = secretIds();
    expect(await codeOf(register({ clientName: 'other' }))).toBe('client_exists');
    expect(await clients.read(ref)).toEqual(client);
    expect(secretIds()).toEqual(ids);
    expect(repository.audit).toHaveLength(1);
  });

  it(`raced by ${CALLERS} callers: one makes the client, the others are told that it exists`, async () => {
    const { register, repository, secretIds } = registry();
    const results = await Promise.allSettled(Array.from({ length: CALLERS }, () => register(confidential)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.problem).toEqual({ code: 'client_exists' });
    }
    expect(secretIds()).toHaveLength(1);
    expect(repository.audit).toHaveLength(1);
  });
});

describe('provision', () => {
  it('makes the client when there is none, and changes it when there is one', async () => {
    const { provision } = registry();
    expect(await provision({ scope: 'a' })).toMatchObject({ created: true, client: { scope: 'a' } });
    expect(await provision({ scope: 'b' })).toMatchObject({ created: false, client: { scope: 'b' } });
  });

  it('passes the record to the proposal, and undefined when there is none', async () => {
    const { clients } = registry();
    const seen: (string | undefined)[] = [];
    for (const scope of ['a', 'b']) {
      await clients.provision(ref, origin, 'write', (current) => {
        seen.push(current?.scope);
        return proposal({ scope });
      });
    }
    expect(new Set(seen)).toEqual(new Set([undefined, 'a']));
    expect(seen.at(-1)).toBe('a');
  });

  it('writes nothing when nothing changes: same version, same date, no audit entry', async () => {
    const { provision, repository } = registry();
    const metadata = { ...confidential, redirectUris: ['https://a.com/'], policies: ['p'] };
    const { client } = await provision(metadata);
    const again = await provision(metadata);
    expect(again).toEqual({ client, created: false, secret: null });
    expect(repository.audit).toHaveLength(1);
  });

  it('writes nothing when only the spelling of a default changes', async () => {
    const { provision, repository } = registry();
    const { client } = await provision({ accessTokenLifetime: null, disabledStrategies: null });
    const again = await provision({ accessTokenLifetime: 90, disabledStrategies: [] });
    expect(again.client).toEqual(client);
    expect(repository.audit).toHaveLength(1);
  });

  it.each([
    ['a reordered list', { redirectUris: ['https://b.com/', 'https://a.com/'] }],
    ['another form of the token methods', { tokenMethodsAsList: true }],
    ['a name', { clientName: 'x' }],
  ])('writes when there is %s', async (_, difference) => {
    const { provision, repository } = registry();
    const before = { redirectUris: ['https://a.com/', 'https://b.com/'] };
    const { client } = await provision(before);
    const changed = await provision({ ...before, ...difference });
    expect(changed.client.version).not.toBe(client.version);
    expect(repository.audit).toHaveLength(2);
  });

  it(`keeps the work of ${CALLERS} callers who each add something at once`, async () => {
    const { clients } = registry();
    const additions = Array.from({ length: CALLERS }, (_, index) => `policy-${index}`);
    await Promise.all(
      additions.map((addition) =>
        clients.provision(ref, origin, 'write', (current) =>
          proposal({ policies: [...(current?.policies ?? []), addition] }),
        ),
      ),
    );
    expect([...(await clients.read(ref)).policies].sort()).toEqual([...additions].sort());
  });
});

describe('change', () => {
  it('changes a client that exists', async () => {
    const { register, change, clients } = registry();
    await register({ clientName: 'old', scope: 'a' });
    expect(await change({ clientName: 'new' })).toMatchObject({
      created: false,
      client: { clientName: 'new', scope: 'a' },
    });
    expect((await clients.read(ref)).clientName).toBe('new');
  });

  it('never makes a client', async () => {
    const { change, clients } = registry();
    expect(await codeOf(change({ clientName: 'new' }))).toBe('client_not_found');
    expect(await codeOf(clients.read(ref))).toBe('client_not_found');
  });
});

describe('remove', () => {
  it('removes the client and its secrets', async () => {
    const { register, clients, secretIds } = registry();
    await register(confidential);
    await clients.remove(ref, origin);
    expect(await codeOf(clients.read(ref))).toBe('client_not_found');
    expect(secretIds()).toEqual([]);
  });

  it('does not take a client that is not there for a success', async () => {
    expect(await codeOf(registry().clients.remove(ref, origin))).toBe('client_not_found');
  });

  it('heeds the precondition', async () => {
    const { register, clients } = registry();
    const { client } = await register();
    expect(await codeOf(clients.remove(ref, origin, never))).toBe('precondition_failed');
    expect(await clients.read(ref)).toEqual(client);
    await clients.remove(ref, origin, (current) => current?.version === client.version);
    expect(await codeOf(clients.read(ref))).toBe('client_not_found');
  });
});

describe('the audit', () => {
  it('says of each write who did what to which fields, and never a secret', async () => {
    const { register, change, clients, repository } = registry();
    const { secret } = await register({ ...confidential, scope: 'a' });
    await change({ ...publicClient, scope: 'b' });
    await change({ ...confidential }, { secret: 'correct horse battery' });
    await clients.remove(ref, origin);
    expect(repository.audit.map(({ action }) => action)).toEqual([
      'client.created',
      'client.changed',
      'client.changed',
      'client.deleted',
    ]);
    const [created, changed, set, deleted] = repository.audit;
    expect(created).toMatchObject({ ...ref, origin });
    expect(created?.changes.scope).toEqual({ before: null, after: 'a' });
    expect(created?.changes.clientSecret).toEqual({ before: null, after: 'created' });
    expect(changed?.changes).toEqual({
      clientType: { before: 'confidential', after: 'public' },
      scope: { before: 'a', after: 'b' },
      clientSecret: { before: null, after: 'revoked' },
    });
    expect(set?.changes.clientSecret).toEqual({ before: null, after: 'set' });
    expect(deleted?.changes.scope).toEqual({ before: 'b', after: null });
    const text = JSON.stringify(repository.audit);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('correct horse');
  });
});

describe('what a write answered', () => {
  it('stands while the client that it made is there, and its secret is live', async () => {
    const { register, change, clients } = registry();
    const { client, secret } = await register(confidential);
    const told = { createdAt: client.createdAt, secret };
    expect(await clients.stands(ref, told, null)).toBe(true);
    await change({ scope: 'openid' });
    expect(await clients.stands(ref, told, null)).toBe(true);
    await change(confidential, { secret: 'correct horse battery' });
    expect(await clients.stands(ref, told, null)).toBe(false);
    expect(await clients.stands(ref, { ...told, secret: null }, null)).toBe(true);
  });

  it('does not stand once the client is deleted, nor for another one under its id', async () => {
    const { register, clients, repository } = registry();
    const { client } = await register();
    const told = { createdAt: client.createdAt, secret: null };
    await clients.remove(ref, origin);
    expect(await clients.stands(ref, told, null)).toBe(false);
    await register();
    const findNow = repository.findNow.bind(repository);
    repository.findNow = async (of) =>
      Object.assign((await findNow(of))!, { createdAt: new Date(client.createdAt.getTime() + 1) });
    expect(await clients.stands(ref, told, null)).toBe(false);
  });
});

describe('a plan', () => {
  const planner = (options = {}) => {
    const its = registry(options);
    const plan = (metadata: Partial<ClientMetadata>, more: Partial<Proposal> = {}, precondition?: Precondition) =>
      its.clients.plan(ref, origin, 'write', () => proposal(metadata, more), precondition);
    return { ...its, plan };
  };

  it('tells what a write would make of the client, and writes nothing', async () => {
    const { plan, provision, repository } = planner();
    const first = await plan({ ...confidential, scope: 'openid' });
    expect(first).toMatchObject({ before: undefined, after: { ...ref, scope: 'openid' }, secret: 'created' });
    expect(await repository.find(ref)).toBeUndefined();
    const { client } = await provision({ ...confidential, scope: 'openid' });
    expect(await plan(confidential)).toMatchObject({ before: client, after: { scope: '' }, secret: 'kept' });
    expect(await plan(publicClient)).toMatchObject({ secret: 'revoked' });
    expect(await plan(confidential, { secret: 'correct horse battery' })).toMatchObject({ secret: 'set' });
    expect(repository.audit).toHaveLength(1);
    expect(await repository.find(ref)).toEqual(client);
  });

  it('knows a secret that is live already', async () => {
    const { plan, provision } = planner();
    const { secret } = await provision(confidential);
    expect(await plan(confidential, { secret })).toMatchObject({ secret: 'kept' });
  });

  it('refuses what the write would refuse', async () => {
    const { plan, provision } = planner({ strictAudiences: true });
    expect(await codeOf(plan({ scope: ' ' }))).toBe('invalid_client_metadata');
    expect(await codeOf(plan({ audiences: ['nobody'] }))).toBe('unknown_audiences');
    expect(await codeOf(plan({}, {}, never))).toBe('precondition_failed');
    await provision({}, { life: { managedBy: 'terraform', locked: true } });
    expect(await codeOf(plan({ scope: 'openid' }))).toBe('client_locked');
    expect(await plan({})).toMatchObject({ secret: 'kept' });
    expect((await planner().plan({ audiences: ['nobody'] })).after.audiences).toEqual(['nobody']);
  });
});

describe('lists', () => {
  const IDS = Array.from({ length: 2500 }, (_, index) => `client-${String(index).padStart(5, '0')}`);

  it('give every id in order, in batches, however many there are', async () => {
    const { repository, clients, register } = registry();
    for (const clientId of [...IDS].reverse()) await register({}, {}, { domainId: '1', clientId });
    const batches: string[][] = [];
    for await (const batch of clients.everyId('1')) batches.push(batch);
    expect(batches.flat()).toEqual(IDS);
    expect(batches.length).toBeGreaterThan(1);
    const found: string[] = [];
    for await (const batch of clients.everyId('1', '-0100')) found.push(...batch);
    expect(found).toEqual(await repository.ids('1', { search: '-0100', limit: 5000 }));
    expect(found).toHaveLength(10);
  });

  it('give every client in the order of the ids, in batches', async () => {
    const { clients, register } = registry();
    const ids = IDS.slice(0, 120);
    for (const clientId of [...ids].reverse()) await register({ scope: clientId }, {}, { domainId: '1', clientId });
    await register({}, {}, { domainId: '2', clientId: 'elsewhere' });
    const batches: (readonly Client[])[] = [];
    for await (const batch of clients.everyClient('1')) batches.push(batch);
    expect(batches.flat().map(({ scope }) => scope)).toEqual(ids);
    expect(batches.length).toBeGreaterThan(1);
  });

  it('give no batch in a domain without clients', async () => {
    const { clients } = registry();
    const batches: unknown[] = [];
    for await (const batch of clients.everyId('1')) batches.push(batch);
    for await (const batch of clients.everyClient('1')) batches.push(batch);
    expect(batches).toEqual([]);
  });

  it('give some ids', async () => {
    const { clients, register } = registry();
    for (const clientId of ['c', 'a', 'b']) await register({}, {}, { domainId: '1', clientId });
    expect(await clients.ids('1', { after: 'a', limit: 1 })).toEqual(['b']);
  });

  it('give a page, how many there are in all, and whether there are more', async () => {
    const { clients, register } = registry();
    for (const clientId of ['c', 'a', 'b']) await register({}, {}, { domainId: '1', clientId });
    const page = async (start: PageStart, limit: number) => {
      const { clients: found, ...rest } = await clients.list('1', { filters: [], sort: [], start, limit });
      return { ids: found.map(({ clientId }) => clientId), ...rest };
    };
    const at = (clientId: string) => ({ values: [], clientId });
    expect(await page({ offset: 1 }, 1)).toEqual({ ids: ['b'], total: 3, hasMore: true });
    expect(await page({ offset: 1 }, 2)).toEqual({ ids: ['b', 'c'], total: 3, hasMore: false });
    expect(await page({ after: at('a') }, 1)).toEqual({ ids: ['b'], total: 3, hasMore: true });
    expect(await page({ after: at('a') }, 2)).toEqual({ ids: ['b', 'c'], total: 3, hasMore: false });
    expect(await page({ before: at('c') }, 1)).toEqual({ ids: ['b'], total: 3, hasMore: true });
    expect(await page({ before: at('c') }, 2)).toEqual({ ids: ['a', 'b'], total: 3, hasMore: false });
  });
});
