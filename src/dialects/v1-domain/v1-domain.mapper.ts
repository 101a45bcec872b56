import { isSame } from '#audit';
import {
  type Client,
  type ClientLife,
  type ClientMetadata,
  DEFAULT_LIFETIMES,
  DEFAULT_METADATA,
  type GrantType,
  lifeChanges,
  type Plan,
  type Proposal,
  type RuleViolation,
  type Violation,
} from '#clients';
import { grantTypesOf, grantTypeWordOf, type Validated } from '../../http/index.js';
import type { ClientDto, PlanDto, PutClientDto } from './v1-domain.dto.js';
import { rulesFor } from './v1-domain.rules.js';

/** This dialect's names for the core's fields. Fields that it does not have keep the core's names. */
const NAMES: Partial<Record<RuleViolation['field'], string>> = {
  grantTypes: 'grantType',
  postLogoutRedirectUris: 'postSignOutRedirectUris',
  identityProviders: 'providers',
  accessTokenLifetime: 'accessTokenExpiry',
  idTokenLifetime: 'idTokenExpiry',
  refreshTokenLifetime: 'refreshTokenExpiry',
};

/** A client as this dialect shows it. */
export function toView(client: Client): ClientDto {
  return {
    clientId: client.clientId,
    ...fieldsOf(client),
    createdAt: client.createdAt.toISOString(),
    updatedAt: client.updatedAt.toISOString(),
  };
}

/** The fields that a PUT can set, with effective values. */
function fieldsOf(client: Client): Omit<ClientDto, 'clientId' | 'createdAt' | 'updatedAt'> {
  return {
    clientType: client.clientType === 'public' ? 'Public' : 'Confidential',
    grantType: grantTypeWordOf(client.grantTypes),
    scope: client.scope,
    audiences: client.audiences,
    redirectUris: client.redirectUris,
    postSignOutRedirectUris: client.postLogoutRedirectUris,
    allowLocalLogin: client.allowLocalLogin,
    providers: client.identityProviders,
    policies: client.policies,
    allowedOrigins: client.allowedOrigins,
    accessTokenExpiry: client.accessTokenLifetime ?? DEFAULT_LIFETIMES.accessTokenLifetime,
    idTokenExpiry: client.idTokenLifetime ?? DEFAULT_LIFETIMES.idTokenLifetime,
    refreshTokenExpiry: client.refreshTokenLifetime ?? DEFAULT_LIFETIMES.refreshTokenLifetime,
  };
}

/** What a PUT would change, field by field, in this dialect's words. */
export function toPlan({ before, after, secret }: Plan): PlanDto {
  const was = before && fieldsOf(before);
  const changes: PlanDto['changes'] = Object.entries(fieldsOf(after)).flatMap(([field, value]) => {
    const old = was?.[field as keyof typeof was] ?? null;
    return isSame(old, value) && was ? [] : [{ field, before: old, after: value }];
  });
  if (before && grantsChangeUnseen(before, after)) {
    changes.push({ field: 'grantTypes', before: before.grantTypes, after: after.grantTypes });
  }
  const { expiresAt } = lifeChanges(before, after);
  if (expiresAt) changes.push({ field: 'expiresAt', ...expiresAt });
  const needsSecret = after.clientType === 'confidential';
  const kept = needsSecret ? 'kept' : 'none';
  return {
    dryRun: true,
    created: !before,
    changes,
    clientSecret: secret === 'kept' || secret === 'set' ? kept : secret,
  };
}

/** Whether grants change although their one word (`grantType`) stays the same. */
function grantsChangeUnseen(before: Client, after: Client): boolean {
  return (
    grantTypeWordOf(before.grantTypes) === grantTypeWordOf(after.grantTypes) &&
    !isSame(before.grantTypes, after.grantTypes)
  );
}

/**
 * The client as a PUT wants it. Fields missing in the body take their default; fields that this dialect lacks stay, and
 * so does what is kept beside the record, where `life` does not name it.
 */
export function toProposal(
  clientId: string,
  current: Client | undefined,
  { value: body, violations }: Validated<PutClientDto>,
  life?: Partial<ClientLife>,
): Proposal {
  const onRecord = current?.metadata() ?? DEFAULT_METADATA;
  const aliasReported = violations.some(({ property }) => property === 'redirect_uris');
  const usesAlias = !body.redirectUris && (Boolean(body.redirect_uris) || aliasReported);
  const metadata: ClientMetadata = {
    ...onRecord,
    clientType: body.clientType === 'Confidential' ? 'confidential' : 'public',
    grantTypes: grantTypesFor(body, current),
    scope: body.scope ?? DEFAULT_METADATA.scope,
    audiences: body.audiences ?? [],
    redirectUris: body.redirectUris ?? body.redirect_uris ?? [],
    postLogoutRedirectUris: body.postSignOutRedirectUris ?? [],
    allowLocalLogin: body.allowLocalLogin ?? null,
    identityProviders: body.providers ?? [],
    policies: body.policies ?? [],
    allowedOrigins: body.allowedOrigins ?? [],
    accessTokenLifetime: body.accessTokenExpiry || null,
    idTokenLifetime: body.idTokenExpiry || null,
    refreshTokenLifetime: body.refreshTokenExpiry || null,
  };
  return {
    metadata,
    life,
    rules: rulesFor(current),
    violations: [...violations, ...bodyViolations(clientId, body)],
    nameOf: (field, index) => {
      const name = field === 'redirectUris' && usesAlias ? 'redirect_uris' : (NAMES[field] ?? field);
      return index === undefined ? name : `${name}[${index}]`;
    },
  };
}

/**
 * A PUT without `grantType`, or with the one that is shown, keeps all grants, even those that the word does not tell of. One
 * exception: a PUT of AuthorizationCode that makes the client Public drops grants that need a secret, since no caller here
 * could have named them.
 */
function grantTypesFor(
  { clientType, grantType: asked }: Partial<PutClientDto>,
  current: Client | undefined,
): readonly GrantType[] {
  if (current && (asked === undefined || asked === grantTypeWordOf(current.grantTypes))) {
    const becomesPublic = clientType === 'Public' && current.clientType === 'confidential';
    return becomesPublic && asked === 'AuthorizationCode' ? withoutSecret(current.grantTypes) : current.grantTypes;
  }
  return grantTypesOf(asked);
}

function withoutSecret(grantTypes: readonly GrantType[]): readonly GrantType[] {
  if (!grantTypes.includes('client_credentials')) return grantTypes;
  const others = grantTypes.filter((grant) => grant !== 'client_credentials');
  // The caller asked for AuthorizationCode, so the refresh token must not be its only grant.
  return others.includes('authorization_code') ? others : grantTypesOf('AuthorizationCode');
}

function bodyViolations(clientId: string, body: Partial<PutClientDto>): Violation[] {
  const violations: Violation[] = [];
  if (body.clientId !== undefined && body.clientId !== null && body.clientId !== clientId) {
    violations.push({ property: 'clientId', rule: 'value', message: 'must equal the id in the path' });
  }
  const [one, other] = [body.redirectUris, body.redirect_uris];
  if (one && other && JSON.stringify(one) !== JSON.stringify(other)) {
    violations.push({
      property: 'redirect_uris',
      rule: 'value',
      message: 'must equal redirectUris when both are given',
    });
  }
  return violations;
}
