// A client as a row: which column holds which property, and how a row is read and sent. Each property has an assignment of
// its own, because it took ten times as long to set the properties in a loop over their names (decision 21). A test compares
// this file with the entity.
import {
  Client,
  type ClientLife,
  type ClientMetadata,
  DEFAULT_LIFE,
  type LifeField,
  type MetadataField,
} from '#clients';
import { type Columns, jsonOf, type Writable } from '../database/columns.js';

type Stored = Pick<Client, 'version' | 'secretsVersion' | 'createdAt' | 'updatedAt'>;
type SentMetadata = { [Field in MetadataField]?: unknown };
type Property = MetadataField | 'domainId' | 'clientId' | 'version' | 'secretsVersion' | 'createdAt' | 'updatedAt';

/** In the order that `clientOf` reads. */
const RECORD_COLUMNS: Columns<Property> = {
  domainId: { column: 'domain_id', type: 'bigint' },
  clientId: { column: 'client_id', type: 'text' },
  version: { column: 'version', type: 'bigint' },
  secretsVersion: { column: 'secrets_version', type: 'int' },
  createdAt: { column: 'created_at', type: 'timestamptz' },
  updatedAt: { column: 'updated_at', type: 'timestamptz' },
  clientName: { column: 'client_name', type: 'text', isNullable: true },
  clientType: { column: 'client_type', type: 'text' },
  grantTypes: { column: 'grant_types', type: 'text[]' },
  redirectUris: { column: 'redirect_uris', type: 'text[]' },
  postLogoutRedirectUris: { column: 'post_logout_redirect_uris', type: 'text[]' },
  scope: { column: 'scope', type: 'text' },
  audiences: { column: 'audiences', type: 'text[]' },
  identityProviders: { column: 'identity_providers', type: 'text[]' },
  policies: { column: 'policies', type: 'text[]' },
  allowedOrigins: { column: 'allowed_origins', type: 'text[]' },
  allowLocalLogin: { column: 'allow_local_login', type: 'boolean', isNullable: true },
  accessTokenLifetime: { column: 'access_token_lifetime', type: 'int', isNullable: true },
  idTokenLifetime: { column: 'id_token_lifetime', type: 'int', isNullable: true },
  refreshTokenLifetime: { column: 'refresh_token_lifetime', type: 'int', isNullable: true },
  tokenMethods: { column: 'token_methods', type: 'text[]' },
  tokenMethodsAsList: { column: 'token_methods_as_list', type: 'boolean' },
  disabledStrategies: { column: 'disabled_strategies', type: 'text[]', isNullable: true },
  additionalConfig: { column: 'additional_config', type: 'json', isNullable: true },
  authUiOrigin: { column: 'auth_ui_origin', type: 'text', isNullable: true },
  logoUri: { column: 'logo_uri', type: 'text', isNullable: true },
};

/** What is kept beside the record, in the order that `lifeOf` reads. */
export const LIFE_COLUMNS: Columns<LifeField> = {
  suspendedAt: { column: 'suspended_at', type: 'timestamptz', isNullable: true },
  suspendedUntil: { column: 'suspended_until', type: 'timestamptz', isNullable: true },
  suspensionReason: { column: 'suspension_reason', type: 'text', isNullable: true },
  suspendedBy: { column: 'suspended_by', type: 'uuid', isNullable: true },
  expiresAt: { column: 'expires_at', type: 'timestamptz', isNullable: true },
  owner: { column: 'owner', type: 'text', isNullable: true },
  contact: { column: 'contact', type: 'text', isNullable: true },
  description: { column: 'description', type: 'text', isNullable: true },
  labels: { column: 'labels', type: 'json', isNullable: true },
  managedBy: { column: 'managed_by', type: 'text', isNullable: true },
  locked: { column: 'locked', type: 'boolean', isNullable: true },
};

/** If anything is kept beside a record, at least one of these fields is not null. */
const LIFE_MARKS = ['suspendedAt', 'expiresAt', 'owner', 'contact', 'description', 'labels', 'managedBy'] as const;
const HAS_LIFE = LIFE_MARKS.map((field) => `${LIFE_COLUMNS[field].column} is not null`).join(' or ');

export const CLIENT_COLUMNS: Columns<Property | LifeField> = { ...RECORD_COLUMNS, ...LIFE_COLUMNS };

/** What is kept beside the record; null for nearly every client, so that these values are not read and sent for each. */
const LIFE_JSON = `case when ${HAS_LIFE} then ${jsonOf(LIFE_COLUMNS)} end`;

/** An SQL expression for a row that `clientOf` reads. */
export const CLIENT_JSON = jsonOf(RECORD_COLUMNS, LIFE_JSON);

export type LifeRow = readonly [
  suspendedAt: string | null,
  suspendedUntil: string | null,
  suspensionReason: string | null,
  suspendedBy: string | null,
  expiresAt: string | null,
  owner: ClientLife['owner'],
  contact: ClientLife['contact'],
  description: ClientLife['description'],
  labels: ClientLife['labels'],
  managedBy: ClientLife['managedBy'],
  locked: boolean | null,
];

export type ClientRow = readonly [
  domainId: Client['domainId'],
  clientId: Client['clientId'],
  version: Client['version'],
  secretsVersion: Client['secretsVersion'],
  createdAt: string,
  updatedAt: string,
  clientName: Client['clientName'],
  clientType: Client['clientType'],
  grantTypes: Client['grantTypes'],
  redirectUris: Client['redirectUris'],
  postLogoutRedirectUris: Client['postLogoutRedirectUris'],
  scope: Client['scope'],
  audiences: Client['audiences'],
  identityProviders: Client['identityProviders'],
  policies: Client['policies'],
  allowedOrigins: Client['allowedOrigins'],
  allowLocalLogin: Client['allowLocalLogin'],
  accessTokenLifetime: Client['accessTokenLifetime'],
  idTokenLifetime: Client['idTokenLifetime'],
  refreshTokenLifetime: Client['refreshTokenLifetime'],
  tokenMethods: Client['tokenMethods'],
  tokenMethodsAsList: Client['tokenMethodsAsList'],
  disabledStrategies: Client['disabledStrategies'],
  additionalConfig: Client['additionalConfig'],
  authUiOrigin: Client['authUiOrigin'],
  logoUri: Client['logoUri'],
  life: LifeRow | null,
];

export function clientOf(row: ClientRow): Client {
  const client: Writable<Client> = new Client();
  client.domainId = row[0];
  client.clientId = row[1];
  client.version = row[2];
  client.secretsVersion = row[3];
  client.createdAt = new Date(row[4]);
  client.updatedAt = new Date(row[5]);
  client.clientName = row[6];
  client.clientType = row[7];
  client.grantTypes = row[8];
  client.redirectUris = row[9];
  client.postLogoutRedirectUris = row[10];
  client.scope = row[11];
  client.audiences = row[12];
  client.identityProviders = row[13];
  client.policies = row[14];
  client.allowedOrigins = row[15];
  client.allowLocalLogin = row[16];
  client.accessTokenLifetime = row[17];
  client.idTokenLifetime = row[18];
  client.refreshTokenLifetime = row[19];
  client.tokenMethods = row[20];
  client.tokenMethodsAsList = row[21];
  client.disabledStrategies = row[22];
  client.additionalConfig = row[23];
  client.authUiOrigin = row[24];
  client.logoUri = row[25];
  const life = row[26] === null ? DEFAULT_LIFE : lifeOf(row[26]);
  client.suspendedAt = life.suspendedAt;
  client.suspendedUntil = life.suspendedUntil;
  client.suspensionReason = life.suspensionReason;
  client.suspendedBy = life.suspendedBy;
  client.expiresAt = life.expiresAt;
  client.owner = life.owner;
  client.contact = life.contact;
  client.description = life.description;
  client.labels = life.labels;
  client.managedBy = life.managedBy;
  client.locked = life.locked;
  return client;
}

export function lifeOf(row: LifeRow): ClientLife {
  return {
    suspendedAt: timeOf(row[0]),
    suspendedUntil: timeOf(row[1]),
    suspensionReason: row[2],
    suspendedBy: row[3],
    expiresAt: timeOf(row[4]),
    owner: row[5],
    contact: row[6],
    description: row[7],
    labels: row[8],
    managedBy: row[9],
    locked: row[10] === true,
  };
}

function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** The same client with its stored values. Sets each property by itself, since V8 would otherwise use a slow dictionary (decision 21). */
export function withStored(client: Client, { version, secretsVersion, createdAt, updatedAt }: Stored): Client {
  const copy: Writable<Client> = new Client();
  copy.domainId = client.domainId;
  copy.clientId = client.clientId;
  copy.version = version;
  copy.secretsVersion = secretsVersion;
  copy.createdAt = createdAt;
  copy.updatedAt = updatedAt;
  copy.clientName = client.clientName;
  copy.clientType = client.clientType;
  copy.grantTypes = client.grantTypes;
  copy.redirectUris = client.redirectUris;
  copy.postLogoutRedirectUris = client.postLogoutRedirectUris;
  copy.scope = client.scope;
  copy.audiences = client.audiences;
  copy.identityProviders = client.identityProviders;
  copy.policies = client.policies;
  copy.allowedOrigins = client.allowedOrigins;
  copy.allowLocalLogin = client.allowLocalLogin;
  copy.accessTokenLifetime = client.accessTokenLifetime;
  copy.idTokenLifetime = client.idTokenLifetime;
  copy.refreshTokenLifetime = client.refreshTokenLifetime;
  copy.tokenMethods = client.tokenMethods;
  copy.tokenMethodsAsList = client.tokenMethodsAsList;
  copy.disabledStrategies = client.disabledStrategies;
  copy.additionalConfig = client.additionalConfig;
  copy.authUiOrigin = client.authUiOrigin;
  copy.logoUri = client.logoUri;
  copy.suspendedAt = client.suspendedAt;
  copy.suspendedUntil = client.suspendedUntil;
  copy.suspensionReason = client.suspensionReason;
  copy.suspendedBy = client.suspendedBy;
  copy.expiresAt = client.expiresAt;
  copy.owner = client.owner;
  copy.contact = client.contact;
  copy.description = client.description;
  copy.labels = client.labels;
  copy.managedBy = client.managedBy;
  copy.locked = client.locked;
  return copy;
}

/**
 * Adds a client's metadata to a row that is sent as JSON. Leaves out null, and an empty list in a column that cannot be
 * null: with these, PostgreSQL took a third longer to read a client. `sentField` reads it back.
 */
export function addMetadata(row: SentMetadata, client: ClientMetadata): SentMetadata {
  row.clientName = client.clientName ?? undefined;
  row.clientType = client.clientType;
  row.grantTypes = unlessEmpty(client.grantTypes);
  row.redirectUris = unlessEmpty(client.redirectUris);
  row.postLogoutRedirectUris = unlessEmpty(client.postLogoutRedirectUris);
  row.scope = client.scope;
  row.audiences = unlessEmpty(client.audiences);
  row.identityProviders = unlessEmpty(client.identityProviders);
  row.policies = unlessEmpty(client.policies);
  row.allowedOrigins = unlessEmpty(client.allowedOrigins);
  row.allowLocalLogin = client.allowLocalLogin ?? undefined;
  row.accessTokenLifetime = client.accessTokenLifetime ?? undefined;
  row.idTokenLifetime = client.idTokenLifetime ?? undefined;
  row.refreshTokenLifetime = client.refreshTokenLifetime ?? undefined;
  row.tokenMethods = unlessEmpty(client.tokenMethods);
  row.tokenMethodsAsList = client.tokenMethodsAsList;
  row.disabledStrategies = client.disabledStrategies ?? undefined;
  row.additionalConfig = client.additionalConfig ?? undefined;
  row.authUiOrigin = client.authUiOrigin ?? undefined;
  row.logoUri = client.logoUri ?? undefined;
  return row;
}

/** Adds what is kept beside a client's record to a row that is sent as JSON. */
export function addLife(row: object, client: ClientLife): object {
  const { suspendedAt, suspendedUntil, suspensionReason, suspendedBy, expiresAt } = client;
  const { owner, contact, description, labels, managedBy, locked } = client;
  return Object.assign(
    row,
    { suspendedAt, suspendedUntil, suspensionReason, suspendedBy, expiresAt },
    { owner, contact, description, labels, managedBy, locked },
  );
}

/** An SQL expression for a field of `source`, which `addMetadata` wrote. */
export function sentField(field: MetadataField, source: string): string {
  const { type, isNullable } = CLIENT_COLUMNS[field];
  const property = `${source}."${field}"`;
  return type.endsWith('[]') && !isNullable ? `coalesce(${property}, '{}')` : property;
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
