import { randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Credential, type NewCredential } from '#credentials';
import { openDataSource } from '#persistence';
import { anOrigin } from '../../../libs/clients/src/testing/writes.js';
import { FreshCaches, PostgresCredentialRepository } from '../../../libs/persistence/src/testing/index.js';
import { until } from '../../support/processes.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('a credential', () => {
  let database: TestDatabase;
  let source: DataSource;
  let repository: PostgresCredentialRepository;

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: database.url, poolSize: 8, migrate: true });
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });
  beforeEach(() => {
    repository = new PostgresCredentialRepository(source, new FreshCaches());
  });

  const given = (values: Partial<NewCredential> = {}): NewCredential => ({
    id: randomUUID(),
    name: 'a “name”',
    subscription: 'tenant',
    // JavaScript's numbers would round it.
    domainId: '9007199254740993',
    permissions: ['clients:read', 'audit:read'],
    keyHash: randomBytes(32),
    keyHint: '_-x1',
    keyChosen: false,
    expiresAt: new Date('2099-12-31T23:59:59.999Z'),
    makerExpiresAt: null,
    ...values,
  });
  const statusOf = ({ id, tokenId }: Credential) => repository.statusOf({ id, tokenId: tokenId ?? id });

  it('is the same in whatever way it is read, to the byte and to the millisecond', async () => {
    const { makerExpiresAt, ...fields } = given();
    const credential = await repository.insert({ ...fields, makerExpiresAt }, anOrigin());
    const createdAt = expect.any(Date);
    expect(credential).toBeInstanceOf(Credential);
    const noPrevious = {
      ...{ previousKeyHash: null, previousKeyHint: null, previousTokenId: null, previousExpiresAt: null },
    };
    const neverRotated = { renewable: false, makerExpiresAt, tokenId: null, rotatedAt: null, ...noPrevious };
    expect({ ...credential }).toEqual({ ...fields, createdAt, ...neverRotated, revokedAt: null, lastUsedOn: null });
    expect(await repository.find(fields.id)).toEqual(credential);
    expect(await repository.list(credential, { limit: 100 })).toEqual([credential]);
    expect(await statusOf(credential)).toEqual({ credential, state: 'valid' });
    const keyHashHex = fields.keyHash.toString('hex');
    const other = new PostgresCredentialRepository(source, new FreshCaches());
    expect((await other.statusOf({ keyHashHex }))?.credential).toBeInstanceOf(Credential);
    // A day, and no moment of it.
    await until('its use is noted', async () => (await repository.find(fields.id))!.lastUsedOn !== null);
    const [today] = await database.query<{ day: string }>('select current_date::text as day');
    expect((await repository.find(fields.id))!.lastUsedOn).toBe(today!.day);
  });

  it('ends in six months when nothing is said, or with its maker, if that is sooner', async () => {
    const isIn = async (makerExpiresAt: Date | null, end: string) => {
      const { id } = await repository.insert(given({ expiresAt: undefined, makerExpiresAt }), anOrigin());
      const [row] = await database.query<{ is_so: boolean }>(
        `select expires_at = ${end} as is_so from credentials where id = $1`,
        [id],
      );
      return row!.is_so;
    };
    const inSixMonths = `created_at + interval '6 months'`;
    expect(await isIn(null, inSixMonths)).toBe(true);
    expect(await isIn(new Date('2999-01-01'), inSixMonths)).toBe(true);
    const soon = new Date(Date.now() + 3_600_000);
    expect(await isIn(soon, `'${soon.toISOString()}'`)).toBe(true);
  });

  it('is rotated in the same way to the byte, and found by its present and its previous values', async () => {
    const before = await repository.insert(given({ expiresAt: undefined }), anOrigin());
    const rotation = { keyHash: randomBytes(32), keyHint: 'next', tokenId: randomUUID(), overlapSeconds: 60 };
    const after = await repository.rotate(before, rotation, anOrigin());
    if (typeof after === 'string') throw new Error(after);
    expect(after).toBeInstanceOf(Credential);
    const { overlapSeconds: _, ...values } = rotation;
    expect({ ...after }).toEqual({
      ...{ ...before, ...values, rotatedAt: expect.any(Date), expiresAt: expect.any(Date) },
      ...{ previousKeyHash: before.keyHash, previousKeyHint: before.keyHint, previousTokenId: before.id },
      previousExpiresAt: new Date(after.rotatedAt!.getTime() + 60_000),
    });
    expect({ ...(await repository.find(before.id)) }).toEqual({ ...after });
    const found = [
      { keyHashHex: before.keyHash.toString('hex') },
      { keyHashHex: rotation.keyHash.toString('hex') },
      { id: before.id, tokenId: before.id },
      { id: before.id, tokenId: rotation.tokenId },
    ];
    for (const presented of found) {
      const { credential, state } = (await repository.statusOf(presented))!;
      expect([{ ...credential, lastUsedOn: null }, state]).toEqual([{ ...after }, 'valid']);
    }
    expect(await repository.statusOf({ id: before.id, tokenId: randomUUID() })).toBeUndefined();
    await database.query('update credentials set previous_expires_at = now() where id = $1', [before.id]);
    const later = new PostgresCredentialRepository(source, new FreshCaches());
    const states = await Promise.all(found.map(async (presented) => (await later.statusOf(presented))!.state));
    expect(states).toEqual(['expired', 'valid', 'expired', 'valid']);
  });

  it('that is rotated is reminded of its new end', async () => {
    const { id } = await repository.insert(given({ expiresAt: undefined }), anOrigin());
    await database.query(
      `update credentials set expires_at = now() + interval '5 days', next_reminder_days = 1 where id = $1`,
      [id],
    );
    const rotation = { keyHash: randomBytes(32), keyHint: 'next', tokenId: randomUUID(), overlapSeconds: 0 };
    await repository.rotate((await repository.find(id))!, rotation, anOrigin());
    const [row] = await database.query('select next_reminder_days as days from credentials where id = $1', [id]);
    expect(row).toEqual({ days: 30 });
  });

  it('that a server of the version before has made keeps its end when it is rotated', async () => {
    const [{ id }] = (await database.query<{ id: string }>(
      `insert into credentials (id, name, subscription, permissions, key_hash, key_hint, expires_at)
       values (gen_random_uuid(), 'earlier', 'tenant', '{}', decode(md5('earlier'), 'hex'), 'hint', now() + interval '1 hour')
       returning id`,
    )) as [{ id: string }];
    const before = (await repository.find(id))!;
    const rotation = { keyHash: randomBytes(32), keyHint: 'next', tokenId: randomUUID(), overlapSeconds: 0 };
    expect(await repository.rotate(before, rotation, anOrigin())).toMatchObject({ expiresAt: before.expiresAt });
  });

  it('that is of no one domain is told in the log of none, the others in their domain’s', async () => {
    const origin = anOrigin();
    const [bound, free] = [given({ domainId: '77' }), given({ domainId: null })];
    for (const each of [bound, free]) await repository.insert(each, origin);
    expect(await repository.revoke(free.id, origin)).toBe(true);
    const entries = await database.query(
      `select domain_id, subscription, action, credential_id, credential_name, dialect, request_id, client_id, changes,
              fields @> array(select jsonb_object_keys(changes)) as are_named
         from audit_entries where request_id = $1 order by position`,
      [origin.requestId],
    );
    const { credentialId: credential_id, credentialName: credential_name, dialect, requestId: request_id } = origin;
    const entry = { credential_id, credential_name, dialect, request_id, client_id: null, are_named: true };
    const made = ({ id, name, subscription, permissions }: NewCredential) => ({
      ...{ id: { before: null, after: id }, name: { before: null, after: name } },
      subscription: { before: null, after: subscription },
      permissions: { before: null, after: permissions },
    });
    expect(entries).toEqual([
      {
        ...{ ...entry, domain_id: '77', subscription: 'tenant', action: 'credential.created' },
        changes: { ...made(bound), domainId: { before: null, after: '77' } },
      },
      { ...entry, domain_id: '0', subscription: 'tenant', action: 'credential.created', changes: made(free) },
      {
        ...{ ...entry, domain_id: '0', subscription: 'tenant', action: 'credential.revoked' },
        changes: { id: { before: free.id, after: null } },
      },
    ]);
  });

  it('of the operator stays while it is the last in force, also when others are revoked at the same moment', async () => {
    await database.query('update credentials set revoked_at = now() where subscription is null');
    const operators = [1, 2, 3, 4].map(() => given({ subscription: null, domainId: null, expiresAt: null }));
    for (const each of operators) await repository.insert(each, anOrigin());
    const revoked = await Promise.all(operators.map(({ id }) => repository.revoke(id, anOrigin())));
    expect(revoked.sort()).toEqual([false, true, true, true]);
  });
});
