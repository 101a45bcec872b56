import type { WholeClient } from '../../examples/authorization-server/clientele.js';

/** A client as Clientele tells the authorization server of it. */
export function aWholeClient(fields: Partial<WholeClient> = {}): WholeClient {
  return {
    clientId: 'my-app',
    clientName: null,
    logoURI: null,
    suspension: null,
    clientType: 'Confidential',
    grantType: 'AuthorizationCode',
    grantTypes: ['authorization_code', 'refresh_token'],
    scope: '',
    redirectUris: ['https://app.example.com/callback'],
    postSignOutRedirectUris: ['https://app.example.com/'],
    allowedOrigins: [],
    allowLocalLogin: null,
    audiences: [],
    providers: [],
    policies: [],
    authUIOrigin: null,
    disableStrategies: null,
    tokenMethod: 'query',
    additionalConfig: null,
    accessTokenExpiry: 90,
    idTokenExpiry: 90,
    refreshTokenExpiry: 1440,
    expiresAt: null,
    about: null,
    createdAt: '2026-01-31T12:00:00.000Z',
    updatedAt: '2026-01-31T12:00:00.000Z',
    ...fields,
  };
}
