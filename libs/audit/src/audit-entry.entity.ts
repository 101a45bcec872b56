import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Changes } from './changes.js';

/** One change, written in the same transaction as the change itself (admin.md, Audit). */
@Entity({ name: 'audit_entries' })
@Index('audit_entries_in_order', ['position'])
@Index('audit_entries_of_a_client', ['domainId', 'clientId', 'position'])
@Index('audit_entries_by_action', ['domainId', 'action', 'position'], { where: `action <> 'client.changed'` })
@Index('audit_entries_of_a_subscription', ['subscription', 'position'], { where: 'domain_id = 0' })
export class AuditEntry {
  /** The domain's internal id; `0` for a change that belongs to no one domain. */
  @PrimaryColumn('bigint', { name: 'domain_id' })
  readonly domainId: string;

  /** Its position in its domain's log: microseconds since 1970, or one more than the entry before it. */
  @PrimaryColumn('bigint')
  readonly position: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  readonly at: Date;

  /** Set only on entries of no one domain: a domain knows its own subscription. */
  @Column('text', { nullable: true })
  readonly subscription: string | null;

  @Column('uuid', { name: 'credential_id', nullable: true })
  readonly credentialId: string | null;

  @Column('text', { name: 'credential_name' })
  readonly credentialName: string;

  @Column('text')
  readonly dialect: string;

  @Column('text', { name: 'request_id' })
  readonly requestId: string;

  /** What was done, as `<thing>.<past participle>`: `client.created`, `credential.revoked`. */
  @Column('text')
  readonly action: string;

  @Column('text', { name: 'client_id', nullable: true })
  readonly clientId: string | null;

  @Column('jsonb')
  readonly changes: Changes;

  /** The fields in `changes`, without the values, which are long; null = they were not noted. */
  @Column('text', { array: true, nullable: true })
  readonly fields: readonly string[] | null;
}
