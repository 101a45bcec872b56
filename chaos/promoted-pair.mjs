import { setTimeout as sleep } from 'node:timers/promises';
import { InstalledPostgres } from './installed-postgres.mjs';
import { until } from './until.mjs';
import { Way } from './way.mjs';

/** How long nobody takes writes, as when somebody has to decide it. */
const AWAY_MS = 2000;

/** A primary and its synchronous replica, in whose place somebody puts the other by hand. */
export class PromotedPair {
  static async start(stage) {
    const pair = new PromotedPair();
    pair.primary = new InstalledPostgres(await stage.folder());
    pair.replica = new InstalledPostgres(await stage.folder());
    for (const each of [pair.primary, pair.replica]) await stage.undo.add(() => each.stop());
    pair.primary.initialise();
    await pair.primary.start();
    await pair.rejoin();
    pair.way = await Way.to(stage.undo, pair.primary);
    pair.url = pair.primary.url().replace(pair.primary.port, pair.way.port);
    pair.urls = [pair.primary, pair.replica].map((each) => each.url());
    return pair;
  }

  query(sql, values) {
    return this.primary.query(sql, values);
  }

  kill() {
    return this.primary.kill();
  }

  async failOver() {
    await sleep(AWAY_MS);
    await this.replica.promote();
    [this.primary, this.replica] = [this.replica, this.primary];
    this.way.lead(this.primary);
  }

  /** The replica follows from now on, and the primary acknowledges nothing that it does not have. */
  async rejoin() {
    this.replica.follow(this.primary, 'replica');
    await this.replica.start();
    const followers = () => this.query('select sync_state from pg_stat_replication');
    await until('the replica follows', async () => (await followers()).length > 0);
    await this.query(`alter system set synchronous_standby_names = 'replica'`);
    await this.query('select pg_reload_conf()');
    await until('the replica is synchronous', async () => (await followers())[0]?.sync_state === 'sync');
  }
}
