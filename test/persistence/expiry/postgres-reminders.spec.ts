import type { DataSource } from 'typeorm';
import type { Changes } from '#audit';
import { type ClientLife, DEFAULT_LIFE, DEFAULT_METADATA, type DraftEntry } from '#clients';
import { openDataSource } from '#persistence';
import { aSecret, changeOf, changeOfLife, creation } from '../../../libs/clients/src/testing/writes.js';
import { PostgresClientRepository, PostgresReminders } from '../../../libs/persistence/src/testing/index.js';
import { until } from '../../support/processes.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const INSTANCES = 4;
const origin = {
  credentialId: null,
  credentialName: 'server',
  subscription: null,
  dialect: 'timekeeper',
  requestId: '-',
};
const [OWN, SECOND, GONE] = ['101', '102', '103'];

interface Told {
  readonly domain_id: string;
  readonly action: string;
  readonly client_id: string | null;
  readonly subscription: string | null;
  readonly changes: Record<string, { before: unknown; after: unknown }>;
}

describe('reminders of what ends soon', () => {
  let database: TestDatabase;
  let instances: DataSource[];

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    instances = await Promise.all(
      Array.from({ length: INSTANCES }, () => openDataSource({ url: database.url, poolSize: 2, migrate: true })),
    );
    await database.query(`
      insert into domains (id, name, subscription, deleted_at)
      values (${OWN}, 'own', 'acme', null), (${SECOND}, 'second', 'acme', null), (${GONE}, 'gone', 'acme', now())`);
  });
  afterAll(async () => {
    await Promise.all(instances.map((source) => source.destroy()));
    await database.drop();
  });
  beforeEach(async () => {
    for (const table of ['client_secrets', 'clients', 'audit_entries']) await database.query(`delete from ${table}`);
    await database.query('delete from credentials where subscription is not null');
  });

  /** `left`: how long it lasts, an interval; null = for good. */
  const addSecret = (clientId: string, left: string | null, next = 30, domain = OWN) =>
    database.query(
      `insert into client_secrets (domain_id, client_id, id, name, algorithm, hash, hint, expires_at, next_reminder_days)
       values ($1, $2, gen_random_uuid(), 'spring', 'none', '', '', now() + $3::interval, $4)`,
      [domain, clientId, left, next],
    );
  const addClient = (clientId: string, left: string) =>
    database.query(
      `insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
          post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods,
          token_methods_as_list, expires_at)
       values ($1, $2, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false, now() + $3::interval)`,
      [OWN, clientId, left],
    );
  const addCredential = (name: string, more: object = {}) => {
    const { subscription, domain, revoked, left } = {
      subscription: 'acme',
      domain: null,
      revoked: null,
      left: '6 days',
      ...more,
    };
    return database.query(
      `insert into credentials (id, name, subscription, domain_id, permissions, key_hash, key_hint, expires_at, revoked_at)
       values (gen_random_uuid(), $1, $2, $3, '{}', decode(md5($1), 'hex'), 'hint', now() + $4::interval, now() + $5::interval)`,
      [name, subscription, domain, left, revoked],
    );
  };
  const remind = () => new PostgresReminders(instances[0]!).remind(origin);
  const told = () =>
    database.query<Told>(
      `select domain_id::text, action, client_id, subscription, changes from audit_entries order by domain_id, position`,
    );
  const daysOf = async () => (await told()).map(({ changes }) => changes.days!.after);

  it.each<[string, number, unknown[], number]>([
    ['31 days', 30, [], 30],
    ['29 days 23 hours', 30, [30], 14],
    ['14 days 1 hour', 14, [], 14],
    ['13 days 23 hours', 14, [14], 7],
    ['6 days 23 hours', 7, [7], 1],
    ['23 hours', 1, [1], 0],
    ['23 hours', 0, [], 0],
    // After a time without a server, only the last of those that were missed.
    ['10 days', 30, [14], 7],
    ['3 days', 30, [7], 1],
    ['1 hour', 30, [1], 0],
    ['-1 hour', 1, [], 1],
  ])('%s before the end, when the next one is that of %i days: %p', async (left, next, expected, after) => {
    await addSecret('app', left, next);
    await remind();
    expect(await daysOf()).toEqual(expected);
    await remind();
    expect(await daysOf()).toEqual(expected);
    const [secret] = await database.query('select next_reminder_days as next from client_secrets');
    expect(secret).toEqual({ next: after });
  });

  it('there is none of what never ends', async () => {
    await addSecret('app', null);
    await remind();
    expect(await told()).toEqual([]);
  });

  it('say of a secret, in the log of its domain, which it is and when it ends', async () => {
    await addSecret('app', '6 days', 7);
    await remind();
    const [secret] = await database.query<{ id: string; ends: Date }>(
      'select id, expires_at as ends from client_secrets',
    );
    const value = (after: unknown) => ({ before: null, after });
    expect(await told()).toEqual([
      {
        domain_id: OWN,
        action: 'secret.expiring',
        client_id: 'app',
        subscription: null,
        changes: {
          id: value(secret!.id),
          name: value('spring'),
          expiresAt: value(secret!.ends.toISOString()),
          days: value(7),
        },
      },
    ]);
  });

  it('say so of a client for a while', async () => {
    await addClient('preview', '12 hours');
    await remind();
    expect(await told()).toMatchObject([
      {
        domain_id: OWN,
        action: 'client.expiring',
        client_id: 'preview',
        changes: { days: { before: null, after: 1 } },
      },
    ]);
  });

  it('of a credential are where its creation is: with its domain, else with its subscription', async () => {
    await addCredential('of a domain', { domain: OWN });
    await addCredential('of the subscription');
    await addCredential('revoked', { revoked: '-1 day' });
    await addCredential('long', { left: '90 days' });
    await remind();
    expect(await told()).toMatchObject([
      { domain_id: '0', subscription: 'acme', client_id: null, changes: { name: { after: 'of the subscription' } } },
      { domain_id: OWN, subscription: 'acme', client_id: null, changes: { name: { after: 'of a domain' } } },
    ]);
    expect((await told()).map(({ action }) => action)).toEqual(Array(2).fill('credential.expiring'));
  });

  it('come once, however many instances look at once, and however much is due', async () => {
    for (const domain of [OWN, SECOND]) {
      await database.query(
        `insert into client_secrets (domain_id, client_id, id, algorithm, hash, hint, expires_at)
         select $1, 'app-' || n, gen_random_uuid(), 'none', '', '', now() + interval '6 days' from generate_series(1, 350) n`,
        [domain],
      );
    }
    await Promise.all(instances.map((source) => new PostgresReminders(source).remind(origin)));
    const entries = await told();
    expect(entries).toHaveLength(700);
    expect(new Set(entries.map(({ domain_id, client_id }) => `${domain_id} ${client_id}`)).size).toBe(700);
    const [{ position }] = (await database.query('select position from domain_logs where domain_id = $1', [OWN])) as [
      { position: string },
    ];
    const [last] = await database.query('select max(position) as position from audit_entries where domain_id = $1', [
      OWN,
    ]);
    expect(last).toEqual({ position });
  });

  it('lock clients before what belongs to them, as a rotation does', async () => {
    await addClient('app', '1 year');
    await addSecret('app', '6 days', 7);
    const other = instances[1]!.createQueryRunner();
    await other.startTransaction();
    await other.query(`select from clients where client_id = 'app' for update`);
    const reminding = remind();
    await until('it waits for the client', async () => {
      const [waiting] = await database.query<{ count: string }>(
        `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting!.count === '1';
    });
    await other.query('select from client_secrets for update nowait');
    await other.commitTransaction();
    await other.release();
    await reminding;
    expect(await daysOf()).toEqual([7]);
  });

  it('do not come for what has changed meanwhile, nor for what is in a deleted domain', async () => {
    await addSecret('app', '6 days', 7, GONE);
    await remind();
    expect(await told()).toEqual([]);
    // A domain whose log has ended, as another instance sees one that is being deleted.
    await database
      .query('insert into domain_logs (domain_id, position, end_position) values ($1, 1, 1)', [SECOND])
      .catch(() => database.query('update domain_logs set end_position = position where domain_id = $1', [SECOND]));
    await addSecret('app', '6 days', 7, SECOND);
    await addSecret('other', '6 days', 7, OWN);
    await remind();
    expect((await told()).map(({ client_id }) => client_id)).toEqual(['other']);
    await database.query('delete from domain_logs where domain_id = $1', [SECOND]);
  });

  describe('which is next, is noted by whoever sets an end:', () => {
    const ref = { domainId: OWN, clientId: 'app' };
    let clients: PostgresClientRepository;
    beforeAll(() => {
      clients = new PostgresClientRepository(instances[0]!);
    });
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const lasting = (days: number) => ({ ...DEFAULT_LIFE, expiresAt: inDays(days) });
    const nextOf = async (table: string, id = 'app') => {
      const rows = await database.query<{ next: number }>(
        `select next_reminder_days as next from ${table} where client_id = $1 order by created_at, expires_at`,
        [id],
      );
      return rows.map(({ next }) => next);
    };

    it.each([
      [40, 30],
      [30, 14],
      [10, 7],
      [1.5, 1],
      [0.5, 0],
    ])('a client that is made for %d days: that of %i', async (days, next) => {
      await clients.insert(creation(ref, {}, { action: 'none' }, lasting(days)));
      expect(await nextOf('clients')).toEqual([next]);
    });

    it('a client that is renewed begins anew; one that is changed otherwise does not', async () => {
      await clients.insert(creation(ref, {}, { action: 'none' }, lasting(10)));
      const change = (life: Partial<ClientLife>) => clients.update(ref, async (current) => changeOfLife(current, life));
      await database.query('update clients set next_reminder_days = 1');
      await change({ suspendedAt: new Date() });
      await clients.update(ref, async (current) => changeOf(current, { clientName: 'new' }));
      expect(await nextOf('clients')).toEqual([1]);
      await change(lasting(40));
      expect(await nextOf('clients')).toEqual([30]);
      await change({ expiresAt: null });
      expect(await nextOf('clients')).toEqual([0]);
    });

    it('the same in an import', async () => {
      await clients.insert(creation(ref, {}, { action: 'none' }, lasting(10)));
      await clients.insert(creation({ ...ref, clientId: 'other' }, {}, { action: 'none' }, lasting(10)));
      await database.query('update clients set next_reminder_days = 1');
      const draft = (await clients.openDraft(OWN))!;
      const onRecord = (await draft.look(['app', 'other'])).onRecord;
      const entry = (clientId: string, life: ClientLife, clientName: string): DraftEntry => {
        const current = onRecord.get(clientId);
        const metadata = { ...DEFAULT_METADATA, clientName };
        const changes = { clientName: { before: null, after: clientName }, ...lifeChangesOf(current, life) };
        const action = current ? 'changed' : 'created';
        return { line: 1, clientId, action, current, metadata, life, secrets: { action: 'none' }, changes, needs: [] };
      };
      await draft.add([
        entry('app', lasting(20), 'renewed'),
        entry('other', { ...DEFAULT_LIFE, expiresAt: onRecord.get('other')!.expiresAt }, 'only renamed'),
        entry('new', lasting(5), 'new'),
      ]);
      expect(await draft.commit(origin)).toBe('done');
      await draft.close();
      expect([await nextOf('clients'), await nextOf('clients', 'other'), await nextOf('clients', 'new')]).toEqual([
        [14],
        [1],
        [1],
      ]);
    });

    it('a secret, and those that end after an overlap: one that ends sooner anyway goes on as before', async () => {
      const secret = (expiresAt: Date | null) => ({ ...aSecret(), expiresAt });
      const add = (expiresAt: Date | null, overlapDays: number) =>
        clients.update(ref, async (current) =>
          changeOf(current, {}, { action: 'add', secret: secret(expiresAt), overlapSeconds: overlapDays * 86_400 }),
        );
      await clients.insert(creation(ref, {}, { action: 'replace', secret: secret(inDays(5)) }));
      expect(await nextOf('client_secrets')).toEqual([1]);
      await database.query('update client_secrets set next_reminder_days = 0');
      await add(inDays(100), 10);
      expect(await nextOf('client_secrets')).toEqual([0, 30]);
      await add(null, 10);
      expect(await nextOf('client_secrets')).toEqual([0, 7, 0]);
      await add(inDays(1.5), 1);
      expect(await nextOf('client_secrets')).toEqual([0, 0, 0, 1]);
    });
  });
});

function lifeChangesOf(before: ClientLife | undefined, { expiresAt }: ClientLife): Changes {
  if (before?.expiresAt?.getTime() === expiresAt?.getTime()) return {};
  return { expiresAt: { before: before?.expiresAt ?? null, after: expiresAt } };
}
