import { type DataSource, IsNull, Raw } from 'typeorm';
import { IdempotencyStore, type KnownRequest } from '#idempotency';
import { Database } from '../database/database.js';
import { Replay } from '../database/entities/replay.entity.js';

const KEPT = `interval '10 minutes'`;
/** A request that has no answer after this time was cut short. Its key may be used again. */
const ABANDONED = `interval '1 minute'`;

export class PostgresIdempotencyStore extends IdempotencyStore {
  private readonly database: Database;

  constructor(source: DataSource) {
    super();
    this.database = new Database(source);
  }

  async claim(scope: Buffer, request: Buffer): Promise<KnownRequest | undefined> {
    for (;;) {
      if ((await this.claimNew(scope, request)) || (await this.claimOld(scope, request))) return undefined;
      const known = await this.database.run((manager) => manager.findOneBy(Replay, { scope }));
      // The key may have been released between the two statements. Then it can be claimed again.
      if (known) return { request: known.request, answer: known.answer };
    }
  }

  async keep(scope: Buffer, sealedAnswer: Buffer): Promise<void> {
    await this.database.run((manager) => manager.update(Replay, { scope }, { answer: sealedAnswer }));
  }

  async release(scope: Buffer): Promise<void> {
    await this.database.run((manager) => manager.delete(Replay, { scope, answer: IsNull() }));
  }

  async purge(): Promise<void> {
    const begunAt = Raw((at) => `${at} < now() - ${KEPT}`);
    await this.database.run((manager) => manager.delete(Replay, { begunAt }));
  }

  private async claimNew(scope: Buffer, request: Buffer): Promise<boolean> {
    const { raw } = await this.database.run((manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into(Replay)
        .values({ scope, request })
        .orIgnore()
        .returning('scope')
        .execute(),
    );
    return raw.length > 0;
  }

  /** Claims a key that has expired, or whose request was never answered. */
  private async claimOld(scope: Buffer, request: Buffer): Promise<boolean> {
    const begunAt = Raw((at) => `${at} < now() - case when answer is null then ${ABANDONED} else ${KEPT} end`);
    const renewed = { request, answer: null, begunAt: () => 'now()' };
    const { affected } = await this.database.run((manager) => manager.update(Replay, { scope, begunAt }, renewed));
    return affected === 1;
  }
}
