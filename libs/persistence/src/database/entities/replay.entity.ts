import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request that came with an idempotency key, and its answer. */
@Entity({ name: 'replays' })
@Index('replays_begun', ['begunAt'])
export class Replay {
  @PrimaryColumn('bytea')
  readonly scope: Buffer;

  @Column('bytea')
  readonly request: Buffer;

  /** Sealed; null while the request is in flight. */
  @Column('bytea', { nullable: true })
  readonly answer: Buffer | null;

  @Column({ type: 'timestamptz', name: 'begun_at', precision: 3, default: () => 'now()' })
  readonly begunAt: Date;
}
