import pg from 'pg';
import { migrationStatesOf, openDataSource, StartError, startErrorOf } from '#persistence';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('a start', () => {
  let beside: TestDatabase;
  const made: string[] = [];
  beforeAll(async () => {
    beside = await createTestDatabase();
  });
  afterAll(async () => {
    for (const name of made) await beside.query(`drop database ${name} with (force)`);
    await beside.drop();
  });

  const make = async (options: string): Promise<{ name: string; url: string; superuserUrl: string }> => {
    const name = `made_${process.pid}_${made.length}`;
    const [owner] = await beside.query<{ name: string }>(
      'select rolname as name from pg_database join pg_roles on pg_roles.oid = datdba where datname = current_database()',
    );
    await beside.query(`create database ${name} owner "${owner!.name}" ${options}`);
    made.push(name);
    const of = (server: string) => Object.assign(new URL(server), { pathname: name }).href;
    return { name, url: of(beside.url), superuserUrl: of(beside.superuserUrl) };
  };
  const open = (url: string) => openDataSource({ url, poolSize: 1, migrate: true });

  it.each(['SQL_ASCII', 'LATIN1'])(
    'is refused on a database with the encoding %s, and told how one is made that works',
    async (encoding) => {
      const { url } = await make(`encoding '${encoding}' locale 'C' template template0`);
      const refusal = await open(url).catch((error) => error);
      expect(refusal).toBeInstanceOf(StartError);
      expect(refusal.message).toMatch(
        new RegExp(`^The database at .* has the encoding ${encoding}, .* CREATE DATABASE .*\\.$`),
      );
      await expect(migrationStatesOf(url)).rejects.toThrow(refusal.message);

      const [, options] = /CREATE DATABASE \w+ (.*)\.$/.exec(refusal.message)!;
      const source = await open((await make(options!)).url);
      expect(source.isInitialized).toBe(true);
      await source.destroy();
    },
  );

  it('is refused in a sentence where the database takes no writes', async () => {
    const { name, url } = await make('');
    await beside.query(`alter database ${name} set default_transaction_read_only = on`);
    await expect(open(url)).rejects.toThrow(/^The database at .* cannot be used: .* read-only transaction$/);
  });

  it.each([
    ['no schema for its tables', `alter database NAME set search_path = 'nowhere'`, /no schema has been selected/],
    ['tables of somebody else', 'create table clients (name text)', /relation "clients" already exists/],
  ])('is refused in a sentence where the database has %s', async (_, sql, why) => {
    const { name, url, superuserUrl } = await make('');
    const inside = new pg.Client(superuserUrl);
    await inside.connect();
    await inside.query(sql.replace('NAME', name));
    await inside.end();
    const refusal = await open(url).catch((error) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect(refusal.message).toMatch(/^The database at .* cannot be used: /);
    expect(refusal.message).toMatch(why);
  });

  it('that the database fails is told once, and what is none of its business as it is', () => {
    const told = startErrorOf(new Error('Connection terminated unexpectedly'), beside.url);
    expect(told).toBeInstanceOf(StartError);
    expect(startErrorOf(told, beside.url)).toBe(told);
    const file = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/data/pepper' });
    for (const other of [file, new Error('something else')]) expect(startErrorOf(other, beside.url)).toBe(other);
  });

  it('is refused in a sentence where PostgreSQL does not know the cases of all alphabets', async () => {
    const { url, superuserUrl } = await make('');
    const inside = new pg.Client(superuserUrl);
    await inside.connect();
    await inside.query('drop collation pg_catalog."und-x-icu"');
    await inside.end();
    await expect(open(url)).rejects.toThrow(/^This PostgreSQL was built without ICU, .*\.$/);
  });
});
