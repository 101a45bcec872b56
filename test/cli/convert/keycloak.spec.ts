import { conversionOf, noteText, oneOf } from '../../support/conversion.js';

/** As Keycloak writes it, with every field that a new client has. */
const WEB = {
  id: '0e9c2f4e-7f0f-4f57-9a55-3c0b1f7d2a11',
  clientId: 'web-shop',
  name: 'Web shop',
  description: 'Where people buy',
  rootUrl: 'https://shop.example.com',
  adminUrl: '',
  baseUrl: '/home',
  surrogateAuthRequired: false,
  enabled: true,
  alwaysDisplayInConsole: false,
  clientAuthenticatorType: 'client-secret',
  secret: 'keycloak-secret-of-web-shop',
  redirectUris: ['/callback', 'https://shop.example.com/*'],
  webOrigins: ['+'],
  notBefore: 0,
  bearerOnly: false,
  consentRequired: false,
  standardFlowEnabled: true,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
  publicClient: false,
  frontchannelLogout: false,
  protocol: 'openid-connect',
  attributes: {
    'access.token.lifespan': '600',
    'client.secret.creation.time': '1700000000',
    'post.logout.redirect.uris': '+##https://shop.example.com/bye',
    logoUri: 'https://shop.example.com/logo.png',
  },
  authenticationFlowBindingOverrides: {},
  fullScopeAllowed: true,
  nodeReRegistrationTimeout: -1,
  protocolMappers: [
    {
      id: '6d3a51f0-5f5c-49a4-8fd6-1d2c9b6f7a22',
      name: 'to the orders',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-audience-mapper',
      config: { 'included.client.audience': 'orders-api', 'access.token.claim': 'true' },
    },
    {
      name: 'Client Host',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-usersessionmodel-note-mapper',
      config: {},
    },
  ],
  defaultClientScopes: ['web-origins', 'acr', 'profile', 'roles', 'email'],
  optionalClientScopes: ['address', 'offline_access'],
};
const SPA = { clientId: 'spa', publicClient: true, redirectUris: ['https://spa.example.com/'], webOrigins: ['*'] };

describe('converting from Keycloak', () => {
  it('carries over what a client of a realm export says, and tells what it leaves', async () => {
    const { lines, report, text } = await conversionOf('keycloak', {
      'realm.json': {
        id: 'acme',
        realm: 'acme',
        accessTokenLifespan: 300,
        ssoSessionIdleTimeout: 1800,
        users: [{ username: 'someone', clientId: 'no-client' }],
        clients: [WEB],
      },
    });
    expect(lines).toEqual([
      {
        clientId: 'web-shop',
        clientName: 'Web shop',
        clientType: 'Confidential',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: ['https://shop.example.com/callback'],
        postSignOutRedirectUris: ['https://shop.example.com/callback', 'https://shop.example.com/bye'],
        allowedOrigins: ['https://shop.example.com'],
        scope: 'openid profile email address offline_access',
        audiences: ['orders-api'],
        accessTokenExpiry: 10,
        idTokenExpiry: 10,
        refreshTokenExpiry: 30,
        logoURI: 'https://shop.example.com/logo.png',
      },
    ]);
    expect(report[0]!.notes.map(noteText)).toEqual([
      'left redirectUris https://shop.example.com/*: must not contain any of \\ " < > ^ ` { | } *',
      'left defaultClientScopes web-origins acr roles: these only arrange claims',
      'left protocolMappers Client Host: claims are arranged elsewhere',
      'left secret: stays behind without --with-secrets: the import makes a new one',
    ]);
    expect(report[0]).toMatchObject({
      place: 'clients[0]',
      carried: expect.arrayContaining(['name', 'publicClient', 'redirectUris', 'realm.ssoSessionIdleTimeout']),
      unknown: ['description', 'baseUrl', 'attributes.client.secret.creation.time'],
    });
    expect(text).not.toContain(WEB.secret);
  });

  it.each([
    ['one representation', SPA, ''],
    ['a list of them', [SPA], '[0]'],
    ['a partial export', { clients: [SPA], realm: 'acme', ifResourceExists: 'FAIL' }, 'clients[0]'],
    ['several realms', [{ realm: 'acme', clients: [SPA] }], '[0].clients[0]'],
  ])('reads %s', async (_, content, place) => {
    const { lines, report } = await conversionOf('keycloak', { 'file.json': content });
    expect(lines).toEqual([
      {
        clientId: 'spa',
        clientType: 'Public',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: ['https://spa.example.com/'],
      },
    ]);
    expect(report[0]).toMatchObject({
      place,
      notes: expect.arrayContaining([expect.objectContaining({ value: '*' })]),
    });
  });

  it.each([
    [{ ...SPA, bearerOnly: true }, /bearer-only/],
    [{ ...SPA, protocol: 'saml' }, /protocol: saml/],
    [{ ...SPA, clientId: 'account', name: '\u0024{client_account}' }, /own/],
    [{ ...SPA, standardFlowEnabled: false, directAccessGrantsEnabled: true }, /no grant that exists here: password/],
  ])('leaves out what is no client here: %#', async (client, reason) => {
    const { lines, report } = await conversionOf('keycloak', { 'a.json': [client, WEB] });
    expect(lines).toHaveLength(1);
    expect(report[0]).toMatchObject({ clientId: null, leftOut: expect.stringMatching(reason), notes: [] });
  });

  it('suspends a client that is disabled', async () => {
    const { line, notes } = await oneOf('keycloak', { ...SPA, enabled: false });
    expect(line).toMatchObject({ suspension: { reason: 'It was disabled in Keycloak.', until: null } });
    expect(notes).toContain('changed enabled: comes along as a suspension');
  });

  it('tells which grants do not come along', async () => {
    const { line, notes } = await oneOf('keycloak', {
      ...WEB,
      implicitFlowEnabled: true,
      directAccessGrantsEnabled: true,
      serviceAccountsEnabled: true,
      attributes: { 'oauth2.device.authorization.grant.enabled': 'true', 'use.refresh.tokens': 'false' },
    });
    expect(line!.grantTypes).toEqual(['authorization_code', 'client_credentials']);
    for (const grant of ['implicit', 'password', 'urn:ietf:params:oauth:grant-type:device_code']) {
      expect(notes).toContainEqual(expect.stringContaining(` ${grant}: must be one of`));
    }
  });

  it('takes the rule of the registry for each URI, and hides passwords in those that it tells', async () => {
    const redirectUris = ['http://a.example.com/', 'myapp://cb', 'com.example.app:/cb', 'https://me:pw@a.example.com/'];
    const { line, told, notes } = await oneOf('keycloak', { ...SPA, redirectUris });
    expect(line!.redirectUris).toEqual(['com.example.app:/cb']);
    expect(notes).toContainEqual(expect.stringMatching(/http:\/\/a\.example\.com\/: must use https/));
    expect(notes).toContainEqual(expect.stringMatching(/myapp:\/\/cb: must use https/));
    expect(JSON.stringify(told)).not.toContain('me:pw');
  });

  it('rounds lifetimes down to minutes, and says so', async () => {
    const { line, notes } = await oneOf('keycloak', { ...SPA, attributes: { 'access.token.lifespan': '90' } });
    expect(line).toMatchObject({ accessTokenExpiry: 1, idTokenExpiry: 1 });
    expect(notes).toContain('changed attributes.access.token.lifespan 90 s: becomes 1 min');
    const long = await oneOf('keycloak', { ...SPA, attributes: { 'access.token.lifespan': '172800' } });
    expect(long.line).not.toHaveProperty('accessTokenExpiry');
    expect(long.notes).toContainEqual(
      expect.stringMatching(/2880 min: must be whole minutes .* default of 90 applies/),
    );
  });
});
