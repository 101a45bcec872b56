import type { JsonWebKey } from 'node:crypto';
import { type Adapter, type Client, type KoaContextWithOIDC, Provider } from 'oidc-provider';
// @ts-expect-error The types of oidc-provider leave its memory adapter out.
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { EXTRA_METADATA, type Metadata, SCOPES } from './client-metadata.js';
import type { Clientele } from './clientele.js';
import type { ClienteleAdapter } from './clientele-adapter.js';
import { findUser } from './users.js';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

export interface ProviderSettings {
  readonly issuer: string;
  readonly cookieKey: string;
  readonly signingKey: JsonWebKey;
  readonly clientele: Clientele;
  readonly adapter: ClienteleAdapter;
}

/** An oidc-provider whose clients are Clientele's. What it hands out itself it keeps in memory. */
export function createProvider({ issuer, cookieKey, signingKey, clientele, adapter }: ProviderSettings): Provider {
  // Of clients it does nothing but find them.
  const clients = adapter as Pick<Adapter, 'find'> as Adapter;
  const provider = new Provider(issuer, {
    adapter: (model: string) => (model === 'Client' ? clients : new MemoryAdapter(model)),
    cookies: { keys: [cookieKey] },
    jwks: { keys: [signingKey] },
    scopes: SCOPES,
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    extraClientMetadata: { properties: [...EXTRA_METADATA] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
    },
    pkce: { required: () => true },
    ttl: {
      Interaction: 10 * MINUTE,
      Session: DAY,
      Grant: ({ oidc }) => DAY + extrasOf(oidc.client!).refresh_token_lifetime,
      AccessToken: (_ctx, _token, client) => extrasOf(client).access_token_lifetime,
      ClientCredentials: (_ctx, _token, client) => extrasOf(client).access_token_lifetime,
      IdToken: (_ctx, _token, client) => extrasOf(client).id_token_lifetime,
      RefreshToken: (_ctx, _token, client) => extrasOf(client).refresh_token_lifetime,
    },
    clientBasedCORS: (_ctx, origin, client) => extrasOf(client).allowed_origins.includes(origin),
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
    findAccount: async (_ctx, sub) => findUser(sub),
    loadExistingGrant,
  });
  // The supported way to keep secrets elsewhere: oidc-provider waits for the answer.
  provider.Client.prototype.compareClientSecret = function (this: Client, secret: string) {
    return clientele.verify(this.clientId, secret);
  };
  return provider;
}

/** What the adapter gave of a client beside what oidc-provider knows itself. */
export function extrasOf(client: Client): Pick<Metadata, (typeof EXTRA_METADATA)[number]> {
  return client as unknown as Metadata;
}

/** All clients are the company's own: nobody is asked for consent to what the client may have. */
async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const { Grant } = oidc.provider;
  const { clientId } = oidc.client!;
  const { accountId } = oidc.session!;
  const existing = oidc.session!.grantIdFor(clientId);
  const grant = (existing && (await Grant.find(existing))) || new Grant({ clientId, accountId });
  grant.addOIDCScope(String(oidc.params!.scope ?? ''));
  await grant.save();
  return grant;
}
