import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../bench/free-port.js';
import { toldByServer } from '../support/command-line.js';
import { plainShell } from '../support/plain-shell.js';
import { listening, type Run, run, signalServer, temporaryFolder } from '../support/processes.js';
import { createTestDatabase } from '../support/test-database.js';

/** What pino-pretty paints with. */
const PAINT = new RegExp(`${String.fromCodePoint(0x1b)}\\[\\d+m`, 'g');
const shell = (command: string) => promisify(execFile)('bash', ['-c', command]);

describe('npm start', () => {
  const folder = temporaryFolder();
  const runs: Run[] = [];
  let port: number;

  const start = (settings: Record<string, string> = {}): Run => {
    const started = run('npm', ['start', '--silent'], { PORT: String(port), DATA_DIR: folder.path, ...settings });
    runs.push(started);
    return started;
  };
  /** SIGINT, unless told otherwise: after a SIGTERM it goes on for two seconds, for a proxy to notice. */
  const stop = async (started: Run, signal: NodeJS.Signals = 'SIGINT'): Promise<number | NodeJS.Signals> => {
    await signalServer(started, signal);
    return started.ended;
  };
  /** What it says, and its exit code, where it cannot start. */
  const refusal = async (settings: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await toldByServer({ PORT: String(port), DATA_DIR: folder.path, ...settings });
    return { code, said: `${stdout}${stderr}` };
  };

  beforeAll(async () => {
    port = await freePort();
  });
  afterAll(async () => {
    await Promise.all(runs.map((each) => each.endAll()));
    folder.remove();
  });

  it('prints on the very first start the operator’s credential and two curls that work as pasted, and keeps the data', async () => {
    const first = start();
    await listening(first);
    const curls = first.output().match(/^ {2}curl [\s\S]*?(?=\n\n)/gm)!;
    expect(curls).toHaveLength(2);
    expect(JSON.parse((await shell(curls[0]!)).stdout)).toEqual({ clientSecret: expect.stringMatching(/^cls_/) });
    expect(JSON.parse((await shell(curls[1]!)).stdout)).toMatchObject({ clientID: 'my-app' });

    const apiKey = /clk_[\w-]+/.exec(first.output())![0];
    expect(await stop(first, 'SIGTERM')).toBe(0);
    const lines = first.output().match(/"msg":"(?!answered).*?"/g);
    expect(lines).toEqual([
      `"msg":"Clientele listens on http://127.0.0.1:${port}"`,
      expect.stringMatching(/^"msg":"SIGTERM: /),
      '"msg":"Clientele has stopped"',
    ]);

    const second = start();
    await listening(second);
    expect(second.output()).not.toMatch(/Installing|Building|shown this once/);
    expect(second.output()).not.toContain(apiKey);
    expect(JSON.parse((await shell(curls[1]!)).stdout)).toMatchObject({ clientID: 'my-app' });

    const third = await refusal({ PORT: String(await freePort()) });
    expect(third.code).toBe(1);
    expect(third.said).toMatch(/^The data folder .* is in use by process \d+: .*\.\n$/);
    expect(await stop(second)).toBe(0);
  }, 120_000);

  it('says what has no effect, such as a BOOTSTRAP_API_KEY that comes too late, and that links lead nobody here', async () => {
    const started = start({
      HOST: '0.0.0.0',
      BOOTSTRAP_API_KEY: 'this-key-comes-too-late-1234567890',
      SECRET_PEPER: 'x'.repeat(16),
    });
    await listening(started);
    const idle = started
      .output()
      .split('\n')
      .filter((line) => line.includes('has no effect'));
    expect(idle.map((line) => /"msg":"(\S+) has no effect/.exec(line)?.[1])).toEqual([
      'SECRET_PEPER',
      'BOOTSTRAP_API_KEY',
    ]);
    expect(idle[1]).toContain('`npx --no-install clientele operator reset`');
    expect(started.output()).toMatch(/"level":40.*HOST=0\.0\.0\.0 .* PUBLIC_URL is not set/);
    expect(started.output()).not.toMatch(/too-late|xxx/);
    expect(await stop(started)).toBe(0);
  }, 60_000);

  it('comes back after kill -9 with what it had acknowledged, although its PostgreSQL was left behind', async () => {
    const killed = start({ BOOTSTRAP_API_KEY: 'the-key-is-of-no-use-any-more-1234567890' });
    await listening(killed);
    process.kill(-killed.process.pid!, 'SIGKILL');
    await killed.ended;
    const next = start();
    await listening(next);
    expect((await fetch(`http://localhost:${port}/health/ready`)).status).toBe(200);
    expect(await stop(next)).toBe(0);
  }, 120_000);

  it('answers what is in flight before it ends, and ends although a connection stays open, also over IPv6', async () => {
    const started = start({ HOST: '::1', LOG_PRETTY: 'true', LOG_LEVEL: 'debug' });
    await listening(started);
    const answer = await fetch(`http://[::1]:${port}/`);
    expect(answer.status).toBe(200);
    expect(await stop(started, 'SIGTERM')).toBe(0);
    const output = started.output().replaceAll(PAINT, '');
    expect(output).toContain(`INFO: Clientele listens on http://[::1]:${port} {`);
    expect(output).toMatch(/DEBUG: GET \/ 200 [\d.]+ ms\n.*\[[\d:]+\] INFO: Clientele has stopped\n$/s);
  }, 60_000);

  it('starts in a shell that knows nothing but words, as cmd does, and stops with npm', async () => {
    const started = start({ npm_config_script_shell: plainShell(path.dirname(folder.path)) });
    await listening(started);
    started.process.kill('SIGTERM');
    await started.ended;
    expect(started.output()).toContain('"msg":"Clientele has stopped"');
  }, 60_000);

  it('ends with one sentence when the port is busy', async () => {
    const squatter = createServer().listen(port, '127.0.0.1');
    const started = start();
    expect(await started.ended).toBe(1);
    squatter.close();
    expect(started.output().trim()).toBe(`Port ${port} on 127.0.0.1 is in use: stop what listens there, or set PORT.`);
  }, 60_000);

  it('ends with one sentence when DATA_DIR is no folder', async () => {
    expect(await refusal({ DATA_DIR: '/etc/passwd' })).toEqual({
      code: 1,
      said: '/etc/passwd is a file: set DATA_DIR to a folder.\n',
    });
  }, 60_000);

  it('minds nothing that the shell says of another PostgreSQL', async () => {
    const PG = {
      PGHOST: 'nowhere',
      PGPORT: '1',
      PGUSER: 'nobody',
      PGSSLMODE: 'require',
      PGOPTIONS: '--x',
      PGDATA: '/x',
    };
    const started = start(PG);
    await listening(started);
    expect(await stop(started)).toBe(0);
  }, 60_000);

  it('ends with one sentence when DATABASE_URL cannot be reached', async () => {
    const nobody = await freePort();
    const started = await refusal({ DATABASE_URL: `postgres://user:very-secret@127.0.0.1:${nobody}/clientele` });
    expect(started.code).toBe(1);
    expect(started.said.trim()).toMatch(/^The database at 127\.0\.0\.1:\d+\/clientele cannot be reached: .+\.$/);
    expect(started.said).not.toContain('very-secret');
  }, 60_000);

  it('ends with one sentence when a database fails it later, or a replica cannot be meant', async () => {
    const database = await createTestDatabase({ isPrepared: true });
    await database.query('drop table domains cascade');
    const settings = { DATABASE_URL: database.url, SECRET_PEPPER: 'a pepper for tests' };
    const incomplete = await refusal(settings);
    expect(incomplete.code).toBe(1);
    expect(incomplete.said).toMatch(/^The database at .* cannot be used: relation "domains" does not exist; .*\.\n$/);
    await database.drop();
    const replica = await refusal({
      ...settings,
      DATABASE_REPLICA_URLS: 'postgres://u@db/x?sslmode=verify-full&sslrootcert=/none',
    });
    expect(replica.code).toBe(1);
    expect(replica.said).toMatch(/^DATABASE_REPLICA_URLS cannot be used: ENOENT: .* '\/none'\.\n$/);
  }, 60_000);

  it('ends with a sentence when the pepper is not the one that the database was set up with', async () => {
    const started = await refusal({ SECRET_PEPPER: 'another pepper than before' });
    expect(started.code).toBe(1);
    expect(started.said.trim()).toMatch(/^SECRET_PEPPER is not the one .*\.$/);
  }, 60_000);

  it('reports every wrong setting at once, and no value', async () => {
    const started = await refusal({
      PUBLIC_URL: 'not a url',
      DATABASE_URL: 'mysql://x',
      BOOTSTRAP_API_KEY: 'too-short',
    });
    expect(started.code).toBe(1);
    const lines = started.said.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['BOOTSTRAP_API_KEY', 'DATABASE_URL', 'PUBLIC_URL']);
    expect(started.said).not.toContain('too-short');
  }, 60_000);
});
