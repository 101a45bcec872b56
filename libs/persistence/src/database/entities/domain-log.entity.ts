import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the log of a domain has come, and what it adds up to; moved by `moveLog` (log/domain-log.sql.ts) alone. */
@Entity({ name: 'domain_logs' })
@Check('domain_logs_nothing_after_the_end', '"position" <= "end_position"')
export class DomainLog {
  /** `0`: of what belongs to no one domain. */
  @PrimaryColumn('bigint', { name: 'domain_id' })
  readonly domainId: string;

  /** That of the last entry. */
  @Column('bigint')
  readonly position: string;

  /** null = it goes on. */
  @Column('bigint', { name: 'end_position', nullable: true })
  readonly endPosition: string | null;

  @Column('bigint', { default: 0 })
  readonly clients: string;

  /** How many entries the last move added. */
  @Column('integer', { default: 0 })
  readonly entries: number;
}
