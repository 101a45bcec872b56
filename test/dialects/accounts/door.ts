import { accountsBody, type Body, wholeAccountsBody } from '../../support/arbitraries.js';
import type { Door } from '../../support/door.js';

/** The domain is the credential's. */
export const door: Door = {
  id: 'clientID',
  dates: ['created', 'modified'],
  asides: ['clientSecret', '_links'],
  body: accountsBody,
  wholeBody: wholeAccountsBody,
  create: (_, id, body) => ['POST', '/client', { clientID: id, ...body }],
  path: (_, id) => `/client?clientID=${id}`,
  after: (view, body) => {
    const merged = (property: string, standard: unknown) =>
      body[property] === undefined ? view[property] : (body[property] ?? standard);
    const grantTypes = merged('grantTypes', []) as string[];
    const tokenEndpointAuthMethod = methodAfter(view, body, grantTypes);
    const redirectURIs = redirectUrisAfter(view, body);
    return {
      clientID: view.clientID,
      callbackURL: redirectURIs[0] ?? null,
      config: configAfter(view.config as Body, body.config as Body | null | undefined),
      clientName: merged('clientName', null),
      clientType: clientTypeAfter(grantTypes, tokenEndpointAuthMethod),
      grantTypes,
      tokenEndpointAuthMethod,
      redirectURIs,
      postLogoutRedirectURIs: merged('postLogoutRedirectURIs', []),
      authUIOrigin: merged('authUIOrigin', null),
      logoURI: merged('logoURI', null),
    };
  },
  inWhole: (view) => {
    const { tokenMethod, disableStrategies, ...others } = view.config as Body;
    const [grantTypes, redirectUris] = [view.grantTypes as string[], view.redirectURIs as string[]];
    expect(view.callbackURL).toBe(redirectUris[0] ?? null);
    return {
      clientId: view.clientID,
      clientName: view.clientName,
      clientType: view.tokenEndpointAuthMethod === 'none' ? 'Public' : 'Confidential',
      grantType: grantTypes.join() === 'client_credentials' ? 'ClientCredentials' : 'AuthorizationCode',
      grantTypes,
      redirectUris,
      postSignOutRedirectUris: view.postLogoutRedirectURIs,
      tokenMethod,
      disableStrategies,
      additionalConfig: Object.keys(others).length > 0 ? others : null,
      authUIOrigin: view.authUIOrigin,
      logoURI: view.logoURI,
      createdAt: view.created,
      updatedAt: view.modified,
    };
  },
};

function methodAfter(view: Body, body: Body, grantTypes: string[]): string {
  const given = body.tokenEndpointAuthMethod as string | null | undefined;
  if (given) return given;
  if (grantTypes.includes('client_credentials')) return 'client_secret_basic';
  return given === undefined ? (view.tokenEndpointAuthMethod as string) : 'none';
}

function redirectUrisAfter(view: Body, body: Body): string[] {
  if (body.redirectURIs !== undefined) return (body.redirectURIs ?? []) as string[];
  if (body.callbackURL === undefined) return view.redirectURIs as string[];
  const [, ...later] = view.redirectURIs as string[];
  return body.callbackURL ? [...new Set([body.callbackURL as string, ...later])] : [];
}

function configAfter(before: Body, given: Body | null | undefined): Body {
  const merged = Object.entries(given === null ? {} : { ...before, ...given });
  const { tokenMethod, disableStrategies, ...others } = Object.fromEntries(
    merged.filter(([, value]) => value !== null),
  );
  return {
    tokenMethod: tokenMethod ?? 'query',
    disableStrategies: (disableStrategies as unknown[] | undefined)?.length ? disableStrategies : null,
    ...others,
  };
}

function clientTypeAfter(grantTypes: string[], method: string): string {
  if (grantTypes.length === 0) return 'Legacy Client';
  if (grantTypes.includes('authorization_code')) return method === 'none' ? 'Public Client' : 'Private Client';
  return grantTypes.length === 1 && grantTypes[0] === 'client_credentials' ? 'API Client' : 'Unknown Client';
}
