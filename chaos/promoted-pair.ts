import { setTimeout as sleep } from 'node:timers/promises';
import type { Pair } from './failover.js';
import { InstalledPostgres } from './installed-postgres.js';
import type { Stage } from './stage.js';
import { until } from './until.js';
import { Way } from './way.js';

/** How long nobody takes writes, as when somebody has to decide it. */
const AWAY_MS = 2000;

/** A primary and its synchronous replica, in whose place somebody puts the other by hand. */
export class PromotedPair implements Pair {
  url: string;
  urls: string[];
  #way: Way;
  #primary: InstalledPostgres;
  #replica: InstalledPostgres;

  private constructor(primary: InstalledPostgres, replica: InstalledPostgres) {
    this.#primary = primary;
    this.#replica = replica;
  }

  static async start(stage: Stage): Promise<PromotedPair> {
    const primary = new InstalledPostgres(await stage.folder());
    const replica = new InstalledPostgres(await stage.folder());
    for (const each of [primary, replica]) await stage.undo.add(() => each.stop());
    primary.initialise();
    await primary.start();
    const pair = new PromotedPair(primary, replica);
    await pair.rejoin();
    pair.#way = await Way.to(stage.undo, primary);
    pair.url = primary.url().replace(String(primary.port), String(pair.#way.port));
    pair.urls = [primary, replica].map((each) => each.url());
    return pair;
  }

  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    return this.#primary.query(sql, values);
  }

  kill(): Promise<void> {
    return this.#primary.kill();
  }

  async failOver(): Promise<void> {
    await sleep(AWAY_MS);
    await this.#replica.promote();
    [this.#primary, this.#replica] = [this.#replica, this.#primary];
    this.#way.lead(this.#primary);
  }

  /** The replica follows from now on, and the primary acknowledges nothing that it does not have. */
  async rejoin(): Promise<void> {
    this.#replica.follow(this.#primary, 'replica');
    await this.#replica.start();
    const followers = () => this.query<{ sync_state: string }>('select sync_state from pg_stat_replication');
    await until('the replica follows', async () => (await followers()).length > 0);
    await this.query(`alter system set synchronous_standby_names = 'replica'`);
    await this.query('select pg_reload_conf()');
    await until('the replica is synchronous', async () => (await followers())[0]?.sync_state === 'sync');
  }
}
