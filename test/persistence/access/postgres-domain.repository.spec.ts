import type { QueryRunner } from 'typeorm';
import { Domain } from '#domains';
import { openDataSource } from '#persistence';
import { anOrigin } from '../../../libs/clients/src/testing/writes.js';
import { FreshCaches, PostgresDomainRepository } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('look-ups of domains', () => {
  let test: TestDatabase;
  let source: Awaited<ReturnType<typeof openDataSource>>;
  let caches: FreshCaches;
  let repository: PostgresDomainRepository;
  /** The values that each statement was sent with. */
  let sent: unknown[][];

  beforeAll(async () => {
    test = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: test.url, poolSize: 4, migrate: true });
    const query = source.query.bind(source);
    source.query = (sql: string, values?: unknown[], runner?: QueryRunner) => {
      sent.push(values ?? []);
      return query(sql, values, runner);
    };
  });

  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  beforeEach(() => {
    sent = [];
    caches = new FreshCaches();
    repository = new PostgresDomainRepository(source, caches);
  });

  const created = async (name: string, subscription = 'default') =>
    (await repository.insert(name, subscription, anOrigin()))!;

  it('that come at once go in one statement, whether there is such a domain or not', async () => {
    const [acme, globex] = [await created('acme'), await created('globex')];
    sent = [];
    const found = await Promise.all(
      ['globex', 'nobody', 'acme', 'globex'].map((name) => repository.findByName(name, null)),
    );
    expect(found).toEqual([globex, undefined, acme, globex]);
    expect(found[0]).toBeInstanceOf(Domain);
    const keys = ['globex', 'nobody', 'acme'].map((key, place) => ({ place, key, within: null }));
    expect(sent).toEqual([[JSON.stringify(keys)]]);
  });

  it('find nothing beyond a subscription, whatever it is called', async () => {
    const [pied, aviato] = [await created('pied-piper', 'two words'), await created('aviato', 'default')];
    const find = (name: string, subscription: string | null) => repository.findByName(name, subscription);
    expect(await find('pied-piper', 'two words')).toEqual(pied);
    expect(await find('pied-piper', 'default')).toBeUndefined();
    expect(await find('pied-piper', 'two')).toBeUndefined();
    expect(await find('aviato', 'two words')).toBeUndefined();
    expect(await find('aviato', null)).toEqual(aviato);
  });

  it('ask the same for a name that is in use beyond it and for one that nobody has, the first time and later', async () => {
    await created('raviga', 'stranger');
    const inUse = () => Promise.all(['stranger', null].map((who) => repository.findByName('raviga', who)));
    await inUse();
    const asked: Record<string, unknown[][]> = {};
    for (const name of ['raviga', 'nobodys']) {
      sent = [];
      for (let n = 0; n < 3; n += 1) expect(await repository.findByName(name, 'tenant')).toBeUndefined();
      asked[name] = sent;
      await inUse();
    }
    const asking = (key: string) => [[JSON.stringify([{ place: 0, key, within: 'tenant' }])]];
    expect(asked).toEqual({ raviga: asking('raviga'), nobodys: asking('nobodys') });
  });

  it('go by id, too', async () => {
    const hooli = await created('hooli');
    sent = [];
    const found = await Promise.all([hooli.id, '999999'].map((id) => repository.findById(id)));
    expect(found).toEqual([hooli, undefined]);
    const keys = [hooli.id, '999999'].map((key, place) => ({ place, key, within: null }));
    expect(sent).toEqual([[JSON.stringify(keys)]]);
  });

  it('find no domain that was deleted, and the one that has its name now', async () => {
    const before = await created('initech');
    await repository.remove(before, anOrigin());
    expect(await repository.findByName('initech', null)).toBeUndefined();
    expect(await repository.findById(before.id)).toBeUndefined();
    const after = await created('initech');
    expect(await repository.findByName('initech', null)).toEqual(after);
    expect(after.id).not.toBe(before.id);
  });

  it('revoke all keys with the domain, however many, each with its entry, and the end of the log comes last', async () => {
    const pirate = await created('pirate-bay');
    await test.query(
      `insert into credentials (id, name, subscription, domain_id, permissions, key_hash, key_hint)
       select md5('key ' || n)::uuid, 'key', 'default', $1, '{}', decode(md5('key ' || n), 'hex'), 'hint'
         from generate_series(1, 6500) n`,
      [pirate.id],
    );
    expect(await repository.remove(pirate, anOrigin())).toBe(true);
    expect(await repository.remove(pirate, anOrigin())).toBe(false);
    const [told] = await test.query(
      `select count(distinct changes->'id'->>'before')::int as keys, max(entries.position) - min(entries.position) as length,
              (array_agg(action order by entries.position desc))[1] as last,
              max(entries.position) = max(logs.position) and max(entries.position) = max(end_position) as is_end
         from audit_entries entries join domain_logs logs using (domain_id)
        where domain_id = $1 and action <> 'domain.created'`,
      [pirate.id],
    );
    expect(told).toEqual({ keys: 6500, length: '6500', last: 'domain.deleted', is_end: true });
    const good = await test.query('select from credentials where domain_id = $1 and revoked_at is null', [pirate.id]);
    expect(good).toHaveLength(0);
  });
});
