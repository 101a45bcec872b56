import { DatabaseClock } from '../../../libs/persistence/src/database/database-clock.js';
import { type Followed, PostgresLogLook } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('a look at the logs', () => {
  let database: TestDatabase;
  let look: PostgresLogLook;
  let followed: Followed;

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    look = new PostgresLogLook(database.url, new DatabaseClock(), () => followed);
    await database.query(`
      insert into audit_entries (domain_id, position, credential_name, dialect, request_id, action, client_id, changes)
      select domain, n, 'test', 'v1', '-', 'client.changed', 'app-' || n, '{}'
        from unnest(array[101, 1002, 99, 103]) domain, generate_series(1, 5) n;
      insert into audit_entries (domain_id, position, credential_name, dialect, request_id, action, client_id, changes)
      select 104, n, 'test', 'v1', '-', 'client.changed', 'app-' || n, '{}' from generate_series(1, 10001) n;
      insert into domain_logs (domain_id, position) select domain_id, max(position) from audit_entries group by domain_id
          on conflict (domain_id) do update set position = excluded.position`);
  });
  beforeEach(() => {
    followed = { domainIds: [], across: false };
  });
  afterAll(async () => {
    await look.close();
    await database.drop();
  });

  const told = (n: number, domainId: string) => ({ domainId, clientId: `app-${n}`, position: String(n) });

  it('tells which have moved, and what stands in each behind what is known of it', async () => {
    const { moved } = await look.look([
      { domainId: '1002', position: 4n },
      { domainId: '101', position: 2n },
      { domainId: '99', position: 5n },
      { domainId: '103', position: undefined },
      { domainId: '104', position: 0n },
      { domainId: '7', position: 1n },
    ]);
    const byDomain = new Map(moved.map(({ domainId, ...log }) => [domainId, log]));
    expect(byDomain).toEqual(
      new Map([
        ['101', { position: 5n, changes: [3, 4, 5].map((n) => told(n, '101')) }],
        ['1002', { position: 5n, changes: [told(5, '1002')] }],
        ['103', { position: 5n, changes: [] }],
        ['104', { position: 10001n, changes: undefined }],
      ]),
    );
  });

  it('tells a follower who has waited long for it what has moved since he began', async () => {
    followed = { domainIds: [], across: true };
    expect((await look.look([])).heads.recent!.heads.size).toBe(0);
    followed = { domainIds: [], across: true, since: 4n };
    expect((await look.look([])).heads.recent!.heads.get('99')).toBe(5n);
  });

  it('tells how far those have come that are followed, by name or all of them', async () => {
    followed = { domainIds: ['99', '7'], across: false };
    expect((await look.look([])).heads).toEqual({ named: new Map([['99', 5n]]), recent: undefined });
    const now = BigInt(Date.now()) * 1000n;
    await database.query('insert into audit_entries select 99, $1, now(), null, null, $2, $2, $2, $2, null, $3', [
      String(now),
      'test',
      '{}',
    ]);
    followed = { domainIds: [], across: true };
    const { named, recent } = (await look.look([])).heads;
    expect(named).toEqual(new Map());
    expect(recent!.heads.get('99')).toBe(now);
    expect([...recent!.heads.keys()]).not.toContain('101');
    expect(now - recent!.settled).toBeGreaterThan(0n);
  });

  it('knows the server, and nothing of logs that nobody asks for', async () => {
    const { server, moved, heads } = await look.look([]);
    expect(server).toMatch(/\d/);
    expect([moved, [...heads.named]]).toEqual([[], []]);
  });
});
