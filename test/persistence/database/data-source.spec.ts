import { readFileSync } from 'node:fs';
import pg from 'pg';
import { migrationStatesOf, openDataSource, StartError } from '#persistence';
import { CERTIFICATE, saying, throughTls } from '../../support/before-postgres.js';
import { createTestDatabase, DIRECT, type TestDatabase } from '../../support/test-database.js';

describe('a start', () => {
  let beside: TestDatabase;
  const made: string[] = [];
  beforeAll(async () => {
    beside = await createTestDatabase(DIRECT);
  });
  afterAll(async () => {
    for (const name of made) await beside.query(`drop database ${name} with (force)`);
    await beside.query(`drop role if exists documented_${process.pid}`);
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
  const inside = async (url: string, sql: string) => {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(sql);
    await client.end();
  };

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

  it('is refused in a sentence where PostgreSQL does not know the cases of all alphabets', async () => {
    const { url, superuserUrl } = await make('');
    await inside(superuserUrl, 'drop collation pg_catalog."und-x-icu"');
    await expect(open(url)).rejects.toThrow(/^This PostgreSQL was built without ICU, .*\.$/);
  });

  it('is refused in a sentence by a PostgreSQL that is older than 14', async () => {
    const { name, url, superuserUrl } = await make('');
    await inside(
      superuserUrl,
      `create function public.current_setting(name text) returns text stable language sql as $$
         select case name when 'server_version_num' then '130023' when 'server_version' then '13.23'
                          else pg_catalog.current_setting(name) end $$;
       alter database ${name} set search_path = public, pg_catalog`,
    );
    const refusal = await open(url).catch((error) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect(refusal.message).toBe('PostgreSQL 14 or newer is needed; this one is 13.23.');
  });

  it.each<[string, string, RegExp]>([
    [
      'takes no writes',
      'alter database DATABASE set default_transaction_read_only = on',
      / cannot be used: .* read-only transaction; default_transaction_read_only is on: .*\.$/,
    ],
    [
      'lets its user make nothing in the schema',
      // Until version 14, everybody may.
      'alter database DATABASE owner to current_user; revoke create on schema public from public',
      / cannot be used: permission denied for schema public; let its owner GRANT USAGE, CREATE ON SCHEMA public TO ROLE, or make ROLE the owner of the database\.$/,
    ],
    [
      'lets its user into no schema',
      'alter database DATABASE owner to current_user; revoke usage on schema public from public',
      / has no schema for tables: of search_path \("\$user", public\) there is none, or none that ROLE may use; CREATE SCHEMA … AUTHORIZATION ROLE makes one\.$/,
    ],
    [
      'has no schema of its search_path',
      'alter database DATABASE set search_path = elsewhere',
      / has no schema for tables: of search_path \(elsewhere\) there is none, .*\.$/,
    ],
    [
      'has somebody else’s table of migrations',
      'create table migrations (id serial, migration text, batch int)',
      / has a table migrations that is not Clientele’s: give Clientele a database, or a schema \(search_path\), of its own\.$/,
    ],
    [
      'has another program’s migrations in a table that could be ours',
      `create table migrations (id serial, "timestamp" bigint, name text); grant all on migrations to public;
       insert into migrations ("timestamp", name) values (1, 'Users1')`,
      / has a table migrations that is not Clientele’s: .*\.$/,
    ],
    [
      'has somebody else’s clients',
      'create table clients (id int)',
      / cannot be used: migration Initial1763800000000 failed: relation "clients" already exists; that is somebody else’s: .*\.$/,
    ],
  ])('is refused in a sentence on a database that %s', async (_, sql, sentence) => {
    const { name, url, superuserUrl } = await make('');
    const role = new URL(url).username;
    await inside(superuserUrl, sql.replaceAll('DATABASE', name));
    const refusal = await open(url).catch((error) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect(refusal.message).toMatch(/^The database at \S+:\d+\/\w+ [^\n]*$/);
    expect(refusal.message.replaceAll(` ${role}`, ' ROLE')).toMatch(sentence);
  });

  it('does not mind somebody else’s tables in another schema of its search_path', async () => {
    const { name, url, superuserUrl } = await make('');
    const role = new URL(url).username;
    await inside(
      superuserUrl,
      `create table migrations (id int); create table clients (id int); create schema own authorization "${role}";
       alter database ${name} set search_path = own, public`,
    );
    const source = await open(url);
    await source.destroy();
    expect((await migrationStatesOf(url)).every(({ applied }) => applied)).toBe(true);
  });

  it('succeeds with the role, the database and the schema that docs/operations.md makes', async () => {
    const name = `documented_${process.pid}`;
    const [, chapter] = /^## Which database$(.*?)^## /ms.exec(readFileSync('docs/operations.md', 'utf8'))!;
    const [whole, schema] = [...chapter!.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, sql]) =>
      sql!.replaceAll(/\bclientele\b/g, name).replace("'…'", `'secret'`),
    );
    const [role, database] = whole!.split(';\n');
    await beside.query(role!);
    await beside.query(database!);
    made.push(name);
    const as = (database_: string) =>
      Object.assign(new URL(beside.url), { username: name, password: 'secret', pathname: database_ }).href;
    await (await open(as(name))).destroy();

    const shared = await make('');
    await inside(shared.superuserUrl, `create table clients (id int); create table migrations (id int); ${schema}`);
    await (await open(as(shared.name))).destroy();
    await inside(shared.superuserUrl, `drop schema ${name} cascade`);
  });

  describe('on a database that is up to date but for its last migration', () => {
    let url: string;
    let superuserUrl: string;
    let last: string;
    beforeEach(async () => {
      ({ url, superuserUrl } = await make(''));
      await (await open(url)).destroy();
      last = (await migrationStatesOf(url)).at(-1)!.name;
      await inside(superuserUrl, `delete from migrations where name = '${last}'`);
    });

    it('names the migration that fails, and why', async () => {
      await expect(open(url)).rejects.toThrow(
        new RegExp(`^The database at .* cannot be used: migration ${last} failed: \\S.*\\.$`),
      );
    });

    it('changes nothing where it is not to migrate, not even for want of a right', async () => {
      await inside(
        superuserUrl,
        'revoke all on schema public from public, pg_database_owner; grant usage on schema public to public',
      );
      await expect(openDataSource({ url, poolSize: 1, migrate: false })).rejects.toThrow(
        /^The database needs migrations: .*\.$/,
      );
    });

    it('says whose the tables have to be that belong to another', async () => {
      await inside(superuserUrl, 'alter table migrations owner to current_user');
      const sentence =
        /^The database at .* cannot be used: permission denied for table migrations; what is in it has to belong to \w+: .* OWNER TO \w+\.$/;
      await expect(open(url)).rejects.toThrow(sentence);
      await expect(migrationStatesOf(url)).rejects.toThrow(sentence);
    });
  });
});

describe('a start that is not let in', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ ...DIRECT, isPrepared: true });
  });
  afterAll(() => database.drop());
  const refusalOf = (url: string) => openDataSource({ url, poolSize: 1, migrate: true }).then(String, (error) => error);
  const changed = (change: Partial<URL>) => Object.assign(new URL(database.url), change).href;

  it('says that there is no room, and what decides it', async () => {
    const role = `narrow_${process.pid}`;
    const { pathname } = new URL(database.url);
    await database.query(`create role ${role} login password 'x' connection limit 0`);
    const refusal = await refusalOf(changed({ username: role, password: 'x' }));
    await database.query(`drop role ${role}`);
    expect(refusal).toBeInstanceOf(StartError);
    expect(refusal.message).toMatch(
      new RegExp(
        `^The database at .*${pathname} cannot be reached: too many connections for role .*; let more in, or lower DATABASE_POOL_SIZE .*\\.$`,
      ),
    );
  });

  it('says that a password is asked for', async () => {
    expect((await refusalOf(changed({ password: '' }))).message).toMatch(
      /: .* client password must be .*; it asks for a password, and DATABASE_URL has none\.$/,
    );
  });

  it.each<[string, { code: string; message: string } | string, RegExp]>([
    [
      'a pooler that does not take all that a URL may ask for',
      { code: '08P01', message: 'unsupported startup parameter: options' },
      / cannot be reached: unsupported startup parameter: options; leave options out of DATABASE_URL and PGOPTIONS, .*\.$/,
    ],
    [
      'a pooler that knows no transactions',
      { code: '08P01', message: 'transaction blocks not allowed in statement pooling mode' },
      /; let the pooler keep a session for a whole transaction: PgBouncer’s pool_mode=transaction, or session\.$/,
    ],
    [
      'a server that wants TLS',
      { code: '28000', message: 'no pg_hba.conf entry for host "127.0.0.1", user "user", database "x", no encryption' },
      /, no encryption; it may want TLS: add sslmode=verify-full to DATABASE_URL\.$/,
    ],
    ['what is no PostgreSQL', 'HTTP/1.1 400 Bad Request\r\n\r\n', /; what answers there may be no PostgreSQL\.$/],
  ])('says so of %s', async (_, answer, sentence) => {
    const server = await saying(answer);
    const refusal = await refusalOf(server.url);
    server.close();
    expect(refusal).toBeInstanceOf(StartError);
    expect(refusal.message).toMatch(sentence);
    expect(refusal.message).not.toContain('secret');
  });

  it('writes an IPv6 host in brackets', async () => {
    expect((await refusalOf('postgres://user:secret@[::1]:9/x')).message).toMatch(
      /^The database at \[::1\]:9\/x cannot be reached: /,
    );
  });

  describe('over TLS', () => {
    let tls: Awaited<ReturnType<typeof throughTls>>;
    beforeAll(async () => {
      tls = await throughTls(database.url);
    });
    afterAll(() => tls.close());

    it('takes a private authority’s certificate that sslrootcert names', async () => {
      const query = `?sslmode=verify-full&sslrootcert=${CERTIFICATE}`;
      const source = await openDataSource({ url: tls.url('localhost', query), poolSize: 1, migrate: true });
      expect(source.isInitialized).toBe(true);
      await source.destroy();
    });

    it.each<[string, string, string, RegExp]>([
      [
        'whose authority nobody knows',
        'localhost',
        '?sslmode=verify-full',
        / cannot be reached: .*certificate.*; name the file with the certificate of its authority as sslrootcert in DATABASE_URL\.$/,
      ],
      [
        'that is another host’s',
        '127.0.0.1',
        `?sslmode=verify-full&sslrootcert=${CERTIFICATE}`,
        / cannot be reached: .*; let DATABASE_URL name the host as the certificate does\.$/,
      ],
    ])('says so of a certificate %s', async (_, host, query, sentence) => {
      expect((await refusalOf(tls.url(host, query))).message).toMatch(sentence);
    });

    it('says so of a server that speaks none', async () => {
      expect((await refusalOf(changed({ search: '?sslmode=verify-full' }))).message).toMatch(
        / does not support SSL connections; leave sslmode out of DATABASE_URL, .*\.$/,
      );
    });

    it.each([
      ['is not there', '/nowhere.pem', /^DATABASE_URL cannot be used: ENOENT: .* '\/nowhere\.pem'\.$/],
      [
        'holds no certificate',
        'package.json',
        /^DATABASE_URL cannot be used: .* sslrootcert .* no certificate \(PEM\)\.$/,
      ],
    ])('says so of an sslrootcert that %s', async (_, file, sentence) => {
      const refusal = await refusalOf(changed({ search: `?sslmode=verify-full&sslrootcert=${file}` }));
      expect(refusal).toBeInstanceOf(StartError);
      expect(refusal.message).toMatch(sentence);
    });
  });
});
