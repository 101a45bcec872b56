import type { DataSource } from 'typeorm';
import type { AuditScope, AuditSearch, Origin } from '#audit';
import { type Clients, ClientVersions } from '#clients';
import { Credential } from '#credentials';
import type { Ending, EndingKind, EndingPosition, EndingQuery } from '#expiry';
import { openDataSource } from '#persistence';
import { Shares, Turns } from '#shares';
import type { Heads } from '../../../libs/persistence/src/log/postgres-log-look.js';
import {
  FreshCaches,
  PostgresAuditTrail,
  PostgresChangeFeed,
  PostgresCredentialRepository,
  PostgresDomainRepository,
  PostgresEndings,
  PostgresReminders,
} from '../../../libs/persistence/src/testing/index.js';
import { costOf as costWith } from '../../support/statement-costs.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const OTHERS = 40_000;
/** A look through all entries takes thousands of pages; what is found by key, a few for each entry that is shown. */
const PAGES_OF_A_LIST = 750;

/** Also with plans that are made once, for whatever will be asked: PostgreSQL goes over to them by itself. */
const costOf = (source: DataSource, work: () => Promise<unknown>) =>
  costWith(source, work, ['auto', 'force_generic_plan']);

describe('what a read costs beside much that belongs to others', () => {
  let database: TestDatabase;
  let source: DataSource;
  let trail: PostgresAuditTrail;

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    trail = new PostgresAuditTrail(source);
    await database.query(`
      insert into domains (id, name, subscription, deleted_at)
      select 1000 + n, 'domain-' || n, case when n <= 3 then 'small' else 'busy' end, case when n = 2 then now() end
        from generate_series(1, 20) n`);
    const entry = 'domain_id, subscription, credential_name, dialect, request_id, action, client_id, changes, fields';
    const values = `'test', 'v1', '-', 'client.changed', 'app-' || n, jsonb_build_object('scope', repeat('x', 100)), '{scope}'`;
    // As the logs of a registry would be by now, in the order of these lines.
    await database.query('create sequence positions');
    await database.query(`alter table audit_entries alter column position set default nextval('positions')`);
    await database.query(`
      insert into audit_entries (${entry}) select 1001 + n % 3, null, ${values} from generate_series(1, 60) n;
      insert into audit_entries (${entry}) select 1004 + n % 17, null, ${values} from generate_series(1, ${OTHERS}) n;
      insert into audit_entries (${entry}) select 0, 'busy', ${values} from generate_series(1, ${OTHERS}) n;
      insert into audit_entries (${entry}) select 1001 + n % 3, null, ${values} from generate_series(1, 60) n;
      insert into audit_entries (${entry}) select 0, 'small', ${values} from generate_series(1, 2) n;
      insert into domain_logs (domain_id, position) select domain_id, max(position) from audit_entries group by domain_id
          on conflict (domain_id) do update set position = excluded.position`);
    await database.query('analyze');
  }, 60_000);
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const small = { subscription: 'small' };
  const idsOf = async (sql: string) =>
    (
      await database.query<{ id: string }>(`select position as id from audit_entries where ${sql} order by position`)
    ).map(({ id }) => id);
  const OWN = `(domain_id between 1001 and 1003 or domain_id = 0 and subscription = 'small')`;

  it.each([
    ['a subscription’s audit', { ...small, limit: 101 }],
    ['the last of it', { ...small, limit: 10, after: String(2 * OTHERS) }],
    ['that of one of its domains', { ...small, domainId: '1001', limit: 101 }],
    ['that of a client, wherever it may be', { ...small, clientId: 'app-7', limit: 101 }],
    ['that of a client that nobody has', { ...small, clientId: 'nobody', limit: 101 }],
    ['the operator’s audit of such a client', { subscription: null, clientId: 'nobody', limit: 101 }],
    ['the operator’s audit', { subscription: null, limit: 21 }],
    ['that of a subscription that has nothing', { subscription: 'nobody', limit: 101 }],
  ])('%s: as much as it shows', async (_, query) => {
    const { pages } = await costOf(source, () => trail.list(query));
    expect(pages).toBeLessThan(PAGES_OF_A_LIST);
  });

  it('the audit of a subscription is complete and in order: of all its domains, deleted ones, too, and of none', async () => {
    const ids: string[] = [];
    for (;;) {
      const page = await trail.list({ ...small, after: ids.at(-1), limit: 50 });
      expect(new Set(page.map(({ owner }) => owner))).toEqual(page.length > 0 ? new Set(['small']) : new Set());
      ids.push(...page.map(({ position }) => position));
      if (page.length < 50) break;
    }
    expect(ids).toHaveLength(122);
    expect(ids).toEqual(await idsOf(OWN));
  });

  describe('the changes', () => {
    let feed: PostgresChangeFeed;
    beforeAll(async () => {
      const turns = new Turns(new Shares('reads', { each: 1, all: 1 }), { each: 1, all: 1 });
      feed = new PostgresChangeFeed(source, turns, { awaited: () => () => {} });
    });
    /** Tells what the feed tells until it has come to this position. */
    const follow = async (scope: AuditScope, after: string, to: string, heads: Heads) => {
      const stopping = new AbortController();
      const told: string[] = [];
      const pages = feed.follow({ scope, position: after }, stopping.signal);
      const first = pages.next();
      feed.looked(heads);
      for (let page = await first; !page.done; page = await pages.next()) {
        told.push(...page.value.entries.map(({ position }) => position));
        if (page.value.position === to) stopping.abort();
      }
      return told;
    };

    it('of a domain, for a follower who is behind, however much others wrote meanwhile', async () => {
      const own = await idsOf('domain_id = 1001');
      const end = own.at(-1)!;
      const heads = { named: new Map([['1001', BigInt(end)]]) };
      let told: string[] = [];
      const { pages, statements } = await costOf(source, async () => {
        told = await follow({ ...small, domainId: '1001' }, own[4]!, end, heads);
      });
      expect(told).toEqual(own.slice(5));
      expect(statements).toBe(1);
      expect(pages).toBeLessThan(PAGES_OF_A_LIST);
    });

    it('of a subscription, for a follower who is behind, however much others wrote meanwhile', async () => {
      const own = await idsOf(OWN);
      const [start, end] = [String(BigInt(own[0]!) - 1n), (await idsOf('true')).at(-1)!];
      const heads = { named: new Map(), recent: { heads: new Map(), settled: BigInt(end) } };
      let told: string[] = [];
      const { pages, statements } = await costOf(source, async () => {
        told = await follow(small, start, own.at(-1)!, heads);
      });
      expect(told).toEqual(own);
      expect(statements).toBeLessThanOrEqual(4);
      expect(pages).toBeLessThan(3 * PAGES_OF_A_LIST);
    });

    it('of a subscription, for a follower who is up to date, while others write much', async () => {
      const before = (await idsOf('true')).at(-1)!;
      await database.query(`
        insert into audit_entries (domain_id, credential_name, dialect, request_id, action, changes)
        select case when n = 3000 then 1001 else 1004 end, 'test', 'v1', '-', 'domain.created', '{}' from generate_series(1, 5000) n`);
      const [[own], others] = [await idsOf(`${OWN} and position > ${before}`), await idsOf('domain_id = 1004')];
      const moved = new Map([
        ['1001', BigInt(own!)],
        ['1004', BigInt(others.at(-1)!)],
      ]);
      const told = { heads: new Map(), settled: BigInt(before) };
      const stopping = new AbortController();
      const { pages, statements } = await costOf(source, async () => {
        const following = feed.follow({ scope: small, position: before, told }, stopping.signal);
        const first = following.next();
        feed.looked({ named: new Map(), recent: { heads: moved, settled: BigInt(before) } });
        const { value: page } = await first;
        expect(page).toMatchObject({ entries: [{ position: own }], position: others.at(-1) });
        stopping.abort();
        expect((await following.next()).done).toBe(true);
      });
      expect(statements).toBe(1);
      expect(pages).toBeLessThan(PAGES_OF_A_LIST / 10);
    });
  });

  describe('of credentials', () => {
    const caller = (permissions: string[]) =>
      Object.assign(new Credential(), { subscription: 'small', domainId: null, permissions });
    let credentials: PostgresCredentialRepository;
    beforeAll(async () => {
      credentials = new PostgresCredentialRepository(source, new FreshCaches());
      await database.query(`
        insert into credentials (id, name, subscription, permissions, key_hash, key_hint)
        select md5('credential ' || n)::uuid, 'c', case when n <= 3000 then 'small' else 'busy' end,
               case when n <= 2990 then '{audit:read}' else '{clients:read}' end::text[], decode(md5('key ' || n), 'hex'), 'hint'
          from generate_series(1, ${OTHERS}) n`);
      await database.query('analyze credentials');
    });

    it('a list: one statement, that passes by siblings with more rights where they are', async () => {
      const find = () => credentials.list(caller(['clients:read']), { limit: 2 });
      expect(await find()).toHaveLength(2);
      expect(await costOf(source, find)).toMatchObject({ statements: 1 });
      expect((await credentials.list(caller(['clients:read', 'audit:read']), { limit: 5000 })).length).toBe(3000);
      expect((await credentials.list(caller(['clients:read']), { limit: 100 })).length).toBe(10);
    });

    it('one of them by its id or by its key, for the list or to let in a caller: a few pages, however many there are', async () => {
      const [{ id, keyHashHex }] = (await database.query<{ id: string; keyHashHex: string }>(
        `update credentials set previous_key_hash = decode(md5('previous'), 'hex')
          where id = (select id from credentials limit 1) returning id, encode(previous_key_hash, 'hex') as "keyHashHex"`,
      )) as [{ id: string; keyHashHex: string }];
      expect((await costOf(source, () => credentials.statusOf({ keyHashHex }))).pages).toBeLessThan(50);
      // All of them take several hundred; that it was used today may be noted beside it.
      expect((await costOf(source, () => credentials.find(id))).pages).toBeLessThan(50);
      expect((await costOf(source, () => credentials.statusOf({ id, tokenId: id }))).pages).toBeLessThan(50);
    });
  });

  describe('of what ends soon', () => {
    let endings: PostgresEndings;
    const rights = (subscription: string | null) => ({ subscription, domainId: null, permissions: ['clients:read'] });
    const page = (subscription: string | null, more: Partial<EndingQuery> = {}): EndingQuery => ({
      ...{ subscription, clients: true, credentialsSeenBy: rights(subscription), withinHours: 720, limit: 101 },
      ...more,
    });
    beforeAll(async () => {
      endings = new PostgresEndings(source);
      // Of the others’, few end.
      const ends = (step: number) =>
        `case when n <= 200 or n % 10 = 0 then now() + make_interval(secs => 3600 + n * ${step} % 1000000) end`;
      const domain = 'case when n <= 200 then 1001 + n % 3 else 1004 + n % 17 end';
      await database.query(`
        insert into client_secrets (domain_id, client_id, id, algorithm, hash, hint, expires_at, next_reminder_days)
        select ${domain}, 'app-' || n, md5('secret ' || n)::uuid, 'none', '', '', ${ends(7)}, 0 from generate_series(1, ${OTHERS}) n;
        insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
            post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods,
            token_methods_as_list, expires_at, next_reminder_days)
        select ${domain}, 'app-' || n, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false,
               ${ends(11)}, 0 from generate_series(1, ${OTHERS}) n;
        insert into credentials (id, name, subscription, domain_id, permissions, key_hash, key_hint, expires_at, next_reminder_days)
        select md5('ends ' || n)::uuid, 'c', case when n <= 200 then 'small' else 'busy' end, case when n % 2 = 0 then ${domain} end,
               '{clients:read}', decode(md5('ends ' || n), 'hex'), 'hint', ${ends(13)}, 0 from generate_series(1, ${OTHERS}) n;
        analyze client_secrets; analyze clients; analyze credentials`);
    }, 60_000);

    it.each<[string, EndingQuery]>([
      ['of a subscription', page('small')],
      ['of a subscription, behind a place', page('small', { after: place('secret', 500_000) })],
      ['of a domain', page('small', { domainId: '1001' })],
      ['of a large domain, where few things end', page('busy', { domainId: '1005', credentialsSeenBy: undefined })],
      ['of a subscription that has nothing', page('nobody')],
      ['of everything, for the operator', page(null)],
      ['of everything, behind a place', page(null, { after: place('client', 500_000) })],
    ])('a page %s: as much as it shows', async (_, query) => {
      const { pages } = await costOf(source, () => endings.list(query));
      expect(pages).toBeLessThan(2 * PAGES_OF_A_LIST);
    });

    it('is complete and in order, whatever its length', async () => {
      const all = await endings.list(page('small', { limit: 1000 }));
      expect(all.length).toBeGreaterThan(300);
      const found: Ending[] = [];
      for (;;) {
        const next = await endings.list(page('small', { after: found.at(-1), limit: 37 }));
        found.push(...next);
        if (next.length < 37) break;
      }
      expect(found).toEqual(all);
    });

    it('looking for what somebody is to be reminded of: as much as is due', async () => {
      const reminders = new PostgresReminders(source);
      const { pages } = await costOf(source, () => reminders.remind({} as Origin));
      expect(pages).toBeLessThan(PAGES_OF_A_LIST / 10);
    });

    describe('where nearly everything ends much later', () => {
      beforeAll(async () => {
        for (const table of ['client_secrets', 'clients', 'credentials']) {
          await database.query(
            `update ${table} set expires_at = now() + make_interval(days => 200), next_reminder_days = 30`,
          );
          await database.query(`vacuum analyze ${table}`);
        }
      }, 60_000);

      it('looking for what somebody is to be reminded of: as much as is due', async () => {
        const reminders = new PostgresReminders(source);
        const { pages } = await costOf(source, () => reminders.remind({} as Origin));
        expect(pages).toBeLessThan(PAGES_OF_A_LIST / 10);
      });

      it.each<[string, EndingQuery]>([
        ['of a large subscription', page('busy')],
        ['of a large domain', page('busy', { domainId: '1005', credentialsSeenBy: undefined })],
      ])('a page %s: as much as it shows', async (_, query) => {
        const { pages } = await costOf(source, () => endings.list(query));
        expect(pages).toBeLessThan(PAGES_OF_A_LIST / 5);
      });
    });
  });

  it('a page of a subscription’s domains, however many it and others have', async () => {
    await database.query(
      `insert into domains (id, name, subscription) select 2000 + n, 'many-' || n, 'busy' from generate_series(1, 20000) n; analyze domains`,
    );
    const domains = new PostgresDomainRepository(source, new FreshCaches());
    expect(await domains.names('small', { limit: 10 })).toEqual(['domain-1', 'domain-3']);
    const pages: [string | null, { after?: string; limit: number }][] = [
      ['small', { limit: 1000 }],
      ['busy', { limit: 10 }],
      ['busy', { after: 'many-5', limit: 10 }],
      [null, { after: 'many-5', limit: 10 }],
    ];
    for (const [subscription, page] of pages) {
      expect((await costOf(source, () => domains.names(subscription, page))).pages).toBeLessThan(30);
    }
  });

  describe('of what is searched for in a large domain', () => {
    const LARGE = { subscription: 'small', domainId: '1003' };
    const [RARE, NOBODY] = ['33333333-3333-4333-8333-333333333333', '44444444-4444-4444-8444-444444444444'];
    const MANY = 30_000;
    /** Looking at 10,000 entries of this size takes some 500. */
    const PAGES_LOOKED_AT = 1500;
    beforeAll(async () => {
      await database.query(`
        insert into audit_entries (domain_id, credential_id, credential_name, dialect, request_id, action, client_id, changes, at)
        select 1003, case when n % 15000 = 5 then '${RARE}'::uuid end, 'test', 'v1', '-',
               case when n % 10000 = 7 then 'client.deleted' when n % 3 = 0 then 'client.created' else 'client.changed' end,
               'many-' || n % 1000, '{}', to_timestamp(1000000000 + n)
          from generate_series(1, ${MANY}) n;
        analyze audit_entries`);
    }, 60_000);
    const searched = (search: Partial<AuditSearch>) => trail.search({ ...LARGE, limit: 10, ...search });
    const walked = async (search: Partial<AuditSearch>) => {
      const sizes: number[] = [];
      let after: AuditSearch['after'];
      do {
        const { entries, next } = await searched({ ...search, after });
        sizes.push(entries.length);
        after = next;
      } while (after);
      return sizes;
    };

    it.each<[string, Partial<AuditSearch>]>([
      ['the newest of it', { newestFirst: true }],
      ['what was deleted', { action: 'client.deleted' }],
      ['what was deleted last', { action: 'client.deleted', newestFirst: true }],
      ['what was created', { action: 'client.created' }],
      ['what was changed last', { action: 'client.changed', newestFirst: true }],
      ['what never happened', { action: 'client.eaten' }],
      ['what was deleted and stayed so', { action: 'client.deleted', newestFirst: true, isLast: true }],
      ['what a subscription has deleted, wherever', { domainId: undefined, action: 'client.deleted' }],
      ['what anybody has deleted, wherever', { domainId: undefined, subscription: null, action: 'client.deleted' }],
      ['the newest of all', { domainId: undefined, subscription: null, newestFirst: true }],
    ])('%s: as much as it shows', async (_, search) => {
      expect((await costOf(source, () => searched(search))).pages).toBeLessThan(PAGES_OF_A_LIST);
    });

    it.each<[string, Partial<AuditSearch>, number[]]>([
      ['a credential that did little', { credentialId: RARE }, [1, 1, 0, 0]],
      ['a credential that did little, the newest first', { credentialId: RARE, newestFirst: true }, [0, 1, 1, 0]],
      ['a credential that did nothing', { credentialId: NOBODY }, [0, 0, 0, 0]],
    ])('%s: bounded, and the pages lead on to the end', async (_, search, sizes) => {
      expect((await costOf(source, () => searched(search))).pages).toBeLessThan(PAGES_LOOKED_AT);
      expect(await walked(search)).toEqual(sizes);
    });

    it('what lies between two times is found where it lies', async () => {
      // The positions are the time, as those of a registry are.
      await database.query(`
        update audit_entries set position = 1000000000000000 + position where position < 1000000000000000;
        update audit_entries set position = extract(epoch from at) * 1000000
         where domain_id = 1003 and at < '2002-01-01'`);
      await database.query('vacuum analyze audit_entries');
      const time = (n: number) => new Date((1_000_000_000 + n) * 1000);
      const [server] = await database.query<{ version: number }>(
        `select current_setting('server_version_num')::integer as version`,
      );
      // An older PostgreSQL reads the index on to the log's end, but no entries (decision 47).
      const most = server!.version >= 180_000 ? PAGES_OF_A_LIST / 10 : PAGES_OF_A_LIST;
      for (const newestFirst of [false, true]) {
        const search = { from: time(29_000), to: time(29_004), newestFirst };
        expect((await searched(search)).entries).toHaveLength(5);
        expect((await costOf(source, () => searched(search))).pages).toBeLessThan(most);
      }
    });
  });

  describe('of a client with a long history of long values', () => {
    const VERSIONS = 800;
    const LENGTH = 60_000;
    const ref = { domainId: '1001', clientId: 'long' };
    let versions: ClientVersions;
    let ids: string[];
    beforeAll(async () => {
      versions = new ClientVersions({} as Clients, trail);
      await database.query(`
        insert into audit_entries (domain_id, credential_name, dialect, request_id, action, client_id, changes, fields)
        select 1001, 'test', 'v1', '-', case when n = 1 then 'client.created' else 'client.changed' end, 'long', changes,
               array(select jsonb_object_keys(changes))
          from generate_series(1, ${VERSIONS}) n,
               lateral (select case when n = 1 then '{"clientType": {"before": null, "after": "public"}}'
                               else jsonb_build_object('redirectUris', jsonb_build_object('before', '[]'::jsonb,
                                                       'after', jsonb_build_array(repeat(md5(n::text), ${LENGTH / 32})))) end as changes) made`);
      ids = await idsOf(`client_id = 'long'`);
    });

    it('a version, and a comparison of two: what they show', async () => {
      const { metadata } = await versions.read(ref, ids[700]!);
      expect(metadata).toMatchObject({ clientType: 'public', redirectUris: [expect.stringMatching(/^.{59000,}$/)] });
      const one = await costOf(source, () => versions.read(ref, ids[700]!));
      expect(one.characters).toBeLessThan(3 * LENGTH);
      expect(one.pages).toBeLessThan(150);
      const two = await costOf(source, () => versions.compare(ref, ids[3]!, ids[790]!));
      expect(two.characters).toBeLessThan(6 * LENGTH);
      expect(two.pages).toBeLessThan(300);
    });

    it('a list of versions: as many entries as it lists', async () => {
      const { characters } = await costOf(source, () => versions.list(ref, { limit: 2, after: ids[300] }));
      expect(characters).toBeLessThan(4 * LENGTH);
    });

    it('the same where the names of the fields were not noted yet', async () => {
      await database.query(`update audit_entries set fields = null where client_id = 'long'`);
      const { metadata } = await versions.read(ref, ids[700]!);
      expect(metadata.clientType).toBe('public');
      const { characters } = await costOf(source, () => versions.read(ref, ids[700]!));
      expect(characters).toBeLessThan(3 * LENGTH);
    });
  });
});

/** A place in the list of what ends soon: in so many seconds, before everything else of its kind. */
function place(kind: EndingKind, seconds: number): EndingPosition {
  const id = kind === 'client' ? 'a' : '00000000-0000-4000-8000-000000000000';
  return { expiresAt: new Date(Date.now() + seconds * 1000), kind, id, domainId: kind === 'client' ? '1' : null };
}
