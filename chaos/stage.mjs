import { ALL } from '../bench/cpu.mjs';
import { temporaryFolder } from '../bench/postgres.mjs';
import { spawnProduct } from '../bench/product.mjs';
import { progress } from '../bench/progress.mjs';
import { PgBouncer } from './pgbouncer.mjs';
import { Postgres } from './postgres.mjs';

/** Three instances have to go into the twenty sessions that PgBouncer has for a database by default (docs/operations.md, Sizes). */
const POOL_SIZE = 4;

/** What a fault needs to happen: processes and folders of its own, all of which are gone at the end. */
export class Stage {
  /** Sentences on what did not hold; what a fault returns as failures is added. */
  failures = [];
  #servers = [];
  #poolers = [];
  #poolMode;

  constructor(undo, name, { isShort, pooler }) {
    this.#poolMode = pooler;
    this.undo = undo;
    this.name = name;
    this.isShort = isShort;
  }

  /** How often or how long: `full`, or `short` with --short. */
  size(full, short) {
    return this.isShort ? short : full;
  }

  progress(text) {
    progress(text && `${this.name}: ${text}`);
  }

  /** A new folder that also PostgreSQL's user can enter. */
  folder() {
    return temporaryFolder(this.undo);
  }

  /** A PostgreSQL that nobody starts again but the fault. */
  async postgres(settings, folder = undefined) {
    const postgres = new Postgres(folder ?? (await this.folder()), settings);
    await this.undo.add(() => postgres.stop());
    await postgres.start();
    if (this.#poolMode) await this.#pool(postgres.url());
    return postgres;
  }

  /**
   * The product on a free port and all processors, ready, with an operator's key that `call` sends along. `env` has a
   * DATABASE_URL, or else the embedded PostgreSQL keeps its data in a new folder. `main`: of another build.
   */
  async product(env = {}, { main } = {}) {
    const server = await this.spawn(env, { main });
    await server.answers({ path: '/health/ready', isGood: ({ ok }) => ok, pause: 20 });
    return server;
  }

  /** The same, not waiting until it is ready. */
  async spawn(env = {}, { main } = {}) {
    const place = env.DATABASE_URL || env.DATA_DIR ? {} : { DATA_DIR: await this.folder() };
    const server = await spawnProduct(this.undo, { ...place, ...this.#pooled(env) }, { cpus: ALL, main });
    this.#servers.push(server);
    return server;
  }

  async #pool(url) {
    const pooler = new PgBouncer(await this.folder(), { mode: this.#poolMode, url });
    await this.undo.add(() => pooler.stop());
    await pooler.start();
    this.#poolers.push(pooler);
  }

  /** With a pooler before the database, if there is one. */
  #pooled(env) {
    const { host } = env.DATABASE_URL ? new URL(env.DATABASE_URL) : {};
    const pooler = this.#poolers.find(({ behind }) => behind.host === host);
    if (!pooler) return env;
    return { DATABASE_POOL_SIZE: String(POOL_SIZE), ...env, DATABASE_URL: pooler.through(env.DATABASE_URL) };
  }

  /** `kill -9`; settles when it is gone. */
  async kill(server) {
    server.kill();
    await server.stop();
    this.#servers = this.#servers.filter((other) => other !== server);
  }

  /** What the servers printed last, for when something went wrong. */
  lastWords() {
    return this.#servers
      .filter(({ output }) => output !== '')
      .map(({ name, output }) => `\n${name} printed last:\n${output}`)
      .join('');
  }
}
