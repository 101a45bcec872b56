import { conversionOf, noteText, oneOf } from '../../support/conversion.js';

/** As the Deploy CLI writes it. */
const TENANT = `
tenant:
  friendly_name: Acme
clients:
  - name: Acme SPA
    allowed_clients: []
    allowed_logout_urls:
      - https://spa.example.com
    app_type: spa
    callbacks:
      - https://spa.example.com/callback
      - https://*.preview.example.com/callback
    client_aliases: []
    cross_origin_authentication: false
    custom_login_page_on: true
    grant_types:
      - authorization_code
      - implicit
      - refresh_token
    is_first_party: true
    is_token_endpoint_ip_header_trusted: false
    jwt_configuration:
      alg: RS256
      lifetime_in_seconds: 36000
      secret_encoded: false
    logo_uri: https://spa.example.com/logo.png
    native_social_login:
      apple:
        enabled: false
    oidc_conformant: true
    refresh_token:
      expiration_type: expiring
      leeway: 0
      token_lifetime: 2592000
      idle_token_lifetime: 1296000
      infinite_token_lifetime: false
      rotation_type: rotating
    sso_disabled: false
    token_endpoint_auth_method: none
    web_origins:
      - https://spa.example.com
  - name: Nightly job
    app_type: non_interactive
    grant_types:
      - client_credentials
    token_endpoint_auth_method: client_secret_post
    client_metadata:
      team: night
  - name: Sales
    app_type: salesforce
clientGrants:
  - client_id: Nightly job
    audience: https://api.example.com
    scope:
      - read:orders
      - write:orders
`;

/** As the Management API answers. */
const WEB = {
  tenant: 'acme',
  global: false,
  is_first_party: true,
  name: 'Web',
  client_id: 'Qx7RzPq0Vb3mWn8TcYd5LkJh2GfSa9Ue',
  client_secret: 'auth0-secret-of-web',
  callbacks: ['https://web.example.com/callback'],
  signing_keys: [{ cert: 'x', pkcs7: 'x', subject: 'x' }],
  grant_types: ['authorization_code'],
  app_type: 'regular_web',
  token_endpoint_auth_method: 'client_secret_post',
};

describe('converting from Auth0', () => {
  it('reads a tenant file, and what its machines may ask for', async () => {
    const { lines, report } = await conversionOf('auth0', { 'tenant.yaml': TENANT });
    expect(lines).toEqual([
      {
        clientId: 'acme-spa',
        clientName: 'Acme SPA',
        clientType: 'Public',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: ['https://spa.example.com/callback'],
        postSignOutRedirectUris: ['https://spa.example.com'],
        allowedOrigins: ['https://spa.example.com'],
        idTokenExpiry: 600,
        refreshTokenExpiry: 43_200,
        logoURI: 'https://spa.example.com/logo.png',
      },
      {
        clientId: 'nightly-job',
        clientName: 'Nightly job',
        clientType: 'Confidential',
        grantTypes: ['client_credentials'],
        scope: 'read:orders write:orders',
        additionalConfig: { team: 'night' },
      },
    ]);
    const [spa, job, sales] = report;
    expect(spa!.notes.map(noteText)).toEqual([
      'assumed client_id: is not in the file: the id is made of the name',
      expect.stringMatching(/^left grant_types implicit: must be one of/),
      expect.stringMatching(/^left callbacks https:\/\/\*\.preview/),
      expect.stringMatching(/^assumed access tokens: /),
      expect.stringMatching(/^changed id Acme SPA: becomes acme-spa, since an id must be/),
    ]);
    expect(spa!.unknown).toEqual([
      'native_social_login',
      'refresh_token.expiration_type',
      'refresh_token.leeway',
      'refresh_token.idle_token_lifetime',
      'refresh_token.rotation_type',
    ]);
    expect(job!.notes.map(noteText)).toContainEqual(expect.stringMatching(/^left clientGrants\.audience https:/));
    expect(sales).toMatchObject({ clientId: null, leftOut: expect.stringContaining('salesforce') });
  });

  it.each([
    ['a list of the Management API', [WEB]],
    ['one with totals', { total: 1, start: 0, limit: 50, clients: [WEB] }],
    ['a client file of the Deploy CLI', WEB],
  ])('reads %s', async (_, content) => {
    const { lines, report, text } = await conversionOf('auth0', { 'file.json': content });
    expect(lines).toMatchObject([{ clientId: WEB.client_id.toLowerCase(), clientType: 'Confidential' }]);
    expect(report[0]!.notes.map(noteText)).toEqual([
      'left client_secret: stays behind without --with-secrets: the import makes a new one',
      'left signing_keys: are keys of the tenant',
      expect.stringMatching(/^assumed access tokens/),
      expect.stringMatching(/^changed id Qx7R/),
    ]);
    expect(report[0]!.unknown).toEqual(['tenant']);
    expect(text).not.toContain(WEB.client_secret);
  });

  it('reads keywords that the Deploy CLI would replace, with or without quotes, and tells of them', async () => {
    const yaml =
      'clients:\n  - name: ##ENV## app\n    app_type: spa\n    callbacks: @@CALLBACKS@@\n    grant_types: [authorization_code]\n';
    const json = '{ "name": "b", "app_type": "spa", "callbacks": @@URLS@@, "allowed_logout_urls": ["##HOME##"] }';
    const { lines, report } = await conversionOf('auth0', { 'a.yaml': yaml, 'b.json': json });
    expect(lines.map(({ clientId }) => clientId)).toEqual(['env-app', 'b']);
    for (const { notes } of report)
      expect(notes.map(noteText)).toContainEqual(expect.stringMatching(/^changed @@…@@: keywords/));
    expect(report[0]!.notes.map(noteText)).toContainEqual(expect.stringMatching(/^left callbacks: must be a list/));
  });

  it('leaves out the global client, and takes for granted what Auth0 would', async () => {
    const { report, lines } = await conversionOf('auth0', {
      'a.json': [
        { ...WEB, global: true },
        { name: 'n', app_type: 'native' },
      ],
    });
    expect(report[0]!.leftOut).toContain('global');
    expect(lines).toEqual([
      { clientId: 'n', clientName: 'n', clientType: 'Public', grantTypes: ['authorization_code', 'refresh_token'] },
    ]);
  });

  it('a refresh token without an end has one here', async () => {
    const { line, notes } = await oneOf('auth0', {
      ...WEB,
      refresh_token: { infinite_token_lifetime: true, token_lifetime: 60 },
    });
    expect(line).not.toHaveProperty('refreshTokenExpiry');
    expect(notes).toContainEqual(expect.stringMatching(/infinite_token_lifetime: a refresh token always ends here/));
  });
});
