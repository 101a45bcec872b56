import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Permission } from './permissions.js';

/** Who may do what where. Its two forms, API key and access token, are never stored. */
@Entity({ name: 'credentials' })
@Index('credentials_key_hash', ['keyHash'], { unique: true })
@Index('credentials_of_a_subscription', ['subscription', 'id'])
@Index('credentials_expiring', ['expiresAt', 'id'], { where: 'revoked_at IS NULL' })
// The index is over expressions, which decorators cannot express.
@Index('credentials_expiring_in_a_subscription', { synchronize: false })
@Index('credentials_to_be_reminded_of', ['nextReminderDays', 'expiresAt'], { where: 'revoked_at IS NULL' })
export class Credential {
  @PrimaryColumn('uuid')
  readonly id: string;

  @Column('text')
  readonly name: string;

  /** null = all subscriptions: the operator. */
  @Column('text', { nullable: true })
  readonly subscription: string | null;

  /** The domain that it is bound to; null = all domains of its subscription. */
  @Column('bigint', { name: 'domain_id', nullable: true })
  readonly domainId: string | null;

  @Column('text', { array: true })
  readonly permissions: readonly Permission[];

  @Column('bytea', { name: 'key_hash' })
  readonly keyHash: Buffer;

  /** The last four characters of the API key. */
  @Column('text', { name: 'key_hint' })
  readonly keyHint: string;

  /** The operator chose the key, so it need not have the form of a generated one. */
  @Column('boolean', { name: 'key_chosen', default: false })
  readonly keyChosen: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  readonly createdAt: Date;

  /** null = never: the operator. */
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  readonly expiresAt: Date | null;

  /** How many days before the end the next reminder is due; 0 = none. Only the store looks at it. */
  @Column('int', { name: 'next_reminder_days', default: 30, select: false })
  readonly nextReminderDays?: number;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  readonly revokedAt: Date | null;

  /** Only the day, written asynchronously. */
  @Column('date', { name: 'last_used_on', nullable: true })
  readonly lastUsedOn: string | null;

  get isOperator(): boolean {
    return this.subscription === null;
  }

  /** Who may write clients may also propose them. */
  may(permission: Permission): boolean {
    return (
      this.permissions.includes(permission) ||
      (permission === 'clients:propose' && this.permissions.includes('clients:write'))
    );
  }

  /** Whether it belongs to the subscription of `other` and has no right that `other` lacks. */
  isWithin(other: Credential): boolean {
    if (other.isOperator) return true;
    return (
      this.subscription === other.subscription &&
      (other.domainId === null || this.domainId === other.domainId) &&
      this.permissions.every((permission) => other.may(permission))
    );
  }

  /** Whether it reaches a domain of that subscription. What it may do there depends on its permissions. */
  reaches(domain: { readonly id: string; readonly subscription: string }): boolean {
    if (this.isOperator) return true;
    return this.subscription === domain.subscription && (this.domainId === null || this.domainId === domain.id);
  }
}
