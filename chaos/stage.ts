import { ALL } from '../bench/cpu.js';
import { type PostgresSettings, temporaryFolder } from '../bench/postgres.js';
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
  readonly #isShort: boolean;

  constructor(
    readonly undo: Undo,
    private readonly name: string,
    { isShort, pooler }: Pick<Options, 'isShort' | 'pooler'>,
  ) {
    this.#poolMode = pooler;
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

  /**
   * The product on a free port and all processors, ready, with an operator's key that `call` sends along. `env` has a
   * DATABASE_URL, or else the embedded PostgreSQL keeps its data in a new folder. `main`: of another build.
   */
  async product(env: Environment = {}, { main }: { readonly main?: string } = {}): Promise<Server> {
    const server = await this.spawn(env, { main });
    await server.answers({ path: '/health/ready', isGood: ({ ok }) => ok, pause: 20 });
    return server;
  }

  /** The same, not waiting until it is ready. */
  async spawn(env: Environment = {}, { main }: { readonly main?: string } = {}): Promise<Server> {
    const place = env.DATABASE_URL || env.DATA_DIR ? {} : { DATA_DIR: await this.folder() };
    const server = await spawnProduct(this.undo, { ...place, ...this.#pooled(env) }, { cpus: ALL, main });
    this.#servers.push(server);
    return server;
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
