import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What is stored of a secret: never the secret itself. */
@Entity({ name: 'client_secrets' })
@Index('client_secrets_expiring', ['expiresAt', 'id'], { where: 'expires_at IS NOT NULL' })
// The index is over expressions, which decorators cannot express.
@Index('client_secrets_expiring_in_a_domain', { synchronize: false })
@Index('client_secrets_to_be_reminded_of', ['nextReminderDays', 'expiresAt'], { where: 'expires_at IS NOT NULL' })
export class ClientSecret {
  @PrimaryColumn('bigint', { name: 'domain_id' })
  readonly domainId: string;

  @PrimaryColumn('text', { name: 'client_id', collation: 'C' })
  readonly clientId: string;

  @PrimaryColumn('uuid')
  readonly id: string;

  @Column('text', { nullable: true })
  readonly name: string | null;

  /** The algorithm of `hash`, per row, so that the algorithm can change (client-secret.ts). */
  @Column('text')
  readonly algorithm: string;

  @Column('bytea', { nullable: true })
  readonly salt: Buffer | null;

  @Column('bytea')
  readonly hash: Buffer;

  /** The last four characters of a generated secret; empty for a chosen one, which may be short. */
  @Column('text')
  readonly hint: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  readonly createdAt: Date;

  /** null = never expires. */
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  readonly expiresAt: Date | null;

  /** How many days before the end the next reminder is due; 0 = none. Only the store looks at it. */
  @Column('int', { name: 'next_reminder_days', default: 30, select: false })
  readonly nextReminderDays?: number;

  /** Only the day, written asynchronously. */
  @Column('date', { name: 'last_used_on', nullable: true })
  readonly lastUsedOn: string | null;
}
