import type { DataSource } from 'typeorm';
import type { ClientRef } from '#clients';
import { DatabaseClock, openDataSource } from '#persistence';
import { PostgresClientSightings } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const DAY_MS = 86_400_000;
const TODAY = new Date().toISOString().slice(0, 10);

let database: TestDatabase;
let source: DataSource;
let sightings: PostgresClientSightings;
let time: number;
let statements: number;
beforeAll(async () => {
  database = await createTestDatabase({ isPrepared: true });
  source = await openDataSource({ url: database.url, poolSize: 2, migrate: true });
  const query = source.query.bind(source);
  source.query = (sql: string, values?: unknown[]) => {
    statements += 1;
    return query(sql, values);
  };
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});
beforeEach(async () => {
  await database.query('truncate client_sightings, clients');
  await database.query(`
    insert into clients (domain_id, client_id, version, created_at, updated_at, client_type, grant_types, redirect_uris,
        post_logout_redirect_uris, scope, audiences, identity_providers, policies, allowed_origins, token_methods, token_methods_as_list)
    select domain, 'app-' || number, 1, now(), now(), 'public', '{}', '{}', '{}', '', '{}', '{}', '{}', '{}', '{query}', false
      from generate_series(1, 2) domain, generate_series(1, 1500) number`);
  time = Date.now();
  const clock = new DatabaseClock();
  clock.now = () => time;
  sightings = new PostgresClientSightings(source, clock);
  statements = 0;
});

const app = (number: number, domainId = '1'): ClientRef => ({ domainId, clientId: `app-${number}` });
/** Each row, and by what was written last whether it has been written again. */
const rows = () =>
  database.query<{ domain: string; client: string; day: string; state: string }>(
    `select domain_id::text as domain, client_id as client, seen_on::text as day, concat(xmin, ' ', xmax, ' ', ctid) as state
       from client_sightings order by 1, 2`,
  );
const told = async () => (await rows()).map(({ domain, client, day }) => `${domain} ${client} ${day}`);

describe('sightings', () => {
  it('are written together, each client once, of each domain its own', async () => {
    for (const ref of [app(1), app(2), app(1), app(1, '2')]) sightings.note(ref);
    expect(await told()).toEqual([]);
    await sightings.flush();
    expect(await told()).toEqual([`1 app-1 ${TODAY}`, `1 app-2 ${TODAY}`, `2 app-1 ${TODAY}`]);
    expect(statements).toBe(1);
  });

  it('of more clients than a statement takes are all written', async () => {
    for (let number = 1; number <= 1500; number += 1) sightings.note(app(number));
    await sightings.flush();
    expect(await rows()).toHaveLength(1500);
    expect(statements).toBe(2);
  });

  it('ask the database nothing if there are none, or the day is noted', async () => {
    await sightings.flush();
    sightings.note(app(1));
    await sightings.flush();
    sightings.note(app(1));
    await sightings.flush();
    expect(statements).toBe(1);
  });

  it('of another process change nothing in a row that has the day, not even a lock', async () => {
    sightings.note(app(1));
    await sightings.flush();
    const before = await rows();
    const other = new PostgresClientSightings(source, new DatabaseClock());
    other.note(app(1));
    await other.flush();
    expect(await rows()).toEqual(before);
  });

  it('of the next day are noted again, and move the day forward, never back', async () => {
    sightings.note(app(1));
    await sightings.flush();
    await database.query(`update client_sightings set seen_on = seen_on - 1`);
    time += DAY_MS;
    await sightings.flush();
    sightings.note(app(1));
    await sightings.flush();
    expect(await told()).toEqual([`1 app-1 ${TODAY}`]);
    await database.query(`update client_sightings set seen_on = seen_on + 2`);
    const later = await rows();
    const other = new PostgresClientSightings(source, new DatabaseClock());
    other.note(app(1));
    await other.flush();
    expect(await rows()).toEqual(later);
  });

  it('of a client that is gone meanwhile leave nothing', async () => {
    sightings.note({ domainId: '1', clientId: 'gone' });
    await sightings.flush();
    expect(await told()).toEqual([]);
  });

  it('wait while they cannot be written, and are written later, each once', async () => {
    await database.query('alter table client_sightings rename to hidden');
    sightings.note(app(1));
    await expect(sightings.flush()).rejects.toThrow();
    sightings.note(app(2));
    sightings.note(app(1));
    await database.query('alter table hidden rename to client_sightings');
    await sightings.flush();
    expect(await told()).toEqual([`1 app-1 ${TODAY}`, `1 app-2 ${TODAY}`]);
  });

  it('take bounded room: those that find none are noted another time', async () => {
    await database.query('alter table client_sightings rename to hidden');
    for (let number = 1; number <= 50_000; number += 1) sightings.note({ domainId: '3', clientId: `other-${number}` });
    // There is no room, so that it is made at once, once; that fails.
    statements = 0;
    for (let number = 1; number <= 1500; number += 1) sightings.note(app(number));
    await expect(sightings.flush()).rejects.toThrow();
    expect(statements).toBe(1);
    await database.query('alter table hidden rename to client_sightings');
    await sightings.flush();
    sightings.note(app(7));
    await sightings.flush();
    expect(await told()).toEqual([`1 app-7 ${TODAY}`]);
  });

  it('that fill the room are written at once', async () => {
    for (let number = 1; number <= 50_000; number += 1) sightings.note({ domainId: '3', clientId: `other-${number}` });
    sightings.note(app(1));
    await sightings.flush();
    sightings.note(app(2));
    await sightings.flush();
    expect(await told()).toEqual([`1 app-2 ${TODAY}`]);
  });
});
