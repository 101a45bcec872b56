import { randomUUID } from 'node:crypto';
import { ALL } from '../bench/cpu.js';
import { type PostgresSettings, type Query, temporaryFolder, withClient } from '../bench/postgres.js';
import { spawnProduct } from '../bench/product.js';
import { progress } from '../bench/progress.js';
import type { Environment, Server } from '../bench/server.js';
import type { Undo } from '../bench/undo.js';
import type { Options, PoolMode } from './options.js';
import { PgBouncer } from './pgbouncer.js';
import { Postgres } from './postgres.js';

/** Three instances have to go into the twenty sessions that PgBouncer has for a database by default (docs/operations.md, Sizes). */
const POOL_SIZE = 4;

/** What a fault needs to happen: processes and folders of its own, all of which are gone at the end. */
export class Stage {
  /** Sentences on what did not hold; what a fault returns as failures is added. */
  readonly failures: string[] = [];
  #servers: Server[] = [];
  readonly #poolers: PgBouncer[] = [];
  readonly #poolMode: PoolMode | undefined;
  readonly #database: string | undefined;
  readonly #isShort: boolean;

  constructor(
    readonly undo: Undo,
    private readonly name: string,
    { isShort, pooler, database }: Pick<Options, 'isShort' | 'pooler' | 'database'>,
  ) {
    this.#poolMode = pooler;
    this.#database = database;
    this.#isShort = isShort;
  }

  /** How often or how long: `full`, or `short` with --short. */
  size(full: number, short: number): number {
    return this.#isShort ? short : full;
  }

  progress(text: string): void {
    progress(text && `${this.name}: ${text}`);
  }

  /** A new folder that also PostgreSQL's user can enter. */
  folder(): Promise<string> {
    return temporaryFolder(this.undo);
  }

  /** A PostgreSQL that nobody starts again but the fault. */
  async postgres(settings?: PostgresSettings, folder?: string): Promise<Postgres> {
    const postgres = new Postgres(folder ?? (await this.folder()), settings);
    await this.undo.add(() => postgres.stop());
    await postgres.start();
    if (this.#poolMode) await this.#pool(postgres.url(), this.#poolMode);
    return postgres;
  }

  /** An empty database, for a fault that leaves PostgreSQL alone: a new one in the server of --database, if there is one. */
  async database(): Promise<{ readonly url: () => string; readonly query: Query }> {
    const url = this.#database === undefined ? (await this.postgres()).url() : await this.#newDatabase(this.#database);
    return {
      url: () => url,
      query: (sql, values) => withClient(url, async (client) => (await client.query(sql, values)).rows),
    };
  }

  /**
   * The product on a free port and all processors, ready, with an operator's key that `call` sends along. `env` has a
   * DATABASE_URL, or else the embedded PostgreSQL keeps its data in a new folder; with --database, in a new database
   * there. `main`: of another build.
   */
  async product(env: Environment = {}, { main }: { readonly main?: string } = {}): Promise<Server> {
    const server = await this.spawn(env, { main });
    await server.answers({ path: '/health/ready', isGood: ({ ok }) => ok, pause: 20 });
    return server;
  }

  /** The same, not waiting until it is ready. */
  async spawn(env: Environment = {}, { main }: { readonly main?: string } = {}): Promise<Server> {
    const place = env.DATABASE_URL || env.DATA_DIR ? {} : await this.#ownPlace();
    const server = await spawnProduct(this.undo, this.#pooled({ ...place, ...env }), { cpus: ALL, main });
    this.#servers.push(server);
    return server;
  }

  async #ownPlace(): Promise<Environment> {
    if (this.#database === undefined) return { DATA_DIR: await this.folder() };
    return { DATABASE_URL: await this.#newDatabase(this.#database) };
  }

  async #newDatabase(server: string): Promise<string> {
    const url = new URL(server);
    const name = `chaos_${randomUUID().replaceAll('-', '_')}`;
    const run = (sql: string) => withClient(server, (client) => client.query(sql));
    await run(`create database ${name}`);
    await this.undo.add(() => run(`drop database ${name} with (force)`));
    url.pathname = name;
    if (this.#poolMode) await this.#pool(url.href, this.#poolMode);
    return url.href;
  }

  async #pool(url: string, mode: PoolMode) {
    const pooler = new PgBouncer(await this.folder(), { mode, url });
    await this.undo.add(() => pooler.stop());
    await pooler.start();
    this.#poolers.push(pooler);
  }

  /** With a pooler before the database, if there is one. */
  #pooled(env: Environment): Environment {
    if (!env.DATABASE_URL) return env;
    const { host } = new URL(env.DATABASE_URL);
    const pooler = this.#poolers.find(({ behind }) => behind.host === host);
    if (!pooler) return env;
    return { DATABASE_POOL_SIZE: String(POOL_SIZE), ...env, DATABASE_URL: pooler.through(env.DATABASE_URL) };
  }

  /** `kill -9`; settles when it is gone. */
  async kill(server: Server): Promise<void> {
    server.kill();
    await server.stop();
    this.#servers = this.#servers.filter((other) => other !== server);
  }

  /** What the servers printed last, for when something went wrong. */
  lastWords(): string {
    return this.#servers
      .filter(({ output }) => output !== '')
      .map(({ name, output }) => `\n${name} printed last:\n${output}`)
      .join('');
  }
}
