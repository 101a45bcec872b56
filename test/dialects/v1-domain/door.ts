import { v1Body } from '../../support/arbitraries.js';
import type { Door } from '../../support/door.js';

const BY_CODE = ['authorization_code', 'refresh_token'];

const path = (domain: string, id: string) => `/v1/domain/${domain}/client/${id}`;

export const door: Door = {
  id: 'clientId',
  dates: ['createdAt', 'updatedAt'],
  body: v1Body,
  wholeBody: v1Body,
  create: (domain, id, body) => ['PUT', path(domain, id), body],
  path,
  after: (view, body) => ({
    clientId: view.clientId,
    clientType: body.clientType,
    grantType: body.grantType,
    scope: body.scope ?? '',
    audiences: body.audiences ?? [],
    redirectUris: body.redirectUris ?? body.redirect_uris ?? [],
    postSignOutRedirectUris: body.postSignOutRedirectUris ?? [],
    allowLocalLogin: body.allowLocalLogin ?? null,
    providers: body.providers ?? [],
    policies: body.policies ?? [],
    allowedOrigins: body.allowedOrigins ?? [],
    accessTokenExpiry: body.accessTokenExpiry || 90,
    idTokenExpiry: body.idTokenExpiry || 90,
    refreshTokenExpiry: body.refreshTokenExpiry || 1440,
  }),
  inWhole: (view) => view,
  // The grant type that is shown leaves the grants alone, also none, but for those that a Public client cannot have.
  unseen: (whole, { clientType, grantType }) => {
    const grantTypes = whole.grantTypes as string[];
    if (grantType !== whole.grantType) {
      return { grantTypes: grantType === 'ClientCredentials' ? ['client_credentials'] : BY_CODE };
    }
    if (clientType === 'Confidential' || !grantTypes.includes('client_credentials')) return { grantTypes };
    const others = grantTypes.filter((grant) => grant !== 'client_credentials');
    return { grantTypes: others.includes('authorization_code') ? others : BY_CODE };
  },
};
