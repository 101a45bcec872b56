import { Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { EXTRA_METADATA, SCOPES } from './client-metadata.js';
import { findUser } from './users.js';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** An oidc-provider whose clients are Clientele's. What it hands out itself it keeps in memory. */
export function createProvider({ issuer, cookieKey, signingKey, clientele, adapter }) {
  const provider = new Provider(issuer, {
    adapter: (model) => (model === 'Client' ? adapter : new MemoryAdapter(model)),
    cookies: { keys: [cookieKey] },
    jwks: { keys: [signingKey] },
    scopes: SCOPES,
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    extraClientMetadata: { properties: EXTRA_METADATA },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
    },
    pkce: { required: () => true },
    ttl: {
      Interaction: 10 * MINUTE,
      Session: DAY,
      Grant: ({ oidc }) => DAY + oidc.client.refresh_token_lifetime,
      AccessToken: (_ctx, _token, client) => client.access_token_lifetime,
      ClientCredentials: (_ctx, _token, client) => client.access_token_lifetime,
      IdToken: (_ctx, _token, client) => client.id_token_lifetime,
      RefreshToken: (_ctx, _token, client) => client.refresh_token_lifetime,
    },
    clientBasedCORS: (_ctx, origin, client) => client.allowed_origins.includes(origin),
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
    findAccount: async (_ctx, sub) => findUser(sub),
    loadExistingGrant,
  });
  // The supported way to keep secrets elsewhere: oidc-provider waits for the answer.
  provider.Client.prototype.compareClientSecret = function (secret) {
    return clientele.verify(this.clientId, secret);
  };
  return provider;
}

/** All clients are the company's own: nobody is asked for consent to what the client may have. */
async function loadExistingGrant({ oidc }) {
  const { Grant } = oidc.provider;
  const { clientId } = oidc.client;
  const existing = oidc.session.grantIdFor(clientId);
  const grant =
    (existing && (await Grant.find(existing))) || new Grant({ clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope(oidc.params.scope ?? '');
  await grant.save();
  return grant;
}
