import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { warmCommandLine } from '../support/command-line.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { startServer } from '../support/test-server.js';

/** Beside the database: there is no server to talk to. */
const cli = warmCommandLine('http://localhost:9');

describe('clientele migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('tells what is pending (2), applies it, and then has nothing to do (0)', async () => {
    const env = { DATABASE_URL: database.url };
    const before = await cli(['migrate', 'status', '--json'], { env });
    const names = JSON.parse(before.stdout).map(({ name }: { name: string }) => name);
    expect(before.code).toBe(2);
    expect(names.length).toBeGreaterThan(1);
    expect(await database.query(`select 1 from pg_tables where schemaname = 'public'`)).toEqual([]);

    const up = await cli(['migrate', 'up', '--json'], { env });
    expect([up.code, up.stderr, JSON.parse(up.stdout)]).toEqual([0, '', { applied: names }]);
    const after = await cli(['migrate', 'status'], { env });
    expect([after.code, after.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^MIGRATION +STATE\n${names[0]} +applied\n`)),
    ]);
    expect((await cli(['migrate', 'up'], { env })).stdout).toBe('Nothing is pending.\n');
  });

  it('says in one sentence that the database is away, and names what is wrong with the settings', async () => {
    const away = await cli(['migrate', 'status'], { env: { DATABASE_URL: 'postgres://a:secret@127.0.0.1:9/b' } });
    expect([away.code, away.stdout]).toEqual([1, '']);
    expect(away.stderr).toMatch(
      /^clientele: The database at 127\.0\.0\.1:9\/b cannot be reached: .*ECONNREFUSED.*\.\n$/,
    );
    expect(away.stderr).not.toContain('secret');
    const bad = await cli(['migrate', 'status'], { env: { DATABASE_URL: 'mysql://x' } });
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringMatching(/^clientele: DATABASE_URL must be /)]);
  });

  it('says in one sentence that a database has no room for all letters, as operator reset does', async () => {
    const url = new URL(database.url);
    url.pathname = `latin_${process.pid}`;
    const name = url.pathname.slice(1);
    await database.query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    const commands = [
      ['migrate', 'status'],
      ['migrate', 'up'],
      ['operator', 'reset'],
    ];
    for (const command of commands) {
      const { code, stdout, stderr } = await cli(command, { env: { DATABASE_URL: url.href } });
      expect([code, stdout, stderr]).toEqual([
        1,
        '',
        expect.stringMatching(/^clientele: The database .* LATIN1, .*\n$/),
      ]);
    }
    await database.query(`drop database ${name} with (force)`);
  });

  it('says in one sentence what a database lacks, as operator reset does', async () => {
    const incomplete = await createTestDatabase({ isPrepared: true });
    await incomplete.query('drop table domains cascade');
    const reset = await cli(['operator', 'reset'], {
      env: { DATABASE_URL: incomplete.url, SECRET_PEPPER: 'a pepper for tests' },
    });
    expect([reset.code, reset.stdout, reset.stderr]).toEqual([
      1,
      '',
      expect.stringMatching(
        /^clientele: The database at .* cannot be used: relation "domains" does not exist; [^\n]*\.\n$/,
      ),
    ]);
    await incomplete.query('drop table migrations; create table migrations (id int)');
    for (const command of ['status', 'up']) {
      const { code, stdout, stderr } = await cli(['migrate', command], { env: { DATABASE_URL: incomplete.url } });
      expect([code, stdout, stderr]).toEqual([
        1,
        '',
        expect.stringMatching(/^clientele: .* is not Clientele’s: [^\n]*\n$/),
      ]);
    }
    await incomplete.drop();
  });

  it('makes no database where there is none', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-none-'));
    const data = path.join(folder, 'data');
    const { code, stderr } = await cli(['operator', 'reset'], { env: { DATA_DIR: data } });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`There is no database in ${data}`)]);
    expect(existsSync(data)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

describe('clientele operator reset', () => {
  it('makes a credential that the running server takes, and needs its pepper', async () => {
    const server = await startServer();
    const env = { DATABASE_URL: server.database.url, PUBLIC_URL: server.url };
    try {
      const wrong = await cli(['operator', 'reset'], { env: { ...env, SECRET_PEPPER: 'quite another pepper' } });
      expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([
        1,
        '',
        expect.stringContaining('SECRET_PEPPER is not'),
      ]);

      const reset = await cli(['operator', 'reset', '--json'], {
        env: { ...env, SECRET_PEPPER: 'a pepper for tests' },
      });
      expect([reset.code, reset.stderr]).toEqual([0, expect.stringContaining('shown this once')]);
      const { id, apiKey, accessToken } = JSON.parse(reset.stdout);
      for (const key of [apiKey, accessToken]) {
        const { status, body } = await server.call('GET', `/admin/credentials/${id}`, { key });
        expect([status, body]).toEqual([
          200,
          expect.objectContaining({ name: 'operator', subscription: null, expiresAt: null }),
        ]);
      }
      const [entry] = await server.database.query(
        'select credential_name, action from audit_entries order by position desc limit 1',
      );
      expect(entry).toEqual({ credential_name: 'operator reset', action: 'credential.created' });
    } finally {
      await server.stop();
    }
  });
});
