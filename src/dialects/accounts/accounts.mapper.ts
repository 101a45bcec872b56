import {
  type Client,
  type ClientMetadata,
  type ClientType,
  DEFAULT_METADATA,
  type GrantType,
  type Proposal,
  type RuleViolation,
  type Violation,
} from '#clients';
import type { Validated } from '../../http/index.js';
import type { ClientDto, WriteClientDto } from './accounts.dto.js';
import { mergedConfig, shownConfig } from './config.js';
import { type RedirectUris, redirectUrisOfKnownClient, redirectUrisOfNewClient } from './redirect-uris.js';
import { authMethodOf, clientTypeOf } from './type-words.js';

type Body = Partial<WriteClientDto>;

/** This dialect's names for the core's fields. Other fields have the core's names. */
const NAMES: Partial<Record<RuleViolation['field'], string>> = {
  clientType: 'tokenEndpointAuthMethod',
  redirectUris: 'redirectURIs',
  postLogoutRedirectUris: 'postLogoutRedirectURIs',
  tokenMethods: 'config/tokenMethod',
  disabledStrategies: 'config/disableStrategies',
  additionalConfig: 'config',
  authUiOrigin: 'authUIOrigin',
  logoUri: 'logoURI',
};

/** A client as this dialect shows it: all properties, null or [] when unset. `secret`: only if this request made it. */
export function toView(client: Client, secret: string | null = null): ClientDto {
  return {
    clientID: client.clientId,
    callbackURL: client.redirectUris[0] ?? null,
    config: shownConfig(client),
    clientName: client.clientName,
    clientType: clientTypeOf(client),
    grantTypes: client.grantTypes,
    tokenEndpointAuthMethod: authMethodOf(client),
    clientSecret: secret,
    redirectURIs: client.redirectUris,
    postLogoutRedirectURIs: client.postLogoutRedirectUris,
    authUIOrigin: client.authUiOrigin,
    logoURI: client.logoUri,
    created: client.createdAt.toISOString(),
    modified: client.updatedAt.toISOString(),
  };
}

/** A new client as a POST wants it. */
export function toRegistration(edit: Validated<WriteClientDto>): Proposal {
  return proposal(DEFAULT_METADATA, edit, redirectUrisOfNewClient(edit.value), []);
}

/** An existing client as a PUT wants it: absent = unchanged, null = the default. */
export function toChange(clientId: string, current: Client | undefined, edit: Validated<WriteClientDto>): Proposal {
  const onRecord = current?.metadata() ?? DEFAULT_METADATA;
  const asked = redirectUrisOfKnownClient(edit.value, onRecord.redirectUris);
  // A contradiction that arose because the client has changed since is no violation: the controller refuses it as stale.
  const redirects = isStaleEdit(current, edit.value) ? { ...asked, violations: [] } : asked;
  const { clientID } = edit.value;
  const changesId = clientID !== undefined && clientID !== null && clientID !== clientId;
  return proposal(
    onRecord,
    edit,
    redirects,
    changesId ? [{ property: 'clientID', rule: 'value', message: 'cannot be changed' }] : [],
  );
}

/** Whether a body edits what the caller had read, and the client has changed since. It must not be applied twice. */
export function isStaleEdit(current: Client | undefined, body: Body): boolean {
  if (!current || body.modified === undefined || body.modified === current.updatedAt.toISOString()) return false;
  return redirectUrisOfKnownClient(body, current.redirectUris).isPartialEdit;
}

function proposal(
  onRecord: ClientMetadata,
  { value: body, violations }: Validated<WriteClientDto>,
  redirects: RedirectUris,
  further: readonly Violation[],
): Proposal {
  const grantTypes = merged(body.grantTypes as GrantType[] | null | undefined, onRecord.grantTypes, []);
  const metadata: ClientMetadata = {
    ...onRecord,
    ...mergedConfig(body.config, onRecord),
    grantTypes,
    clientType: clientTypeFor(body, onRecord, grantTypes),
    redirectUris: redirects.uris,
    postLogoutRedirectUris: merged(body.postLogoutRedirectURIs, onRecord.postLogoutRedirectUris, []),
    clientName: merged(body.clientName, onRecord.clientName, null),
    authUiOrigin: merged(body.authUIOrigin, onRecord.authUiOrigin, null),
    logoUri: merged(body.logoURI, onRecord.logoUri, null),
  };
  return {
    metadata,
    secret: body.clientSecret || null,
    violations: [...violations, ...redirects.violations, ...further],
    nameOf: (field, index) => nameOf(field, index, body, metadata),
  };
}

/** Absent = unchanged, null = the default. */
function merged<T>(given: T | null | undefined, onRecord: T, standard: T): T {
  return given === undefined ? onRecord : (given ?? standard);
}

/** `client_credentials` without a method means the method with a secret (head of spec/accounts-dialect.md, item 5). */
function clientTypeFor(
  { tokenEndpointAuthMethod: method }: Body,
  onRecord: ClientMetadata,
  grantTypes: readonly GrantType[],
): ClientType {
  if (method === 'none') return 'public';
  if (method === 'client_secret_basic' || grantTypes.includes('client_credentials')) return 'confidential';
  return method === undefined ? onRecord.clientType : DEFAULT_METADATA.clientType;
}

/** The caller's name for a field: `config/tokenMethod`, `grantTypes/0`, or `callbackURL` for a redirect URI sent as that. */
function nameOf(
  field: RuleViolation['field'],
  index: number | undefined,
  body: Body,
  metadata: ClientMetadata,
): string {
  if (field === 'redirectUris' && index !== undefined && metadata.redirectUris[index] === body.callbackURL) {
    return 'callbackURL';
  }
  const name = NAMES[field] ?? field;
  const isSingleWord = field === 'tokenMethods' && !metadata.tokenMethodsAsList;
  return index === undefined || isSingleWord ? name : `${name}/${index}`;
}
