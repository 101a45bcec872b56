import type { Origin } from '#audit';
import {
  type ClientError,
  type ClientMetadata,
  type ClientRef,
  Clients,
  type ClientsOptions,
  DEFAULT_METADATA,
  type Outcome,
  type PageStart,
  type Precondition,
  type Proposal,
  rule,
  SecretHasher,
} from '#clients';
import { isRandomToken, Pepper } from '#secrets';
import { aFullClient } from '../../libs/clients/src/testing/client-repository.contract.js';
import { InMemoryClientRepository } from '../../libs/clients/src/testing/in-memory-client.repository.js';

const CALLERS = 16;
const ref: ClientRef = { domainId: '1', clientId: 'my-app' };
const origin: Origin = { credentialId: null, credentialName: 'tester', dialect: 'test', requestId: 'r-1' };
const hasher = new SecretHasher(new Pepper('a pepper for tests'));

const confidential = { clientType: 'confidential' } as const;
const publicClient = { clientType: 'public' } as const;
const broken = { scope: ' ' };
const never: Precondition = () => false;

function registry(options: Partial<ClientsOptions> = {}) {
  const repository = new InMemoryClientRepository();
  const clients = new Clients(repository, hasher, { allowPlainHttp: false, strictAudiences: false, ...options });
  return {
    repository,
    clients,
    register: (metadata: Partial<ClientMetadata> = {}, more: Partial<Proposal> = {}, to = ref) =>
      clients.register(to, origin, proposal(metadata, more)),
    provision: (metadata: Partial<ClientMetadata> = {}, more: Partial<Proposal> = {}, precondition?: Precondition) =>
      clients.provision(ref, origin, () => proposal(metadata, more), precondition),
    /** Only what is named changes. */
    change: (metadata: Partial<ClientMetadata> = {}, more: Partial<Proposal> = {}, precondition?: Precondition) =>
      clients.change(
        ref,
        origin,
        (current) => proposal({ ...(current?.metadata() ?? DEFAULT_METADATA), ...metadata }, more),
        precondition,
      ),
    secretIds: () => repository.secretsOf(ref).map(({ id }) => id),
    isLive: async (secret: string | null) => {
      return (await hasher.find(repository.secretsOf(ref), secret ?? '')) !== undefined;
    },
  };
}

function proposal(metadata: Partial<ClientMetadata>, more: Partial<Proposal> = {}): Proposal {
  return {
    metadata: { ...DEFAULT_METADATA, ...metadata },
    nameOf: (field, index) => (index === undefined ? field : `${field}[${index}]`),
    ...more,
  };
}

/** The problem that a use case was refused with. */
async function problemOf(work: Promise<unknown>): Promise<ClientError['problem']> {
  const error: unknown = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toMatchObject({ name: 'ClientError' });
  return (error as ClientError).problem;
}

const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;

async function violationsOf(work: Promise<unknown>): Promise<string[]> {
  const problem = await problemOf(work);
  if (problem.code !== 'invalid_client_metadata') throw new Error(`refused with ${problem.code}`);
  return problem.violations.map(({ property, rule }) => `${property} ${rule}`);
}

describe('the secret (table of spec/v1-dialect.md):', () => {
  const isGenerated = ({ secret }: Outcome) => secret !== null && isRandomToken('cls_', secret);

  it('absent → confidential: one is made and shown', async () => {
    const { provision, isLive, secretIds } = registry();
    const outcome = await provision(confidential);
    expect(outcome.created).toBe(true);
    expect(isGenerated(outcome)).toBe(true);
    expect(await isLive(outcome.secret)).toBe(true);
    expect(secretIds()).toHaveLength(1);
  });

  it('absent → public: none', async () => {
    const { provision, secretIds } = registry();
    expect((await provision(publicClient)).secret).toBeNull();
    expect(secretIds()).toEqual([]);
  });

  it('confidential → confidential: kept untouched and not shown', async () => {
    const { provision, isLive, secretIds } = registry();
    const { secret } = await provision(confidential);
    const ids = secretIds();
    const again = await provision({ ...confidential, scope: 'openid' });
    expect(again).toMatchObject({ created: false, secret: null });
    expect(secretIds()).toEqual(ids);
    expect(await isLive(secret)).toBe(true);
  });

  it('public → confidential: a new one is made and shown', async () => {
    const { provision, isLive } = registry();
    await provision(publicClient);
    const outcome = await provision(confidential);
    expect(isGenerated(outcome)).toBe(true);
    expect(await isLive(outcome.secret)).toBe(true);
  });

  it('confidential → public → confidential: an old one is never revived', async () => {
    const { provision, isLive, secretIds } = registry();
    const first = await provision(confidential);
    await provision(publicClient);
    const second = await provision(confidential);
    expect(second.secret).not.toBe(first.secret);
    expect(await isLive(first.secret)).toBe(false);
    expect(secretIds()).toHaveLength(1);
  });

  it('confidential → public: all are revoked at once', async () => {
    const { provision, secretIds } = registry();
    await provision(confidential);
    expect((await provision(publicClient)).secret).toBeNull();
    expect(secretIds()).toEqual([]);
  });

  it('public → public: none', async () => {
    const { provision, secretIds } = registry();
    await provision(publicClient);
    expect((await provision({ ...publicClient, scope: 'openid' })).secret).toBeNull();
    expect(secretIds()).toEqual([]);
  });

  it(`raced by ${CALLERS} callers: exactly one gets it, and it is the one that works`, async () => {
    const { provision, isLive, secretIds } = registry();
    const outcomes = await Promise.all(Array.from({ length: CALLERS }, () => provision(confidential)));
    const secrets = outcomes.flatMap(({ secret }) => (secret === null ? [] : [secret]));
    expect(secrets).toHaveLength(1);
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
    expect(secretIds()).toHaveLength(1);
    expect(await isLive(secrets[0]!)).toBe(true);
  });

  it('deleted earlier, same id: a new client that inherits nothing', async () => {
    const { clients, provision, isLive } = registry();
    const first = await provision({
      ...aFullClient(),
      redirectUris: ['https://a.com/'],
      postLogoutRedirectUris: [],
      policies: [],
    });
    await clients.remove(ref, origin);
    const second = await provision(confidential);
    expect(second.created).toBe(true);
    expect(second.client.metadata()).toEqual({ ...DEFAULT_METADATA, ...confidential });
    expect(isGenerated(second)).toBe(true);
    expect(await isLive(first.secret)).toBe(false);
    expect(second.client.version).not.toBe(first.client.version);
  });
});

describe('a secret that the caller chose', () => {
  const CHOSEN = 'correct horse battery';

  it('is set and shown in the answer that set it', async () => {
    const { register, isLive, secretIds } = registry();
    expect((await register(confidential, { secret: CHOSEN })).secret).toBe(CHOSEN);
    expect(await isLive(CHOSEN)).toBe(true);
    expect(secretIds()).toHaveLength(1);
  });

  it('replaces all that were live', async () => {
    const { register, change, isLive, secretIds } = registry();
    const { secret } = await register(confidential);
    expect((await change({}, { secret: CHOSEN })).secret).toBe(CHOSEN);
    expect(await isLive(secret)).toBe(false);
    expect(await isLive(CHOSEN)).toBe(true);
    expect(secretIds()).toHaveLength(1);
  });

  it('keeps everything when it is a live one of this client, generated or chosen: that is no change', async () => {
    for (const chosen of [undefined, CHOSEN]) {
      const { register, change, repository, secretIds } = registry();
      const { client, secret } = await register(confidential, { secret: chosen });
      const ids = secretIds();
      const again = await change({}, { secret });
      expect(again.secret).toBeNull();
      expect(again.client).toEqual(client);
      expect(secretIds()).toEqual(ids);
      expect(repository.audit).toHaveLength(1);
    }
  });

  it.each([null, undefined])('keeps everything when it is %s', async (secret) => {
    const { register, change, secretIds } = registry();
    await register(confidential);
    const ids = secretIds();
    expect((await change({ scope: 'openid' }, { secret })).secret).toBeNull();
    expect(secretIds()).toEqual(ids);
  });

  it('does not move the version, only the version of the secrets', async () => {
    const { register, change } = registry();
    const before = await register(confidential);
    const after = await change({}, { secret: CHOSEN });
    expect(after.client.version).toBe(before.client.version);
    expect(after.client.updatedAt).toEqual(before.client.updatedAt);
    expect(after.client.secretsVersion).toBe(before.client.secretsVersion + 1);
  });

  it.each([
    ['a mask', '********'],
    ['a short one', 'short'],
    ['somebody else’s generated one', hasher.generate().value],
  ])('is refused when it is %s, and nothing is written', async (_, secret) => {
    const { register, change, repository, secretIds } = registry();
    expect(await violationsOf(register(confidential, { secret }))).toEqual(['clientSecret value']);
    await register(confidential);
    const ids = secretIds();
    expect(await violationsOf(change({}, { secret }))).toEqual(['clientSecret value']);
    expect(secretIds()).toEqual(ids);
    expect(repository.audit).toHaveLength(1);
  });

  it('is refused on a client that uses none, also when it was live until now', async () => {
    const { register, change, isLive } = registry();
    const { secret } = await register(confidential);
    expect(await violationsOf(change(publicClient, { secret }))).toEqual(['clientSecret value']);
    expect(await isLive(secret)).toBe(true);
    expect(await violationsOf(registry().register(publicClient, { secret: CHOSEN }))).toEqual(['clientSecret value']);
  });

  it('is refused after it was revoked: a generated one that is not live can only be foreign', async () => {
    const { register, change } = registry();
    const { secret } = await register(confidential);
    await change(publicClient);
    expect(await violationsOf(change(confidential, { secret }))).toEqual(['clientSecret value']);
  });
});

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

  it('shows the record to whoever proposes, and undefined when there is none', async () => {
    const { clients } = registry();
    const seen: (string | undefined)[] = [];
    for (const scope of ['a', 'b']) {
      await clients.provision(ref, origin, (current) => {
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
        clients.provision(ref, origin, (current) => proposal({ policies: [...(current?.policies ?? []), addition] })),
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

describe('what is said of a refusal', () => {
  it('names all broken rules at once, in the caller’s words, behind what was wrong with the request', async () => {
    const nameOf: Proposal['nameOf'] = (field, index) => `my-${field}${index === undefined ? '' : `/${index}`}`;
    const violations = [{ property: 'extra', rule: 'unknown', message: 'is not a field' }] as const;
    const refused = registry().register(
      { redirectUris: ['https://a.com/', 'x'], scope: ' ', clientType: 'confidential' },
      { nameOf, violations, secret: '***' },
    );
    expect(await violationsOf(refused)).toEqual([
      'extra unknown',
      'my-redirectUris/1 format',
      'my-scope format',
      'my-clientSecret value',
    ]);
  });

  it('does not hold a field against the rules whose value was not understood', async () => {
    const violations = [{ property: 'redirectUris[0]', rule: 'type', message: 'must be a string' }] as const;
    const refused = registry().register({ redirectUris: ['x'], scope: ' ' }, { violations });
    expect(await violationsOf(refused)).toEqual(['redirectUris[0] type', 'scope format']);
  });

  it('does not hold a pair against the rules of which one half was not understood', async () => {
    const violations = [{ property: 'clientType', rule: 'type', message: 'must be a string' }] as const;
    const refused = registry().register({ grantTypes: ['client_credentials'] }, { violations });
    expect(await violationsOf(refused)).toEqual(['clientType type']);
  });

  it('still names a broken rule when another property, whose name begins alike, was wrong', async () => {
    const violations = [{ property: 'scopes', rule: 'unknown', message: 'is not a field' }] as const;
    expect(await violationsOf(registry().register({ scope: ' ' }, { violations }))).toEqual([
      'scopes unknown',
      'scope format',
    ]);
  });

  it('never repeats a secret', async () => {
    const secret = `cls_${'s3cr3t'.repeat(8)}`;
    const problem = await problemOf(registry().register(confidential, { secret }));
    expect(JSON.stringify(problem)).not.toContain('s3cr3t');
  });
});

describe('refusals come in order:', () => {
  const unknownAudience = { audiences: ['nobody'] };

  it('broken rules before an id that is taken', async () => {
    const { register } = registry();
    await register();
    expect(await codeOf(register(broken))).toBe('invalid_client_metadata');
  });

  it('broken rules before a client that is not there', async () => {
    expect(await codeOf(registry().change(broken))).toBe('invalid_client_metadata');
  });

  it('broken rules before unknown audiences', async () => {
    const { provision } = registry({ strictAudiences: true });
    expect(await codeOf(provision({ ...broken, ...unknownAudience }))).toBe('invalid_client_metadata');
  });

  it('broken rules before a precondition', async () => {
    const { provision, change } = registry();
    expect(await codeOf(provision(broken, {}, never))).toBe('invalid_client_metadata');
    await provision();
    expect(await codeOf(provision(broken, {}, never))).toBe('invalid_client_metadata');
    expect(await codeOf(change(broken, {}, never))).toBe('invalid_client_metadata');
  });

  it('a client that is not there before a precondition', async () => {
    const { change, clients } = registry();
    expect(await codeOf(change({}, {}, never))).toBe('client_not_found');
    expect(await codeOf(clients.remove(ref, origin, never))).toBe('client_not_found');
  });

  it('a client that is not there before unknown audiences', async () => {
    const { change } = registry({ strictAudiences: true });
    expect(await codeOf(change(unknownAudience))).toBe('client_not_found');
  });

  it('unknown audiences before a precondition', async () => {
    const { provision } = registry({ strictAudiences: true });
    expect(await codeOf(provision(unknownAudience, {}, never))).toBe('unknown_audiences');
    await provision();
    expect(await codeOf(provision(unknownAudience, {}, never))).toBe('unknown_audiences');
  });

  it('and nothing is written by any of them', async () => {
    const { provision, change, repository } = registry({ strictAudiences: true });
    await provision(confidential);
    const before = await repository.find(ref);
    for (const refused of [provision(broken), change(broken), provision(unknownAudience), provision({}, {}, never)]) {
      await problemOf(refused);
    }
    expect(await repository.find(ref)).toEqual(before);
    expect(repository.audit).toHaveLength(1);
    expect(repository.secretsOf(ref)).toHaveLength(1);
  });
});

describe('a precondition', () => {
  it('that holds lets the write through', async () => {
    const { provision, change } = registry();
    const created = await provision({}, {}, (current) => current === undefined);
    const changed = await provision({ scope: 'a' }, {}, (current) => current?.version === created.client.version);
    expect(changed.client.scope).toBe('a');
    expect((await change({ scope: 'b' }, {}, (current) => current?.scope === 'a')).client.scope).toBe('b');
  });

  it('that does not hold refuses creation and change alike', async () => {
    const { provision, clients } = registry();
    expect(await codeOf(provision({}, {}, never))).toBe('precondition_failed');
    expect(await codeOf(clients.read(ref))).toBe('client_not_found');
    const { client } = await provision();
    expect(await codeOf(provision({ scope: 'a' }, {}, never))).toBe('precondition_failed');
    expect(await clients.read(ref)).toEqual(client);
  });

  it('is heeded even when nothing would change', async () => {
    const { provision } = registry();
    await provision();
    expect(await codeOf(provision({}, {}, never))).toBe('precondition_failed');
  });

  it('for creation only lets exactly one of many callers through', async () => {
    const { provision } = registry();
    const results = await Promise.allSettled(
      Array.from({ length: CALLERS }, (_, index) => provision({ scope: `s${index}` }, {}, (current) => !current)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('on one version lets exactly one of many callers through', async () => {
    const { provision, clients } = registry();
    const { client } = await provision();
    const results = await Promise.allSettled(
      Array.from({ length: CALLERS }, (_, index) =>
        provision({ scope: `s${index}` }, {}, (current) => current?.version === client.version),
      ),
    );
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(winners).toHaveLength(1);
    expect(await clients.read(ref)).toEqual(winners[0]?.client);
  });
});

describe('strict audiences', () => {
  const strict = { strictAudiences: true };

  it('are off by default: audiences need not exist', async () => {
    expect((await registry().provision({ audiences: ['nobody'] })).client.audiences).toEqual(['nobody']);
  });

  it('refuse audiences that are not registered in the domain, naming them', async () => {
    const { register, provision } = registry(strict);
    await register({}, {}, { domainId: '1', clientId: 'here' });
    await register({}, {}, { domainId: '2', clientId: 'elsewhere' });
    expect(await problemOf(provision({ audiences: ['here', 'elsewhere', 'nobody'] }))).toEqual({
      code: 'unknown_audiences',
      audiences: ['elsewhere', 'nobody'],
    });
    expect((await provision({ audiences: ['here'] })).created).toBe(true);
  });

  it('take the client itself for known', async () => {
    expect((await registry(strict).provision({ audiences: ['my-app'] })).client.audiences).toEqual(['my-app']);
  });

  it('do not refuse an audience on record that is gone meanwhile', async () => {
    const { register, provision, clients } = registry(strict);
    const friend = { domainId: '1', clientId: 'friend' };
    await register({}, {}, friend);
    await provision({ audiences: ['friend'] });
    await clients.remove(friend, origin);
    expect((await provision({ audiences: ['friend'], scope: 'a' })).client.audiences).toEqual(['friend']);
    expect((await problemOf(provision({ audiences: ['friend', 'nobody'] }))).code).toBe('unknown_audiences');
  });
});

describe('what is on record is never refused:', () => {
  const noPublicHttp: Proposal['rules'] = [
    rule(['redirectUris'], ({ redirectUris }) =>
      redirectUris.flatMap((uri, index) =>
        uri.includes('?') ? [{ field: 'redirectUris', index, rule: 'value', message: 'must not have a query' }] : [],
      ),
    ),
  ];

  it('a value that came in under a looser door passes a stricter one', async () => {
    const { register, provision } = registry();
    await register({ redirectUris: ['https://a.com/?x=1'] });
    const kept = { redirectUris: ['https://a.com/?x=1', 'https://b.com/'] };
    expect((await provision(kept, { rules: noPublicHttp })).client.redirectUris).toEqual(kept.redirectUris);
    const added = { redirectUris: ['https://a.com/?x=1', 'https://b.com/?y=2'] };
    expect(await violationsOf(provision(added, { rules: noPublicHttp }))).toEqual(['redirectUris[1] value']);
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

  it('give no batch in a domain without clients', async () => {
    const batches: string[][] = [];
    for await (const batch of registry().clients.everyId('1')) batches.push(batch);
    expect(batches).toEqual([]);
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
