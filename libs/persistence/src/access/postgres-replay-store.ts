import type { DataSource } from 'typeorm';
import { type KnownRequest, ReplayStore } from '#replays';
import { Database } from '../database/database.js';

const KEPT = `interval '10 minutes'`;
/** After this long a request that was never answered was cut short, and its key may be used again. */
const ABANDONED = `interval '1 minute'`;

export class PostgresReplayStore extends ReplayStore {
  private readonly database: Database;

  constructor(source: DataSource) {
    super();
    this.database = new Database(source);
  }

  async claim(scope: Buffer, request: Buffer): Promise<KnownRequest | undefined> {
    for (;;) {
      const [claimed] = await this.database.query(
        `with claimed as (
           insert into replays (scope, request) values ($1, $2)
           on conflict (scope) do update set request = excluded.request, answer = null, begun_at = now()
            where replays.begun_at < now() - case when replays.answer is null then ${ABANDONED} else ${KEPT} end
           returning scope
         ) select scope from claimed`,
        [scope, request],
      );
      if (claimed) return undefined;
      const [known] = await this.database.query<KnownRequest>('select request, answer from replays where scope = $1', [
        scope,
      ]);
      // It may have been released between the two; then the claim is open again.
      if (known) return known;
    }
  }

  async keep(scope: Buffer, sealedAnswer: Buffer): Promise<void> {
    await this.database.query('update replays set answer = $2 where scope = $1', [scope, sealedAnswer]);
  }

  async release(scope: Buffer): Promise<void> {
    await this.database.query('delete from replays where scope = $1 and answer is null', [scope]);
  }

  async purge(): Promise<void> {
    await this.database.query(`delete from replays where begun_at < now() - ${KEPT}`);
  }
}
