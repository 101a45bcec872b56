import type { Origin } from '#audit';
import {
  type Client,
  type ClientImport,
  ClientImports,
  type ClientsOptions,
  DEFAULT_LIFE,
  DEFAULT_METADATA,
  type ImportLine,
  type LineSecret,
  MAX_VIOLATIONS,
  type Proposal,
} from '#clients';
import { aFullClient } from '../../libs/clients/src/testing/writes.js';
import {
  codeOf,
  confidential,
  hasher,
  origin,
  problemOf,
  proposal,
  registry,
  violationsOf,
} from '../support/registry.js';

// What a line of the file says is seen in test/admin/bulk.spec.ts; the locks of managers, in client-about.spec.ts.

const DOMAIN = '1';
const ACME: Origin = { ...origin, subscription: 'acme' };
const URIS = ['https://a.example.com/', 'https://b.example.com/'];
/** Meets every rule, and no field has its default. */
const FULL = { ...aFullClient(), redirectUris: URIS, postLogoutRedirectUris: URIS, policies: ['policy.employees'] };

function importer(options: Partial<ClientsOptions> = {}) {
  const its = registry();
  const imports = new ClientImports(its.repository, hasher, {
    allowPlainHttp: false,
    strictAudiences: false,
    ...options,
  });
  return {
    ...its,
    imports,
    open: (domainId = DOMAIN, by = origin) => imports.open(domainId, by),
    onRecord: (clientId: string) => its.repository.find({ domainId: DOMAIN, clientId }),
    secretsOf: (clientId: string) => its.repository.secretsOf({ domainId: DOMAIN, clientId }),
    has: (clientId: string, metadata: Partial<Client> = {}, more: Partial<Proposal> = {}) =>
      its.register(metadata, more, { domainId: DOMAIN, clientId }),
  };
}

const line = (number: number, clientId: string, metadata: Partial<Client> = {}, more: Partial<ImportLine> = {}) => ({
  ...{ number, clientId, proposal: proposal(metadata) },
  ...more,
});

async function toldBy(open: ClientImport) {
  const told = [];
  for await (const some of open.clients()) told.push(...some);
  return told;
}

describe('an import', () => {
  it('creates the clients that are not there, and changes those that are not as their line has them', async () => {
    const its = importer();
    const same = await its.has('same', { scope: 'openid' });
    await its.has('other', { scope: 'openid', clientName: 'Before' });
    await its.has('not-named');
    const open = await its.open();
    await open.add([line(1, 'new', { scope: 'email' }), line(2, 'same', { scope: 'openid' })]);
    await open.add([line(3, 'other', { scope: 'email' })]);
    expect(await open.check({ prune: false })).toEqual({ created: 1, changed: 1, removed: 0, unchanged: 1 });
    expect(await its.onRecord('new')).toBeUndefined();
    await open.commit();
    expect(await its.onRecord('new')).toMatchObject({ ...DEFAULT_METADATA, scope: 'email' });
    expect(await its.onRecord('other')).toMatchObject({ ...DEFAULT_METADATA, scope: 'email' });
    expect(await its.onRecord('same')).toEqual(same.client);
    expect(await its.onRecord('not-named')).toBeDefined();
    expect(its.repository.audit.slice(3).map(({ action, clientId }) => `${action} ${clientId}`)).toEqual([
      'client.created new',
      'client.changed other',
    ]);
  });

  it('tells of each client that it creates, changes or removes, in the order of the ids, what it was and what it is', async () => {
    const its = importer();
    await its.has('b-changed', FULL);
    await its.has('c-removed', FULL, { life: { owner: 'Shop', expiresAt: new Date('2999-01-01') } });
    await its.has('d-same');
    const open = await its.open();
    await open.add([
      line(1, 'd-same'),
      line(2, 'b-changed', { ...FULL, scope: 'email' }, { life: () => ({ owner: 'Shop' }) }),
      line(3, 'a-new', { redirectUris: URIS }),
    ]);
    await open.check({ prune: true });
    await open.commit();
    const nothing = { secrets: 'kept', secret: null };
    const created = { ...DEFAULT_METADATA, ...DEFAULT_LIFE, redirectUris: URIS };
    const full = { ...FULL, ...DEFAULT_LIFE };
    expect(await toldBy(open)).toEqual([
      { ...nothing, clientId: 'a-new', action: 'created', before: undefined, after: created },
      {
        ...nothing,
        clientId: 'b-changed',
        action: 'changed',
        before: full,
        after: { ...full, scope: 'email', owner: 'Shop' },
      },
      {
        ...nothing,
        clientId: 'c-removed',
        action: 'removed',
        before: { ...full, owner: 'Shop', expiresAt: new Date('2999-01-01') },
        after: undefined,
      },
    ]);
  });

  it('removes the clients that no line names only when it prunes', async () => {
    const its = importer();
    for (const id of ['a', 'b', 'c']) await its.has(id);
    const open = await its.open();
    await open.add([line(1, 'b')]);
    expect(await open.check({ prune: true })).toEqual({ created: 0, changed: 0, removed: 2, unchanged: 1 });
    await open.commit();
    expect(await its.repository.ids(DOMAIN, { limit: 10 })).toEqual(['b']);
    expect(its.repository.audit.at(-1)).toMatchObject({ action: 'client.deleted', clientId: 'c', origin });
  });

  it('writes all or nothing: nothing if a client has changed since it was read', async () => {
    const its = importer();
    await its.has('my-app');
    const open = await its.open();
    await open.add([line(1, 'my-app', { scope: 'openid' }), line(2, 'new')]);
    await its.change({ scope: 'email' });
    expect(await codeOf(open.commit())).toBe('changed_meanwhile');
    expect(await its.onRecord('new')).toBeUndefined();
  });

  it('reads however many lines and clients there are', async () => {
    const its = importer();
    const ids = Array.from({ length: 450 }, (_, index) => `c-${String(index).padStart(3, '0')}`);
    const open = await its.open();
    await open.add(ids.map((id, index) => line(index + 1, id)));
    await open.commit();
    await open.close();
    const again = await its.open();
    expect(await again.check({ prune: true })).toMatchObject({ removed: 450 });
    expect((await toldBy(again)).map(({ clientId }) => clientId)).toEqual(ids);
  });

  it('of no lines does nothing', async () => {
    const open = await importer().open();
    await open.add([]);
    expect(await open.check({ prune: true })).toEqual({ created: 0, changed: 0, removed: 0, unchanged: 0 });
    expect(await open.clients().next()).toEqual({ done: true, value: undefined });
  });
});

describe('what stands beside the record', () => {
  it('is what the line says of it, and otherwise stays', async () => {
    const its = importer();
    await its.has('known', {}, { life: { owner: 'Shop', contact: 'a@example.com' } });
    const open = await its.open();
    const seen: (Client | undefined)[] = [];
    const life = (current: Client | undefined) => {
      seen.push(current);
      return { contact: 'b@example.com' };
    };
    await open.add([line(1, 'known', {}, { life }), line(2, 'new', {}, { life }), line(3, 'bare')]);
    await open.commit();
    expect(seen.map((client) => client?.clientId)).toEqual(['known', undefined]);
    expect(await its.onRecord('known')).toMatchObject({ owner: 'Shop', contact: 'b@example.com' });
    expect(await its.onRecord('new')).toMatchObject({ owner: null, contact: 'b@example.com' });
    expect(await its.onRecord('bare')).toMatchObject(DEFAULT_LIFE);
    const actions = its.repository.audit.map(({ clientId, action }) => `${clientId} ${action}`);
    expect(actions.slice(1).sort()).toEqual(['bare client.created', 'known client.described', 'new client.created']);
  });
});

describe('the secrets of a client in an import', () => {
  const chosen = (clear: string, more: Partial<LineSecret> = {}): LineSecret => ({
    ...{ imported: { clear }, name: null, expiresAt: null },
    ...more,
  });
  const isLive = async (its: ReturnType<typeof importer>, clientId: string, secret: string | null) =>
    (await hasher.find(its.secretsOf(clientId), secret ?? '', null)) !== undefined;

  it('are made when it becomes confidential, and told each with its client, also on being asked again', async () => {
    const its = importer();
    await its.has('becomes', {});
    const open = await its.open();
    await open.add([line(1, 'one', confidential), line(2, 'two', confidential), line(3, 'becomes', confidential)]);
    await open.commit();
    const told = await toldBy(open);
    expect(told.map(({ secrets }) => secrets)).toEqual(['created', 'created', 'created']);
    for (const { clientId, secret } of told) expect(await isLive(its, clientId, secret)).toBe(true);
    expect(new Set(told.map(({ secret }) => secret)).size).toBe(3);
    expect(await toldBy(open)).toEqual(told);
    expect(its.repository.audit.at(-1)?.changes.clientSecret).toEqual({ before: null, after: 'created' });
  });

  it('are others in another import', async () => {
    const tell = async () => {
      const open = await importer().open();
      await open.add([line(1, 'one', confidential)]);
      return (await toldBy(open))[0]!.secret;
    };
    expect(await tell()).not.toBe(await tell());
  });

  it('are kept while it stays confidential, and end when it becomes public', async () => {
    const its = importer();
    for (const id of ['stays', 'ends']) await its.has(id, confidential);
    const secrets = its.secretsOf('stays');
    const open = await its.open();
    await open.add([line(1, 'stays', { ...confidential, scope: 'x' }), line(2, 'ends', {})]);
    await open.commit();
    expect((await toldBy(open)).map(({ clientId, secrets: fate, secret }) => [clientId, fate, secret])).toEqual([
      ['ends', 'revoked', null],
      ['stays', 'kept', null],
    ]);
    expect(its.secretsOf('stays')).toEqual(secrets);
    expect(its.secretsOf('ends')).toEqual([]);
  });

  it('are those of its line if it has none yet, and are not told', async () => {
    const its = importer();
    const open = await its.open();
    const ends = new Date('2999-01-01');
    const secrets = [chosen('correct horse', { name: 'one', expiresAt: ends }), chosen('battery staple')];
    await open.add([line(1, 'moved-in', confidential, { secrets })]);
    await open.commit();
    expect(await toldBy(open)).toMatchObject([{ secrets: 'set', secret: null }]);
    expect(its.secretsOf('moved-in')).toMatchObject([
      { name: 'one', expiresAt: ends },
      { name: null, expiresAt: null },
    ]);
    for (const { imported } of secrets) {
      expect(await isLive(its, 'moved-in', (imported as { clear: string }).clear)).toBe(true);
    }
    expect(open.secretsNotTaken).toBe(0);
  });

  it('stay its own if it has some: then those of the line are not taken, and are counted', async () => {
    const its = importer();
    for (const id of ['has-some', 'other', 'third']) await its.has(id, confidential);
    const open = await its.open();
    const secrets = [chosen('correct horse')];
    await open.add([line(1, 'has-some', confidential, { secrets }), line(2, 'new', confidential, { secrets })]);
    await open.add([line(3, 'other', confidential), line(4, 'third', confidential)]);
    expect(open.secretsNotTaken).toBe(1);
    await open.commit();
    expect(await isLive(its, 'has-some', 'correct horse')).toBe(false);
    expect(await isLive(its, 'new', 'correct horse')).toBe(true);
  });

  it('wait for their turn, however many secrets are compared meanwhile', async () => {
    const its = importer();
    const open = await its.open(DOMAIN, ACME);
    const busy = Promise.allSettled(Array.from({ length: 60 }, () => hasher.store('correct horse', 'acme')));
    await open.add([line(1, 'moved-in', confidential, { secrets: [chosen('battery staple')] })]);
    await open.commit();
    expect(await isLive(its, 'moved-in', 'battery staple')).toBe(true);
    expect((await busy).some(({ status }) => status === 'rejected')).toBe(true);
  });

  it('are refused for a public client', async () => {
    const open = await importer().open();
    await open.add([line(1, 'app', {}, { secrets: [chosen('correct horse')] }), line(2, 'other', {}, { secrets: [] })]);
    expect(await problemOf(open.check({ prune: false }))).toEqual({
      code: 'invalid_client_metadata',
      violations: [
        { property: 'line 1: secrets', rule: 'value', message: 'must not be set on a client that uses no secret' },
      ],
    });
  });
});

describe('what is wrong with an import', () => {
  it('is told at once, each fault with its line, in the words of the line', async () => {
    const open = await importer().open();
    const violations = [{ property: 'owner', rule: 'unknown', message: 'is not a field' }] as const;
    await open.add([
      { number: 1, clientId: undefined, proposal: { unreadable: 'must be JSON' } },
      { number: 2, clientId: undefined, proposal: { unreadable: 'must be a client id', property: 'clientId' } },
      line(3, 'good'),
      line(4, 'bad', { scope: ' ', redirectUris: ['x'] }),
    ]);
    await open.add([line(5, 'worse', {}, { proposal: proposal({}, { violations }) })]);
    const check = open.check({ prune: true });
    expect(await violationsOf(check)).toEqual([
      'line 1 format',
      'line 2: clientId format',
      'line 4: redirectUris[0] format',
      'line 4: scope format',
      'line 5: owner unknown',
    ]);
    expect(await problemOf(check)).toMatchObject({ violations: [{ message: 'must be JSON' }, {}, {}, {}, {}] });
  });

  it('holds what is new against the rules, and not what is on record', async () => {
    const its = importer({ allowPlainHttp: true });
    const old = { redirectUris: ['http://old.example.com/'] };
    const open = await its.open();
    await open.add([line(1, 'app', old)]);
    await open.commit();
    await open.close();
    const strict = new ClientImports(its.repository, hasher, { allowPlainHttp: false, strictAudiences: false });
    const again = await strict.open(DOMAIN, origin);
    await again.add([line(1, 'app', { ...old, scope: 'x' }), line(2, 'new', old)]);
    expect(await violationsOf(again.check({ prune: false }))).toEqual(['line 2: redirectUris[0] value']);
  });

  it('is an id of an earlier line, also of one that was wrong itself', async () => {
    const its = importer();
    const open = await its.open();
    const [first, second, third] = [line(1, 'thrice'), line(3, 'thrice', { scope: 'x' }), line(4, 'thrice')];
    await open.add([first, line(2, 'wrong', { scope: ' ' }), second, third]);
    await open.add([line(5, 'wrong'), line(6, 'thrice')]);
    expect(await problemOf(open.check({ prune: false }))).toMatchObject({
      violations: [
        { property: 'line 2: scope' },
        {
          property: 'line 3: clientId',
          rule: 'duplicate',
          message: 'must not be that of an earlier line (1)',
        },
        { property: 'line 4: clientId', message: 'must not be that of an earlier line (1)' },
        { property: 'line 5: clientId', message: 'must not be that of an earlier line (2)' },
        { property: 'line 6: clientId', message: 'must not be that of an earlier line (1)' },
      ],
    });
  });

  it('is looked for no further when there is more than is reported', async () => {
    const open = await importer().open();
    const bad = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => line(from + index, `c-${from + index}`, { scope: ' ' }));
    await open.add(bad(1, MAX_VIOLATIONS));
    expect(open.isFull).toBe(false);
    await open.add(bad(MAX_VIOLATIONS + 1, 50));
    expect(open.isFull).toBe(true);
    expect(await violationsOf(open.check({ prune: false }))).toHaveLength(MAX_VIOLATIONS + 1);
  });

  it('is an audience that will not exist at the end, if audiences have to', async () => {
    const its = importer({ strictAudiences: true });
    await its.has('known', { audiences: ['gone-for-long'] });
    await its.has('here');
    const audiences = ['gone-for-long', 'here', 'new', 'known'];
    const open = await its.open();
    await open.add([line(1, 'known', { audiences }), line(2, 'new', { audiences: ['nobody', 'new'] })]);
    expect(await problemOf(open.check({ prune: false }))).toEqual({ code: 'unknown_audiences', audiences: ['nobody'] });
    await open.close();
    const pruned = await its.open();
    await pruned.add([line(1, 'known', { audiences }), line(2, 'new')]);
    expect(await problemOf(pruned.check({ prune: true }))).toEqual({ code: 'unknown_audiences', audiences: ['here'] });
    await pruned.close();
    const lax = await new ClientImports(its.repository, hasher, { allowPlainHttp: false, strictAudiences: false }).open(
      DOMAIN,
      origin,
    );
    await lax.add([line(1, 'known', { audiences: ['nobody'] })]);
    expect(await lax.check({ prune: false })).toMatchObject({ changed: 1 });
  });

  it('is that managers have locked clients that it would change, of which it names twenty', async () => {
    const its = importer();
    const ids = Array.from({ length: 25 }, (_, index) => `c-${String(index).padStart(2, '0')}`);
    for (const id of ids) await its.has(id, {}, { life: { managedBy: 'terraform', locked: true } });
    const open = await its.open();
    await open.add(ids.map((id, index) => line(index + 1, id, { scope: 'x' })));
    const clients = ids.slice(0, 20).map((clientId) => ({ clientId, managedBy: 'terraform' }));
    expect(await problemOf(open.check({ prune: false }))).toEqual({ code: 'client_locked', clients });
  });
});

describe('imports under way', () => {
  it('are one in a domain', async () => {
    const its = importer();
    const open = await its.open();
    expect(await codeOf(its.open())).toBe('import_under_way');
    await open.close();
    await (await its.open()).close();
  });

  it('are one in a domain also with those of other processes', async () => {
    const its = importer();
    const elsewhere = await its.repository.openDraft(DOMAIN);
    expect(await codeOf(its.open())).toBe('import_under_way');
    await elsewhere!.close();
    await (await its.open()).close();
  });

  it('are two of a subscription, and four of all, in a process', async () => {
    const its = importer();
    const opened = [await its.open('1', ACME), await its.open('2', ACME)];
    await expect(its.open('3', ACME)).rejects.toMatchObject({
      problem: { code: 'too_many', what: 'imports', of: 'subscription' },
    });
    opened.push(await its.open('3', { ...ACME, subscription: 'other' }), await its.open('4'));
    await expect(its.open('5', { ...ACME, subscription: 'third' })).rejects.toMatchObject({
      problem: { code: 'too_many', what: 'imports', of: 'server' },
    });
    for (const each of opened) await each.close();
    for (const domain of ['3', '5']) await (await its.open(domain, ACME)).close();
  });

  it('give back their place once, however often they are closed, and one that could not begin takes none', async () => {
    const its = importer();
    const elsewhere = await its.repository.openDraft('9');
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await codeOf(its.open('9', ACME))).toBe('import_under_way');
    await elsewhere!.close();
    const first = await its.open('1', ACME);
    await Promise.all([first.close(), first.close()]);
    await its.open('1', ACME);
    await first.close();
    expect(await codeOf(its.open('1', ACME))).toBe('import_under_way');
  });

  it('take no more lines once they are closed', async () => {
    const its = importer();
    const open = await its.open();
    await open.close();
    await open.add([line(1, 'late', { scope: ' ' })]);
    expect(await toldBy(open)).toEqual([]);
    expect(await open.check({ prune: false })).toMatchObject({ created: 0 });
  });
});
