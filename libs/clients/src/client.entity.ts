import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { type JsonObject, normalAdditionalConfig } from './additional-config.js';
import type { Labels } from './client-about.js';
import { type ClientLife, DEFAULT_LIFE, isSuspended, NOT_SUSPENDED } from './client-life.js';
import {
  type ClientMetadata,
  type ClientType,
  DEFAULT_LIFETIMES,
  type GrantType,
  METADATA_FIELDS,
  type MetadataField,
  type Strategy,
  type TokenMethod,
} from './client-metadata.js';
import { CORE_RULES } from './client-rules.js';
import { type MetadataRule, type RuleOptions, type RuleViolation, ruleViolations } from './metadata-rule.js';

/** Identifies a client. The same id in two domains means two clients. */
export interface ClientRef {
  /** The domain's internal id, never its name. */
  readonly domainId: string;
  readonly clientId: string;
}

/** A client that meets every rule, or the rules that the proposal breaks. */
export type Checked =
  | { readonly client: Client; readonly violations?: undefined }
  | { readonly client?: undefined; readonly violations: readonly RuleViolation[] };

/**
 * The one record of a client for all dialects, and what is kept beside it. A value: `changed` returns a new client, which
 * meets every rule.
 */
@Entity({ name: 'clients' })
@Index('clients_by_creation', ['domainId', 'createdAt', 'clientId'])
// These indexes are over expressions, which decorators cannot express.
@Index('clients_in_order_of_names', { synchronize: false })
@Index('clients_expiring_in_a_domain', { synchronize: false })
@Index('clients_suspended', ['domainId', 'clientId'], { where: 'suspended_at IS NOT NULL' })
@Index('clients_suspended_until', ['suspendedUntil'], { where: 'suspended_until IS NOT NULL' })
@Index('clients_expiring', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
@Index('clients_of_an_owner', ['domainId', 'owner', 'clientId'], { where: 'owner IS NOT NULL' })
@Index('clients_of_a_manager', ['domainId', 'managedBy', 'clientId'], { where: 'managed_by IS NOT NULL' })
@Index('clients_with_labels', ['domainId', 'clientId'], { where: 'labels IS NOT NULL' })
@Index('clients_to_be_reminded_of', ['nextReminderDays', 'expiresAt'], { where: 'expires_at IS NOT NULL' })
export class Client implements ClientRef, ClientMetadata, ClientLife {
  @PrimaryColumn('bigint', { name: 'domain_id' })
  readonly domainId: string;

  @PrimaryColumn('text', { name: 'client_id', collation: 'C' })
  readonly clientId: string;

  /**
   * Never the same twice for an id, not even after delete and create: a new client starts at the database's clock, in
   * microseconds.
   */
  @Column('bigint')
  readonly version: string;

  /** Changes with every change of the client's secrets, and of what is kept beside the record. `version` does not. */
  @Column('int', { name: 'secrets_version', default: 1 })
  readonly secretsVersion: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  readonly createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  readonly updatedAt: Date;

  @Column('text', { name: 'client_name', nullable: true })
  readonly clientName: string | null;

  @Column('text', { name: 'client_type' })
  readonly clientType: ClientType;

  @Column('text', { name: 'grant_types', array: true })
  readonly grantTypes: readonly GrantType[];

  @Column('text', { name: 'redirect_uris', array: true })
  readonly redirectUris: readonly string[];

  @Column('text', { name: 'post_logout_redirect_uris', array: true })
  readonly postLogoutRedirectUris: readonly string[];

  @Column('text')
  readonly scope: string;

  @Column('text', { array: true })
  readonly audiences: readonly string[];

  @Column('text', { name: 'identity_providers', array: true })
  readonly identityProviders: readonly string[];

  @Column('text', { array: true })
  readonly policies: readonly string[];

  @Column('text', { name: 'allowed_origins', array: true })
  readonly allowedOrigins: readonly string[];

  @Column('boolean', { name: 'allow_local_login', nullable: true })
  readonly allowLocalLogin: boolean | null;

  @Column('int', { name: 'access_token_lifetime', nullable: true })
  readonly accessTokenLifetime: number | null;

  @Column('int', { name: 'id_token_lifetime', nullable: true })
  readonly idTokenLifetime: number | null;

  @Column('int', { name: 'refresh_token_lifetime', nullable: true })
  readonly refreshTokenLifetime: number | null;

  @Column('text', { name: 'token_methods', array: true })
  readonly tokenMethods: readonly TokenMethod[];

  @Column('boolean', { name: 'token_methods_as_list' })
  readonly tokenMethodsAsList: boolean;

  @Column('text', { name: 'disabled_strategies', array: true, nullable: true })
  readonly disabledStrategies: readonly Strategy[] | null;

  // Not jsonb, which writes out numbers in hundreds of digits.
  @Column('json', { name: 'additional_config', nullable: true })
  readonly additionalConfig: JsonObject | null;

  @Column('text', { name: 'auth_ui_origin', nullable: true })
  readonly authUiOrigin: string | null;

  @Column('text', { name: 'logo_uri', nullable: true })
  readonly logoUri: string | null;

  /** Since when the client is suspended; null = it is not. */
  @Column({ type: 'timestamptz', name: 'suspended_at', precision: 3, nullable: true })
  readonly suspendedAt: Date | null;

  /** When the suspension ends by itself, by the database's clock; null = never. */
  @Column({ type: 'timestamptz', name: 'suspended_until', precision: 3, nullable: true })
  readonly suspendedUntil: Date | null;

  @Column('text', { name: 'suspension_reason', nullable: true })
  readonly suspensionReason: string | null;

  /** The id of the credential that suspended the client; null if that has none. */
  @Column('uuid', { name: 'suspended_by', nullable: true })
  readonly suspendedBy: string | null;

  /** When the client expires, by the database's clock; null = never. */
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  readonly expiresAt: Date | null;

  @Column('text', { nullable: true })
  readonly owner: string | null;

  @Column('text', { nullable: true })
  readonly contact: string | null;

  @Column('text', { nullable: true })
  readonly description: string | null;

  // Not jsonb, which has an order of its own.
  @Column('json', { nullable: true })
  readonly labels: Labels | null;

  @Column('text', { name: 'managed_by', nullable: true })
  readonly managedBy: string | null;

  /** Whether the client is changed only in the name of its manager. Never null, though the column can be. */
  @Column('boolean', { nullable: true })
  readonly locked: boolean;

  /** How many days before the end the next reminder is due; 0 = none. Only the store looks at it. */
  @Column('int', { name: 'next_reminder_days', default: 30, select: false })
  readonly nextReminderDays?: number;

  /** A client that is not stored yet. It has no version and no dates. */
  static proposed(
    ref: ClientRef,
    metadata: ClientMetadata,
    rules: readonly MetadataRule[],
    options: RuleOptions,
  ): Checked {
    const { domainId, clientId } = ref;
    const blank = Object.assign(new Client(), { domainId, clientId, secretsVersion: 1 }, DEFAULT_LIFE);
    return checked(blank, metadata, undefined, rules, options);
  }

  /** The client with this metadata. Values that are already on record are never refused. */
  changed(metadata: ClientMetadata, rules: readonly MetadataRule[], options: RuleOptions): Checked {
    return checked(this, metadata, this, rules, options);
  }

  /** The client with this beside its record. What is not named stays as it is. */
  living(life: Partial<ClientLife>): Client {
    return Object.assign(new Client(), this, life);
  }

  /**
   * The client at a time, in milliseconds since 1970 by the store's clock. One whose suspension is over is shown as it is
   * about to be stored.
   */
  asOf(now: number): Client {
    if (this.suspendedUntil === null || isSuspended(this, now)) return this;
    return Object.assign(this.living(NOT_SUSPENDED), { secretsVersion: this.secretsVersion + 1 });
  }

  /** All that can be set on this client, as a plain object. */
  metadata(): ClientMetadata {
    const metadata: Partial<Record<MetadataField, unknown>> = {};
    for (const field of METADATA_FIELDS) metadata[field] = this[field];
    return metadata as unknown as ClientMetadata;
  }
}

function checked(
  base: Client,
  metadata: ClientMetadata,
  onRecord: ClientMetadata | undefined,
  rules: readonly MetadataRule[],
  options: RuleOptions,
): Checked {
  const normal = normalise(metadata);
  const violations = ruleViolations(normal, onRecord, [...CORE_RULES, ...rules], options);
  return violations.length > 0 ? { violations } : { client: Object.assign(new Client(), base, normal) };
}

/** Gives equal meanings one spelling: a lifetime equal to its default becomes the default, and an empty value null. */
export function normalise(metadata: ClientMetadata): ClientMetadata {
  const lifetime = (field: keyof typeof DEFAULT_LIFETIMES) =>
    metadata[field] === DEFAULT_LIFETIMES[field] ? null : metadata[field];
  return {
    ...metadata,
    accessTokenLifetime: lifetime('accessTokenLifetime'),
    idTokenLifetime: lifetime('idTokenLifetime'),
    refreshTokenLifetime: lifetime('refreshTokenLifetime'),
    disabledStrategies: metadata.disabledStrategies?.length ? metadata.disabledStrategies : null,
    additionalConfig: metadata.additionalConfig && normalAdditionalConfig(metadata.additionalConfig),
  };
}

/** What happens to a client's secrets if the caller chose none (the table in spec/v1-dialect.md). */
export function fateOfSecret(before: ClientType | undefined, after: ClientType): 'kept' | 'created' | 'revoked' {
  const [had, needs] = [before === 'confidential', after === 'confidential'];
  if (had === needs) return 'kept';
  return needs ? 'created' : 'revoked';
}
