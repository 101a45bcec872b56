import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres, openDataSource } from '#persistence';
import { describeAsRoot } from '../../support/as-root.js';
import { temporaryFolder, until } from '../../support/processes.js';

const SECRETS = { BOOTSTRAP_API_KEY: 'k'.repeat(32), SECRET_PEPPER: 'p'.repeat(32), PGDATA: '/nowhere', PGPORT: '1' };

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A process and all that it has started. */
function family(pid: number): number[] {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').map(Number))];
}

/** Nothing of one that has just ended. */
function environmentOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

describe('the embedded PostgreSQL', () => {
  const folder = temporaryFolder();
  const place = path.join(folder.path, 'postgres');
  const running: EmbeddedPostgres[] = [];
  const start = async (at = folder.path) => {
    const server = await EmbeddedPostgres.start({ folder: at, durable: false });
    running.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });
  afterAll(() => folder.remove());

  it('is waited for as long as it runs, at a start and after a crash, as there may be much to recover', async () => {
    const notes: string[] = [];
    const realNow = Date.now;
    let now = realNow();
    // Every look at the clock is a minute later than the one before.
    Date.now = () => {
      now += 61_000;
      return now;
    };
    try {
      const server = await EmbeddedPostgres.start({ folder: folder.path, notify: (note) => notes.push(note) });
      running.push(server);
      const killed = server.pid!;
      process.kill(killed, 'SIGKILL');
      const lock = path.join(place, 'data', 'postmaster.pid');
      const isReady = () => {
        const lines = fs.existsSync(lock) ? fs.readFileSync(lock, 'utf8').split('\n') : [];
        return Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready';
      };
      await until('another one is ready', () => server.pid !== killed && isReady());
    } finally {
      Date.now = realNow;
    }
    expect(await query(running[0]!.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(notes).toContainEqual(
      expect.stringMatching(/^The embedded PostgreSQL has been starting for a minute, .*postgres\.log\.$/),
    );
  });

  it('is reached over a socket, in a folder that is nobody else’s, and listens on no port', async () => {
    const server = await start();
    expect(await query(server.url(), 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    const socketFolder = new URL(server.url()).searchParams.get('host')!;
    expect(fs.statSync(socketFolder).mode & 0o077).toBe(0);
    expect(fs.statSync(socketFolder).uid).toBe(fs.statSync(path.join(place, 'data')).uid);
  });

  it('lets the product work as the owner of its database, who is no superuser and may nothing beyond', async () => {
    const server = await start();
    const source = await openDataSource({ url: server.url(), poolSize: 2, migrate: true });
    await source.destroy();
    expect(
      await query(
        server.url(),
        `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, datname
           from pg_roles, pg_database where rolname = current_user and datdba = pg_roles.oid`,
      ),
    ).toEqual([
      {
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
        datname: 'postgres',
      },
    ]);
    for (const beyond of [
      `select pg_read_file('/etc/passwd')`,
      `copy domains to program 'true'`,
      `alter system set work_mem = '1MB'`,
    ]) {
      await expect(query(server.url(), beyond)).rejects.toThrow(/permission denied/);
    }
  });

  it('is given over to that role with all that a superuser had made in it', async () => {
    const server = await start();
    await query(
      server.superuserUrl(),
      `reassign owned by clientele to postgres; drop owned by clientele; drop role clientele;
       create table before (id bigint generated always as identity, other serial);
       create function before_it() returns int language sql as 'select 1'; create view those_before as select * from before;
       create sequence numbers`,
    );
    await server.stop();
    const next = await start();
    const source = await openDataSource({ url: next.url(), poolSize: 2, migrate: true });
    await source.query('alter table before add column "more" int');
    await source.destroy();
    expect(
      await query(
        next.url(),
        `select count(*)::int as foreign_things from (
           select relowner as owner from pg_class where relnamespace = 'public'::regnamespace
           union all select proowner from pg_proc where pronamespace = 'public'::regnamespace
           union all select datdba from pg_database where datname = 'postgres') things
          where owner <> 'clientele'::regrole`,
      ),
    ).toEqual([{ foreign_things: 0 }]);
    await query(
      next.url(),
      'drop view those_before; drop table before; drop function before_it; drop sequence numbers',
    );
  });

  it('whose password is not the one beside it is refused in a sentence, and left as it was', async () => {
    const file = path.join(place, 'password');
    const password = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, 'another');
    await expect(start()).rejects.toThrow(
      /^The embedded PostgreSQL in \S+ cannot be used: password authentication .*\.$/,
    );
    fs.writeFileSync(file, password);
    expect(await query((await start()).url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('gets nothing of our environment, and nothing of what the shell says of another PostgreSQL', async () => {
    const before = { ...process.env };
    Object.assign(process.env, SECRETS, { PGHOST: 'nowhere', PGSSLMODE: 'require', PGOPTIONS: '--nonsense' });
    try {
      const server = await start();
      expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(environmentOf(server.pid!)).toContain('LC_ALL=C');
      for (const pid of family(server.pid!)) {
        const environment = environmentOf(pid);
        for (const name of Object.keys(SECRETS)) expect(environment).not.toContain(name);
        expect(environment).not.toMatch(/k{32}|p{32}/);
      }
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  it.each([
    ['deeper than the path of a socket may be long', path.join(...Array.from({ length: 8 }, () => 'd'.repeat(20)))],
    ['with a name that has to be quoted', `a, "b" c%20'd`],
  ])('may lie in a folder %s', async (_, below) => {
    const at = path.join(path.dirname(folder.path), below);
    const server = await start(at);
    expect(await query(server.superuserUrl(), 'show data_directory')).toEqual([
      { data_directory: path.join(at, 'postgres', 'data') },
    ]);
    const socketFolder = new URL(server.url()).searchParams.get('host')!;
    expect(fs.statSync(socketFolder).mode & 0o077).toBe(0);
    await server.stop();
    running.length = 0;
    expect(fs.existsSync(path.join(socketFolder, '.s.PGSQL.5432'))).toBe(false);
    expect(socketFolder.startsWith(at) || !fs.existsSync(socketFolder)).toBe(true);
  });

  it('starts although a process id in it has become another process’s, which goes on', async () => {
    const server = await start();
    await server.stop();
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    const stale = `${other.pid}\n${place}/data\n1700000000\n5432\n${place}/socket\n\n  1 2\nready   \n`;
    fs.writeFileSync(path.join(place, 'data', 'postmaster.pid'), stale);
    fs.writeFileSync(path.join(place, 'socket', '.s.PGSQL.5432.lock'), stale);
    try {
      // As another user’s, so that PostgreSQL itself cannot take it for its own.
      if (process.getuid?.() !== 0) fs.rmSync(path.join(place, 'data', 'postmaster.pid'));
      await start();
      expect(other.exitCode ?? other.signalCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  it('keeps a pepper whole: one that was lost is not taken for an empty one', async () => {
    const { loadPepper } = await import('#persistence');
    const pepper = path.join(folder.path, 'pepper');
    fs.writeFileSync(pepper, '');
    const lost = loadPepper(undefined as never, { folder: folder.path, warn: () => {} });
    await expect(lost).rejects.toThrow(`The pepper in ${pepper} is lost: bring back the one from the backup.`);
    fs.rmSync(pepper);
    await loadPepper(undefined as never, { folder: folder.path, warn: () => {} });
    expect(fs.readFileSync(pepper, 'utf8')).toMatch(/^[\w-]{43}$/);
    expect(fs.statSync(pepper).mode & 0o777).toBe(0o600);
  });
});

describeAsRoot('the embedded PostgreSQL of root', () => {
  const folder = temporaryFolder();
  const place = path.join(folder.path, 'postgres');
  const start = () => EmbeddedPostgres.start({ folder: folder.path, durable: false });
  afterAll(() => folder.remove());

  const owners = () =>
    Object.fromEntries(fs.readdirSync(place).map((name) => [name, fs.lstatSync(path.join(place, name)).uid === 0]));

  it('may write only its own data and the folder of its socket, whatever our umask is', async () => {
    const program = `
      import { EmbeddedPostgres } from '#persistence';
      process.umask(0o077);
      await (await EmbeddedPostgres.start({ folder: process.argv[1], durable: false })).stop();`;
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', program, folder.path], { encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(fs.statSync(place)).toMatchObject({ uid: 0, mode: 0o40711 });
    expect(owners()).toEqual({ data: false, socket: false, password: true, 'postgres.log': true });
  });

  it('leads us nowhere with what it may have put into a folder that was its own before', async () => {
    const { uid, gid } = fs.statSync(path.join(place, 'data'));
    const victim = path.join(path.dirname(folder.path), 'victim');
    const password = fs.readFileSync(path.join(place, 'password'), 'utf8');
    fs.mkdirSync(victim);
    fs.writeFileSync(path.join(victim, 'file'), 'untouched');
    for (const name of ['postgres.log', 'socket']) fs.rmSync(path.join(place, name), { recursive: true });
    for (const name of ['owner', 'postgres.log']) fs.symlinkSync(path.join(victim, 'file'), path.join(place, name));
    fs.symlinkSync(victim, path.join(place, 'socket'));
    fs.chmodSync(place, 0o700);
    for (const each of [place, path.join(place, 'password')]) fs.chownSync(each, uid, gid);

    const server = await start();
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(owners()).toEqual({ data: false, socket: false, password: true, 'postgres.log': true, owner: true });
    await server.stop();
    expect(fs.readFileSync(path.join(place, 'password'), 'utf8')).toBe(password);
    expect(fs.readdirSync(victim)).toEqual(['file']);
    expect(fs.readFileSync(path.join(victim, 'file'), 'utf8')).toBe('untouched');
    expect(fs.statSync(victim).uid).toBe(0);
  });

  it('is not asked to end a process that is not its own', async () => {
    const server = await start();
    const victim = spawn('sleep', ['60'], { stdio: 'ignore' });
    const pidFile = path.join(place, 'data', 'postmaster.pid');
    const truth = fs.readFileSync(pidFile, 'utf8');
    // As after a kill -9 of the server, whose PostgreSQL answers and lies about its process.
    fs.rmSync(path.join(place, 'owner'));
    fs.writeFileSync(pidFile, truth.replace(/^\d+/, String(victim.pid)));
    try {
      await expect(start()).rejects.toThrow(/did not start/);
      expect(victim.exitCode ?? victim.signalCode).toBeNull();
    } finally {
      fs.writeFileSync(pidFile, truth);
      victim.kill();
      await server.stop();
    }
  });

  it('is refused where its user could put another folder in the place of ours', async () => {
    const { uid } = fs.statSync(path.join(place, 'data'));
    const of = spawnSync('id', ['-nu', String(uid)], { encoding: 'utf8' }).stdout.trim();
    fs.chownSync(folder.path, uid, 0);
    await expect(start()).rejects.toThrow(
      `PostgreSQL runs as ${of}, who must not be able to replace what root keeps in ${folder.path}, but can write ${folder.path}: start the server as ${of}, or set DATA_DIR.`,
    );
    fs.chownSync(folder.path, 0, 0);
    fs.chmodSync(path.dirname(folder.path), 0o777);
    await expect(start()).rejects.toThrow(`but can write ${path.dirname(folder.path)}: `);
    fs.chmodSync(path.dirname(folder.path), 0o711);
    await (await start()).stop();
  });
});

it('leaves no folder for a socket behind, also after a kill -9 of all', async () => {
  const folder = temporaryFolder();
  const at = path.join(folder.path, 'd'.repeat(100));
  const program = `
    import { EmbeddedPostgres } from '#persistence';
    const server = await EmbeddedPostgres.start({ folder: process.argv[1], durable: false });
    console.log(JSON.stringify({ pid: server.pid, socketFolder: new URL(server.url()).searchParams.get('host') }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, at], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  await until('PostgreSQL runs', () => output.includes('\n'));
  const { pid, socketFolder } = JSON.parse(output);
  expect(path.dirname(socketFolder)).toBe(os.tmpdir());
  child.kill('SIGKILL');
  for (const each of family(pid)) process.kill(each, 'SIGKILL');
  await until('it is gone', () => !fs.existsSync(`/proc/${pid}`));
  const server = await EmbeddedPostgres.start({ folder: at, durable: false });
  expect(fs.existsSync(socketFolder)).toBe(false);
  await server.stop();
  folder.remove();
}, 60_000);
