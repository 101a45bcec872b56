import { conversionOf, noteText, oneOf } from '../../support/conversion.js';

/** As a host has it, with the comments that ASP.NET Core reads. */
const APPSETTINGS = `{
  // Clients of the shop
  "IdentityServer": {
    "Clients": [
      {
        "Enabled": true,
        "ClientId": "shop.web",
        "ClientName": "Shop // web",
        "ClientSecrets": [ { "Value": "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=" } ],
        "AllowedGrantTypes": [ "hybrid", "client_credentials", "delegation" ],
        "AllowedScopes": [ "openid", "profile", "orders" ],
        "RedirectUris": [ "https://shop.example.com/signin-oidc", "http://shop.example.com/signin-oidc" ],
        "PostLogoutRedirectUris": [ "https://shop.example.com/signout-callback-oidc" ],
        "AllowedCorsOrigins": [ "https://shop.example.com" ],
        "AllowOfflineAccess": "True", /* texts are read as what they say */
        "AccessTokenLifetime": 5400,
        "EnableLocalLogin": false,
        "IdentityProviderRestrictions": [ "aad" ],
        "RequireConsent": false,
        "Properties": { "team": "shop" },
        "FrontChannelLogoutUri": "https://shop.example.com/signout-oidc",
      },
    ]
  }
}`;

describe('converting from Duende IdentityServer', () => {
  it('reads the clients of an appsettings file, comments and all', async () => {
    const { lines, report, text } = await conversionOf('duende', { 'appsettings.json': APPSETTINGS });
    expect(lines).toEqual([
      {
        clientId: 'shop-web',
        clientName: 'Shop // web',
        clientType: 'Confidential',
        grantTypes: ['authorization_code', 'client_credentials', 'refresh_token'],
        scope: 'openid profile orders',
        redirectUris: ['https://shop.example.com/signin-oidc'],
        postSignOutRedirectUris: ['https://shop.example.com/signout-callback-oidc'],
        allowedOrigins: ['https://shop.example.com'],
        allowLocalLogin: false,
        providers: ['aad'],
        accessTokenExpiry: 90,
        idTokenExpiry: 5,
        refreshTokenExpiry: 43_200,
        additionalConfig: { team: 'shop' },
      },
    ]);
    expect(report[0]!.notes.map(noteText)).toEqual([
      'changed AllowedGrantTypes hybrid: becomes authorization_code: tokens come from the token endpoint alone',
      expect.stringMatching(/^left AllowedGrantTypes delegation: must be one of/),
      expect.stringMatching(/^left RedirectUris http:\/\/shop/),
      'assumed IdentityTokenLifetime: is 300 s where nothing is said',
      'assumed AbsoluteRefreshTokenLifetime: is 2592000 s where nothing is said',
      'left ClientSecrets: stays behind without --with-secrets: the import makes a new one',
      expect.stringMatching(/^changed id shop\.web: becomes shop-web/),
    ]);
    expect(report[0]!.unknown).toEqual(['FrontChannelLogoutUri']);
    expect(text).not.toContain('K7gNU3sdo');
  });

  it.each([
    ['Clients at the root, in any case', { clients: [{ clientid: 'a', allowedgranttypes: ['client_credentials'] }] }],
    ['a list', [{ ClientId: 'a', AllowedGrantTypes: ['client_credentials'] }]],
    [
      'clients under their ids',
      { X: { IdentityServer: { Clients: { a: { AllowedGrantTypes: ['client_credentials'] } } } } },
    ],
  ])('reads %s', async (_, content) => {
    const { lines } = await conversionOf('duende', { 'a.json': content });
    expect(lines).toMatchObject([{ clientId: 'a', clientType: 'Confidential', grantTypes: ['client_credentials'] }]);
  });

  it('reads the profiles of the templates', async () => {
    const { lines, report } = await conversionOf('duende', {
      'a.json': { IdentityServer: { Clients: { Acme: { Profile: 'IdentityServerSPA' }, Api: { Profile: 'API' } } } },
    });
    expect(lines).toMatchObject([{ clientId: 'acme', clientType: 'Public', grantTypes: ['authorization_code'] }]);
    expect(report[1]).toMatchObject({ id: 'Api', leftOut: expect.stringContaining('is an API') });
  });

  it('suspends a disabled client, and leaves out one of another protocol', async () => {
    const client = { ClientId: 'a', AllowedGrantTypes: ['authorization_code'], RequireClientSecret: false };
    const { line } = await oneOf('duende', { ...client, Enabled: false });
    expect(line).toMatchObject({ clientType: 'Public', suspension: { until: null } });
    const { report } = await conversionOf('duende', { 'a.json': [client, { ...client, ProtocolType: 'saml2p' }] });
    expect(report[1]!.leftOut).toContain('saml2p');
  });

  it('names the line of a mistake as it is in the file', async () => {
    const broken = APPSETTINGS.replace('"ClientId": "shop.web"', '"ClientId" "shop.web"');
    await expect(conversionOf('duende', { 'a.json': broken })).rejects.toThrow(
      'a.json:7: this cannot be read as JSON.',
    );
  });
});
