import { randomBytes, randomUUID } from 'node:crypto';
import { changesBetween, type Origin } from '#audit';
import { Client, type ClientRef } from '../client.entity.js';
import type { ClientRepository, ClientWrite } from '../client.repository.js';
import type { ClientDraft, DraftEntry } from '../client-draft.js';
import { type ClientLife, DEFAULT_LIFE, lifeChanges, lifeOf } from '../client-life.js';
import { type ClientMetadata, DEFAULT_METADATA, METADATA_FIELDS } from '../client-metadata.js';
import type { StoredSecret } from '../client-secret.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, aLife } from './writes.js';

const ORIGIN: Origin = {
  credentialId: null,
  credentialName: 'bulk',
  subscription: null,
  dialect: 'admin',
  requestId: 'request-1',
};

/** What every ClientDraft does; `make` is called once. */
export function describeClientDraft(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientDraft:`, () => {
    let subject: RepositoryUnderTest;
    let repository: ClientRepository;
    let draft: ClientDraft;
    let domainId = '5000';

    beforeAll(async () => {
      subject = await make();
      repository = subject.repository;
    });
    beforeEach(async () => {
      domainId = String(Number(domainId) + 1);
      draft = (await repository.openDraft(domainId))!;
    });
    afterEach(() => draft.close());
    afterAll(() => subject?.close?.());

    const refTo = (clientId: string): ClientRef => ({ domainId, clientId });
    const find = (clientId: string) => repository.find(refTo(clientId));
    const secretsOf = async (clientId: string) =>
      (await repository.liveSecrets(refTo(clientId))).map(({ id, hash }) => [id, hash.toString('hex')]);

    async function register(
      clientId: string,
      metadata: Partial<ClientMetadata> = {},
      secret?: StoredSecret,
      ref = refTo(clientId),
    ) {
      const client = clientOf(ref, { ...DEFAULT_METADATA, ...metadata });
      const secrets = secret ? ({ action: 'replace', secret } as const) : ({ action: 'none' } as const);
      return (await repository.insert({ client, secrets, changes: {}, origin: ORIGIN }))!;
    }
    const livingCreation = (clientId: string, life: ClientLife): ClientWrite => ({
      client: clientOf(refTo(clientId), DEFAULT_METADATA).living(life),
      secrets: { action: 'none' },
      changes: lifeChanges(undefined, life),
      origin: ORIGIN,
    });
    const rename = (clientId: string, clientName: string) =>
      repository.update(refTo(clientId), async (current) => ({
        client: Object.assign(new Client(), current, { clientName }),
        secrets: { action: 'none' },
        changes: { clientName: { before: current.clientName, after: clientName } },
        origin: ORIGIN,
      }));

    it('what is gathered is nowhere to be seen until it is committed', async () => {
      await draft.add([creation('one'), creation('two')]);
      expect(await find('one')).toBeUndefined();
      expect(await draft.commit(ORIGIN)).toBe('done');
      expect(await repository.ids(domainId, { limit: 10 })).toEqual(['one', 'two']);
    });

    it('stores every field of a client that is created, and of one that is changed', async () => {
      const known = await register('known');
      await draft.add([creation('made', aFullClient()), changeOf(known, aFullClient())]);
      expect(await draft.commit(ORIGIN)).toBe('done');
      for (const id of ['made', 'known']) expect((await find(id))?.metadata()).toEqual(aFullClient());
    });

    it('stores what stands beside a client that is created, and of one that is changed', async () => {
      const known = await register('known');
      await draft.add([creation('made', DEFAULT_METADATA, aLife()), changeOf(known, known.metadata(), aLife())]);
      expect(await draft.commit(ORIGIN)).toBe('done');
      for (const id of ['made', 'known']) expect(lifeOf((await find(id))!)).toEqual(aLife());
    });

    it('renews a client and leaves its record alone, and tells that as a renewal', async () => {
      const known = await register('known', aFullClient());
      const life = { ...DEFAULT_LIFE, expiresAt: aLife().expiresAt };
      const renewal = changeOf(known, aFullClient(), life);
      await draft.add([renewal]);
      expect(await draft.counts()).toMatchObject({ changed: 1, unchanged: 0 });
      await draft.commit(ORIGIN);
      const { secretsVersion } = known;
      expect(await find('known')).toEqual({ ...known, ...life, secretsVersion: secretsVersion + 1 });
      expect((await subject.auditOf(refTo('known'))).at(-1)).toMatchObject({
        action: 'client.renewed',
        changes: renewal.changes,
      });
    });

    it('tells a line that only suspends, resumes or describes a client as that, and any other as a change', async () => {
      const life = aLife();
      const registerLiving = async (clientId: string) => (await repository.insert(livingCreation(clientId, life)))!;
      const [fresh, other, said] = [await register('suspended'), await register('other'), await register('described')];
      const [changed, resumed] = [await registerLiving('terms'), await registerLiving('resumed')];
      await draft.add([
        changeOf(fresh, fresh.metadata(), life),
        changeOf(changed, changed.metadata(), { ...life, suspensionReason: 'another' }),
        changeOf(resumed, resumed.metadata(), { ...DEFAULT_LIFE, expiresAt: life.expiresAt }),
        changeOf(other, aFullClient(), life),
        changeOf(said, said.metadata(), { ...DEFAULT_LIFE, owner: 'somebody', expiresAt: life.expiresAt }),
      ]);
      await draft.commit(ORIGIN);
      const told = (clientId: string) => subject.auditOf(refTo(clientId)).then((entries) => entries.at(-1)!.action);
      expect(await told('suspended')).toBe('client.suspended');
      expect(await told('terms')).toBe('client.suspended');
      expect(await told('resumed')).toBe('client.resumed');
      expect(await told('described')).toBe('client.described');
      expect(await told('other')).toBe('client.changed');
    });

    it('leaves what stands beside a client alone when the record changes', async () => {
      const known = (await repository.insert(livingCreation('known', aLife())))!;
      await draft.add([changeOf(known, aFullClient())]);
      await draft.commit(ORIGIN);
      expect(lifeOf((await find('known'))!)).toEqual(aLife());
    });

    it('moves neither version nor date when only what stands beside the record changes', async () => {
      const known = await register('known');
      await draft.add([changeOf(known, known.metadata(), aLife())]);
      await draft.commit(ORIGIN);
      expect(await find('known')).toEqual({ ...known, ...aLife(), secretsVersion: known.secretsVersion + 1 });
    });

    it('a change moves the version, and leaves the date of creation and the secrets alone', async () => {
      const secret = aSecret();
      const known = await register('known', { clientType: 'confidential' }, secret);
      await draft.add([changeOf(known, { ...known.metadata(), scope: 'openid' })]);
      await draft.commit(ORIGIN);
      const now = (await find('known'))!;
      expect(BigInt(now.version) > BigInt(known.version)).toBe(true);
      expect([now.createdAt, now.secretsVersion]).toEqual([known.createdAt, known.secretsVersion]);
      expect(await secretsOf('known')).toEqual([[secret.id, secret.hash.toString('hex')]]);
    });

    it('secrets begin, are replaced, and end', async () => {
      const [first, second, third] = [aSecret(), aSecret(), aSecret()];
      const replaced = await register('replaced', {}, aSecret());
      const revoked = await register('revoked', {}, aSecret());
      await draft.add([
        { ...creation('made'), secrets: { action: 'replace', secret: first } },
        { ...changeOf(replaced, aFullClient()), secrets: { action: 'replace', secret: second } },
        { ...changeOf(revoked, aFullClient()), secrets: { action: 'revoke' } },
        { ...creation('salted'), secrets: { action: 'replace', secret: { ...third, salt: randomBytes(16) } } },
      ]);
      await draft.commit(ORIGIN);
      expect(await secretsOf('made')).toEqual([[first.id, first.hash.toString('hex')]]);
      expect(await secretsOf('replaced')).toEqual([[second.id, second.hash.toString('hex')]]);
      expect(await secretsOf('revoked')).toEqual([]);
      expect(await secretsOf('salted')).toEqual([[third.id, third.hash.toString('hex')]]);
      expect((await find('replaced'))?.secretsVersion).toBe(replaced.secretsVersion + 1);
    });

    it('a client that is removed is gone with its secrets', async () => {
      const gone = await register('gone', {}, aSecret());
      await draft.add([removalOf(gone)]);
      await draft.commit(ORIGIN);
      expect(await find('gone')).toBeUndefined();
      expect(await secretsOf('gone')).toEqual([]);
    });

    it('the audit has one entry for each client that changes, and none for others', async () => {
      const [known, gone, same] = [await register('known'), await register('gone'), await register('same')];
      const change = changeOf(known, aFullClient());
      await draft.add([creation('made'), change, removalOf(gone), unchanged(same)]);
      await draft.commit(ORIGIN);
      const last = async (clientId: string) => (await subject.auditOf(refTo(clientId))).at(-1);
      expect(await last('made')).toMatchObject({ action: 'client.created', origin: ORIGIN });
      expect(await last('known')).toMatchObject({ action: 'client.changed', changes: change.changes });
      expect(await last('gone')).toMatchObject({ action: 'client.deleted' });
      expect(await subject.auditOf(refTo('same'))).toHaveLength(1);
    });

    it.each<[string, (known: Client) => Promise<unknown>, (known: Client) => DraftEntry]>([
      ['created by somebody else', () => register('other'), () => creation('other')],
      ['changed by somebody else', () => rename('known', 'theirs'), (known) => changeOf(known, aFullClient())],
      ['changed and was to go', () => rename('known', 'theirs'), (known) => removalOf(known)],
      ['changed and was to stay as it is', () => rename('known', 'theirs'), (known) => unchanged(known)],
      ['removed', () => remove('known'), (known) => changeOf(known, aFullClient())],
      ['given a new secret', () => rotate('known'), (known) => changeOf(known, aFullClient())],
    ])('a client that was %s meanwhile stops all of it', async (_, meanwhile, entryOf) => {
      const known = await register('known');
      await draft.add([creation('made'), entryOf(known)]);
      await meanwhile(known);
      const before = [await find('known'), await find('other'), await secretsOf('known')];
      expect(await draft.commit(ORIGIN)).toBe('changed');
      expect(await find('made')).toBeUndefined();
      expect(await subject.auditOf(refTo('made'))).toEqual([]);
      expect([await find('known'), await find('other'), await secretsOf('known')]).toEqual(before);
    });

    const remove = (clientId: string) => repository.remove(refTo(clientId), () => ({ changes: {}, origin: ORIGIN }));
    const rotate = (clientId: string) =>
      repository.update(refTo(clientId), async (client) => ({
        client,
        secrets: { action: 'add', secret: aSecret(), overlapSeconds: 0 },
        changes: {},
        origin: ORIGIN,
      }));

    it('knows what is on record and where what it has came from', async () => {
      await register('known', { scope: 'openid' });
      await draft.add([{ ...creation('made'), line: 7 }]);
      const { onRecord, drafted } = await draft.look(['known', 'made', 'nobody']);
      expect([...onRecord].map(([id, { scope }]) => [id, scope])).toEqual([['known', 'openid']]);
      expect([...drafted]).toEqual([['made', 7]]);
    });

    it('tells the clients that it does not have, each once, piece by piece, and none of another domain', async () => {
      for (const id of ['c', 'a', 'b', 'drafted']) await register(id);
      await register('aa', {}, undefined, { domainId: `${domainId}0`, clientId: 'aa' });
      await draft.add([creation('drafted')]);
      const idsOf = (clients: readonly Client[]) => clients.map(({ clientId }) => clientId);
      const [first, ...more] = [await draft.others(2), await draft.others(2), await draft.others(2)];
      await draft.add(first!.map(removalOf));
      expect([first, ...more].map((clients) => clients!.length)).toEqual([2, 1, 0]);
      expect([first, ...more].flatMap((clients) => idsOf(clients!)).sort()).toEqual(['a', 'b', 'c']);
    });

    it('a client that is created while others are told is none of them', async () => {
      for (const id of ['a', 'b']) await register(id);
      expect((await draft.others(1)).map(({ clientId }) => clientId)).toEqual(['a']);
      await register('c');
      expect((await draft.others(1)).map(({ clientId }) => clientId)).toEqual(['b']);
      expect(await draft.others(1)).toEqual([]);
    });

    it('counts, and tells what changes in order and in pieces, before and after the commit', async () => {
      const [b, c, d] = [await register('b'), await register('c'), await register('d')];
      await draft.add([removalOf(d), unchanged(c), changeOf(b, aFullClient()), creation('a')]);
      const told = async () => [...(await draft.entries(undefined, 2)), ...(await draft.entries('b', 2))];
      const before = await told();
      expect(before.map(({ clientId, action }) => [clientId, action])).toEqual([
        ['a', 'created'],
        ['b', 'changed'],
        ['d', 'removed'],
      ]);
      expect(before[1]?.metadata).toEqual(aFullClient());
      expect(before[2]?.metadata).toBeNull();
      expect(await draft.counts()).toEqual({ created: 1, changed: 1, removed: 1, unchanged: 1 });
      await draft.commit(ORIGIN);
      expect(await told()).toEqual(before);
    });

    it('knows which needed clients there would not be', async () => {
      await register('known');
      const gone = await register('gone');
      await draft.add([
        { ...creation('made'), needs: ['known', 'second', 'nobody', 'gone'] },
        { ...creation('second'), needs: ['made', 'missing'] },
        removalOf(gone),
      ]);
      expect(await draft.missing(10)).toEqual(['gone', 'missing', 'nobody']);
      expect(await draft.missing(1)).toEqual(['gone']);
    });

    it('there is one at a time for a domain', async () => {
      expect(await repository.openDraft(domainId)).toBeUndefined();
      const elsewhere = await repository.openDraft(`${domainId}0`);
      expect(elsewhere).toBeDefined();
      await elsewhere?.close();
      await draft.close();
      draft = (await repository.openDraft(domainId))!;
      expect(draft).toBeDefined();
    });
  });
}

const NOTHING = { line: 1, life: null, secrets: { action: 'none' }, needs: [] } as const;

function clientOf(ref: ClientRef, metadata: ClientMetadata): Client {
  return Object.assign(new Client(), ref, { secretsVersion: 1 }, metadata, DEFAULT_LIFE);
}

function creation(clientId: string, metadata: ClientMetadata = DEFAULT_METADATA, life = DEFAULT_LIFE): DraftEntry {
  const changes = { ...changesBetween(undefined, metadata, METADATA_FIELDS), ...lifeChanges(undefined, life) };
  return { ...NOTHING, clientId, action: 'created', current: undefined, metadata, life, changes };
}

function changeOf(current: Client, metadata: ClientMetadata, life = lifeOf(current)): DraftEntry {
  const changes = {
    ...changesBetween<ClientMetadata>(current, metadata, METADATA_FIELDS),
    ...lifeChanges(current, life),
  };
  return { ...NOTHING, clientId: current.clientId, action: 'changed', current, metadata, life, changes };
}

function removalOf(current: Client): DraftEntry {
  const { clientId } = current;
  const secrets = { action: 'revoke' } as const;
  return { ...NOTHING, clientId, action: 'removed', current, metadata: null, secrets, changes: {} };
}

function unchanged(current: Client): DraftEntry {
  return { ...NOTHING, clientId: current.clientId, action: 'unchanged', current, metadata: null, changes: {} };
}

function aSecret(): StoredSecret {
  return { id: randomUUID(), algorithm: 'hmac-sha256', salt: null, hash: randomBytes(32), hint: 'abcd' };
}
