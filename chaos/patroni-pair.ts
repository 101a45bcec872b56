import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { childrenOf } from '../bench/cpu.js';
import { freePort } from '../bench/free-port.js';
import { withClient } from '../bench/postgres.js';
import { unprivilegedIdentity } from '../libs/persistence/src/embedded/embedded-identity.js';
import type { Pair } from './failover.js';
import { installedPrograms } from './installed-postgres.js';
import type { Stage } from './stage.js';
import { until } from './until.js';

const PATRONI = '/usr/bin/patroni';
const ETCD = '/usr/bin/etcd';
const HAPROXY = '/usr/sbin/haproxy';

/** One that Patroni looks after. */
interface Machine {
  readonly name: string;
  readonly port: number;
  /** Patroni's own. */
  readonly api: number;
  readonly folder: string;
  readonly file: string;
  child?: ChildProcess;
}

/** Two PostgreSQLs under Patroni, which agrees with itself through etcd, and HAProxy, which asks it who is the primary. */
export class PatroniPair implements Pair {
  url: string;
  urls: string[];
  #machines: readonly [Machine, Machine];
  #primary: Machine;
  readonly #stage: Stage;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  static async start(stage: Stage): Promise<PatroniPair> {
    const missing = [PATRONI, ETCD, HAPROXY].filter((program) => !existsSync(program));
    if (missing.length > 0) throw new Error('This fault needs: apt-get install patroni etcd-server haproxy');
    const pair = new PatroniPair(stage);
    const etcd = await pair.#startEtcd();
    pair.#machines = [await pair.#machine('one', etcd), await pair.#machine('two', etcd)];
    // One first, so that it is known who is copied.
    pair.#primary = pair.#machines[0];
    for (const machine of pair.#machines) {
      pair.#start(machine);
      await until('Patroni has a primary', () => is(pair.#primary, 'primary'), 100);
    }
    await pair.rejoin();
    pair.url = await pair.#startHaproxy();
    pair.urls = pair.#machines.map(urlOf);
    return pair;
  }

  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    return withClient(urlOf(this.#primary), async (client) => (await client.query(sql, values)).rows);
  }

  /** `kill -9` of everything on that machine. */
  async kill(): Promise<void> {
    const gone = once(this.#primary.child!, 'exit');
    killAll(this.#primary);
    await gone;
  }

  async failOver(): Promise<void> {
    const other = this.#other;
    await until('Patroni has promoted the other', () => is(other, 'primary'), 50);
    this.#primary = other;
  }

  /** Settles when whoever is not the primary follows synchronously. */
  async rejoin(): Promise<void> {
    for (const machine of this.#machines)
      if (machine.child!.exitCode !== null || machine.child!.signalCode) this.#start(machine);
    // What Patroni has written down counts, not what PostgreSQL does already: it promotes nobody else.
    const other = this.#other;
    await until('the other is synchronous', () => is(other, 'synchronous'), 200);
  }

  get #other() {
    return this.#machines.find((machine) => machine !== this.#primary)!;
  }

  async #startEtcd() {
    const [client, peer] = [await freePort(), await freePort()];
    const [at, between] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
    const folder = await this.#folder('etcd');
    const args = {
      'data-dir': path.join(folder, 'data'),
      'listen-client-urls': at,
      'advertise-client-urls': at,
      'listen-peer-urls': between,
      'initial-advertise-peer-urls': between,
      'initial-cluster': `default=${between}`,
    };
    await this.#run(
      ETCD,
      Object.entries(args).flatMap(([name, value]) => [`--${name}`, value]),
      folder,
    );
    await until(
      'etcd answers',
      () =>
        fetch(`${at}/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      50,
    );
    return client;
  }

  async #startHaproxy() {
    const port = await freePort();
    const folder = await this.#folder('haproxy');
    const servers = this.#machines.map(({ name, port: to, api }) => `server ${name} 127.0.0.1:${to} check port ${api}`);
    const config = `defaults
  mode tcp
  timeout connect 1s
  timeout client 1h
  timeout server 1h
listen primary
  bind 127.0.0.1:${port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
  ${servers.join('\n  ')}
`;
    const file = path.join(folder, 'haproxy.cfg');
    writeFileSync(file, config);
    await this.#run(HAPROXY, ['-db', '-f', file], folder);
    const url = urlOf({ port });
    await until('HAProxy leads to the primary', () => withClient(url, () => true).catch(() => false), 100);
    return url;
  }

  async #machine(name: string, etcd: number): Promise<Machine> {
    const [port, api] = [await freePort(), await freePort()];
    const folder = await this.#folder(name);
    const password = 'nobody-is-asked-for-it';
    const settings = {
      scope: 'clientele',
      name,
      restapi: { listen: `127.0.0.1:${api}`, connect_address: `127.0.0.1:${api}` },
      etcd3: { host: `127.0.0.1:${etcd}` },
      bootstrap: {
        // The least that Patroni takes.
        dcs: { ttl: 20, loop_wait: 1, retry_timeout: 3, synchronous_mode: true, postgresql: { use_pg_rewind: true } },
        initdb: [{ encoding: 'UTF8' }, { locale: 'C' }],
      },
      postgresql: {
        listen: `127.0.0.1:${port}`,
        connect_address: `127.0.0.1:${port}`,
        data_dir: path.join(folder, 'data'),
        bin_dir: installedPrograms(),
        authentication: {
          superuser: { username: 'postgres', password },
          replication: { username: 'replica', password },
        },
        parameters: { unix_socket_directories: folder },
        pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'],
      },
    };
    const file = path.join(folder, 'patroni.json');
    writeFileSync(file, JSON.stringify(settings));
    const machine: Machine = { name, port, api, folder, file };
    await this.#stage.undo.add(() => killAll(machine));
    return machine;
  }

  #start(machine: Machine) {
    machine.child = this.#spawn(PATRONI, [machine.file], machine.folder);
  }

  async #run(program: string, args: readonly string[], folder: string) {
    const child = this.#spawn(program, args, folder);
    await this.#stage.undo.add(() => child.kill('SIGKILL'));
  }

  #spawn(program: string, args: readonly string[], folder: string) {
    const log = openSync(path.join(folder, 'log'), 'a');
    const env = { PATH: process.env.PATH, HOME: folder };
    return spawn(program, args, { ...unprivilegedIdentity(folder), cwd: folder, env, stdio: ['ignore', log, log] });
  }

  async #folder(name: string) {
    const folder = path.join(await this.#stage.folder(), name);
    mkdirSync(folder, { mode: 0o700 });
    const identity = unprivilegedIdentity(folder);
    if (identity) chownSync(folder, identity.uid, identity.gid);
    return folder;
  }
}

function urlOf({ port }: { readonly port: number }) {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

function is({ api }: Machine, role: string) {
  return fetch(`http://127.0.0.1:${api}/${role}`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Patroni, and the PostgreSQL that it has started, which is no child of it. */
function killAll({ child, folder }: Machine) {
  const lock = path.join(folder, 'data', 'postmaster.pid');
  const postgres = existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n')[0]) : undefined;
  for (const pid of [child?.pid, postgres, ...(postgres ? childrenOf(postgres) : [])]) {
    try {
      if (pid) process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}
