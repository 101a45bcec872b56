import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An isolated realm of clients, and the tenant that a credential may be bound to. */
@Entity({ name: 'domains' })
@Index('domains_name', ['name'], { unique: true, where: 'deleted_at IS NULL' })
@Index('domains_of_a_subscription', ['subscription', 'name'])
export class Domain {
  /** Never reused: a domain that gets a deleted one's name is another domain and inherits nothing. */
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'BY DEFAULT' })
  readonly id: string;

  @Column({ type: 'text', collation: 'C' })
  readonly name: string;

  /** Its owner. Credentials of another subscription do not learn that it exists. */
  @Column('text')
  readonly subscription: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  readonly createdAt: Date;

  /** The most days for which a secret of its clients is valid; null = no limit. */
  @Column('int', { name: 'max_secret_age_days', nullable: true })
  readonly maxSecretAgeDays: number | null;

  /** Set when the domain is deleted. Its clients are removed afterwards. */
  @Column({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  readonly deletedAt: Date | null;
}

/** What an operator demands of everything in a domain. */
export const POLICY_FIELDS = ['maxSecretAgeDays'] as const;
export type DomainPolicy = Pick<Domain, (typeof POLICY_FIELDS)[number]>;

export function policyOf({ maxSecretAgeDays }: Domain): DomainPolicy {
  return { maxSecretAgeDays };
}
