import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a domain's log has come, and its totals. Only `moveLog` (log/domain-log.sql.ts) changes it. */
@Entity({ name: 'domain_logs' })
@Check('domain_logs_nothing_after_the_end', '"position" <= "end_position"')
export class DomainLog {
  /** `0` is the log of what belongs to no one domain. */
  @PrimaryColumn('bigint', { name: 'domain_id' })
  readonly domainId: string;

  /** The position of the last entry. */
  @Column('bigint')
  readonly position: string;

  /** null = the log has not ended. */
  @Column('bigint', { name: 'end_position', nullable: true })
  readonly endPosition: string | null;

  @Column('bigint', { default: 0 })
  readonly clients: string;

  /** How many entries the last move added. */
  @Column('integer', { default: 0 })
  readonly entries: number;
}
