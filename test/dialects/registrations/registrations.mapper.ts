import { type Client, DEFAULT_METADATA, type GrantType, type Proposal, type RuleViolation } from '#clients';
import type { Validated } from '../../../src/http/index.js';
import type { PutRegistrationDto, RegistrationDto } from './registrations.dto.js';

const NAMES: Partial<Record<RuleViolation['field'], string>> = {
  clientName: 'client_name',
  clientType: 'token_endpoint_auth_method',
  grantTypes: 'grant_types',
  redirectUris: 'redirect_uris',
};

export function toView(client: Client): RegistrationDto {
  return {
    client_id: client.clientId,
    client_name: client.clientName,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    token_endpoint_auth_method: client.clientType === 'public' ? 'none' : 'client_secret_basic',
    scope: client.scope,
    issued_at: client.createdAt.toISOString(),
    changed_at: client.updatedAt.toISOString(),
  };
}

export function toProposal(
  current: Client | undefined,
  { value, violations }: Validated<PutRegistrationDto>,
): Proposal {
  return {
    metadata: {
      ...(current?.metadata() ?? DEFAULT_METADATA),
      clientName: value.client_name ?? null,
      clientType: value.token_endpoint_auth_method === 'none' ? 'public' : 'confidential',
      grantTypes: (value.grant_types as GrantType[] | null | undefined) ?? ['authorization_code'],
      redirectUris: value.redirect_uris ?? [],
      scope: value.scope ?? '',
    },
    violations,
    nameOf: (field, index) => {
      const name = NAMES[field] ?? field;
      return index === undefined ? name : `${name}.${index}`;
    },
  };
}
