import type { DataSource } from 'typeorm';
import type { AuditScope, AuditSearch, TrailEntry } from '#audit';
import { openDataSource } from '#persistence';
import { PostgresAuditTrail } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** JavaScript's numbers would round what comes after it. */
const START = 9_007_199_254_740_992n;
const NOBODY = '00000000-0000-4000-8000-000000000000';
const at = (n: number) => String(START + BigInt(n));

describe('the audit', () => {
  let database: TestDatabase;
  let source: DataSource;
  let trail: PostgresAuditTrail;

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
    trail = new PostgresAuditTrail(source);
    await database.query(`
      insert into domains (id, name, subscription, deleted_at)
      select 100 + n, 'domain-' || n, case when n < 4 then 'own' else 'foreign' end, case when n = 2 then now() end
        from generate_series(1, 4) n`);
    // Each position stands in the logs of several domains.
    await database.query(
      `insert into audit_entries (domain_id, position, at, subscription, credential_name, dialect, request_id, action, client_id, changes, fields)
       select case when d > 0 then 100 + d else 0 end, $1::bigint + n, '2026-01-02T03:04:05.678Z', case when d = 0 then 'own' end,
              'test', 'v1', '-', 'client.changed', case when d > 0 then 'app-' || n % 2 end,
              '{"scope": {"before": ["a", 1, null], "after": {"%_\\\\": "’"}}}', case when n > 1 then '{scope}'::text[] end
         from generate_series(0, 4) d, generate_series(1, 5) n`,
      [String(START)],
    );
    await database.query(`delete from audit_entries where request_id <> '-'`);
    await database.query(`
      insert into domain_logs (domain_id, position) select domain_id, max(position) from audit_entries group by domain_id
      on conflict (domain_id) do update set position = excluded.position`);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const placeOf = ({ domainId, position }: Pick<TrailEntry, 'domainId' | 'position'>) => `${position}-${domainId}`;
  const places = (domains: number[], positions: number[]) =>
    positions.flatMap((n) => domains.map((d) => placeOf({ domainId: String(d), position: at(n) })));
  const ALL = [1, 2, 3, 4, 5];

  /** Page by page, each from where the one before ended. */
  async function walk(scope: AuditScope, limit: number): Promise<string[]> {
    const told: string[] = [];
    let last: TrailEntry | undefined;
    for (;;) {
      const { position: after, domainId: afterDomain } = last ?? {};
      const page = await trail.list({ ...scope, after, afterDomain: scope.domainId ? undefined : afterDomain, limit });
      told.push(...page.map(placeOf));
      last = page.at(-1);
      if (page.length < limit) return told;
    }
  }

  it.each<[string, AuditScope, string[]]>([
    ['of everything', { subscription: null }, places([0, 101, 102, 103, 104], ALL)],
    ['of a subscription, with what is of no one domain', { subscription: 'own' }, places([0, 101, 102, 103], ALL)],
    ['of a domain', { subscription: 'own', domainId: '102' }, places([102], ALL)],
    ['of a client in all domains', { subscription: null, clientId: 'app-1' }, places([101, 102, 103, 104], [1, 3, 5])],
    ['of a client of a subscription', { subscription: 'own', clientId: 'app-0' }, places([101, 102, 103], [2, 4])],
    ['of a client of a domain', { subscription: null, domainId: '104', clientId: 'app-0' }, places([104], [2, 4])],
    ['of a foreign domain: nothing', { subscription: 'own', domainId: '104' }, []],
    ['of a client that nobody has', { subscription: 'own', clientId: `app-'"\\%_` }, []],
  ])('%s: every entry once and in order, however long the pages', async (_, scope, expected) => {
    for (const limit of [1, 2, 3, 100]) expect(await walk(scope, limit)).toEqual(expected);
  });

  /** Page by page, the newest first. */
  async function walkBack(search: Omit<AuditSearch, 'limit'>, limit: number): Promise<string[]> {
    const told: string[] = [];
    let after: AuditSearch['after'];
    do {
      const { entries, next } = await trail.search({ ...search, newestFirst: true, after, limit });
      told.push(...entries.map(placeOf));
      after = next;
    } while (after);
    return told;
  }

  it.each<[string, AuditScope, string[]]>([
    ['of everything', { subscription: null }, places([0, 101, 102, 103, 104], ALL)],
    ['of a subscription, with what is of no one domain', { subscription: 'own' }, places([0, 101, 102, 103], ALL)],
    ['of a domain', { subscription: 'own', domainId: '102' }, places([102], ALL)],
    ['of a client in all domains', { subscription: null, clientId: 'app-1' }, places([101, 102, 103, 104], [1, 3, 5])],
    ['of a client of a domain', { subscription: null, domainId: '104', clientId: 'app-0' }, places([104], [2, 4])],
    ['of a foreign domain: nothing', { subscription: 'own', domainId: '104' }, []],
  ])('%s: the same from the other end', async (_, scope, expected) => {
    for (const limit of [1, 2, 3, 100]) {
      expect(await walkBack(scope, limit)).toEqual(expected.toReversed());
      const changed = { ...scope, action: 'client.changed', from: new Date('2026-01-02T03:04:05.678Z') };
      expect(await walkBack(changed, limit)).toEqual(expected.toReversed());
      expect(await walkBack({ ...changed, from: new Date('2026-01-02T03:04:05.679Z') }, limit)).toEqual([]);
      expect(await walkBack({ ...changed, action: 'client.created' }, limit)).toEqual([]);
      expect(await walkBack({ ...scope, credentialId: NOBODY }, limit)).toEqual([]);
    }
  });

  it('finds what came last of a client', async () => {
    expect(await walkBack({ subscription: 'own', domainId: '101', isLast: true }, 1)).toEqual(
      places([101], [4, 5]).toReversed(),
    );
  });

  it('ends where it is told to', async () => {
    const upTo = at(2);
    const list = (scope: AuditScope) => trail.list({ ...scope, upTo, limit: 100 });
    for (const scope of [{ subscription: null }, { subscription: 'own' }, { subscription: 'own', domainId: '101' }])
      expect((await list(scope)).at(-1)!.position).toBe(upTo);
  });

  it('shows an entry as it was written, with its domain, which may be gone, and whose it is', async () => {
    const [entry] = await trail.entries('102', [at(3), at(99)]);
    expect(entry).toEqual({
      ...{ domainId: '102', position: at(3), at: new Date('2026-01-02T03:04:05.678Z'), subscription: null },
      ...{ credentialId: null, credentialName: 'test', dialect: 'v1', requestId: '-', action: 'client.changed' },
      ...{
        clientId: 'app-1',
        changes: { scope: { before: ['a', 1, null], after: { '%_\\': '’' } } },
        fields: ['scope'],
      },
      ...{ domainName: 'domain-2', owner: 'own' },
    });
    const [ofNone] = await trail.list({ subscription: 'own', limit: 1 });
    expect(ofNone).toMatchObject({ domainId: '0', domainName: null, owner: 'own' });
  });

  it('tells what stands behind what is known of several logs', async () => {
    const behind = (subscription: string | null, limit = 100) => {
      const range = { after: START + 2n, upTo: START + 4n };
      const ranges = ['0', '103', '104'].map((domainId) => ({ domainId, ...range }));
      return trail.behind(ranges, { subscription }, limit);
    };
    expect((await behind(null)).map(placeOf)).toEqual(places([0, 103, 104], [3, 4]));
    expect((await behind('own')).map(placeOf)).toEqual(places([0, 103], [3, 4]));
    expect((await behind('foreign', 1)).map(placeOf)).toEqual(places([104], [3]));
  });

  it('outlines a client’s entries from either end, also where the fields were not noted', async () => {
    const query = { domainId: '101', clientId: 'app-1', limit: 2 };
    const outline = (n: number) => ({ position: at(n), action: 'client.changed', fields: ['scope'] });
    expect(await trail.outline(query)).toEqual([outline(1), outline(3)]);
    expect(await trail.outline({ ...query, newestFirst: true })).toEqual([outline(5), outline(3)]);
    expect(await trail.outline({ ...query, after: at(1), upTo: at(3) })).toEqual([outline(3)]);
  });
});
