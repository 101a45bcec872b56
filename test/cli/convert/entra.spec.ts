import { conversionOf, oneOf } from '../../support/conversion.js';

/** As the admin center shows it since 2024. */
const GRAPH = {
  id: '0b7e0d3c-93a5-4e2c-8a59-2f3f5a5d9d10',
  deletedDateTime: null,
  appId: '1f2a4c6e-8b0d-4e1f-a3c5-7d9e1b3f5a70',
  applicationTemplateId: null,
  disabledByMicrosoftStatus: null,
  createdDateTime: '2024-02-03T04:05:06Z',
  displayName: 'Intranet',
  description: null,
  identifierUris: ['api://1f2a4c6e-8b0d-4e1f-a3c5-7d9e1b3f5a70'],
  isFallbackPublicClient: false,
  signInAudience: 'AzureADMyOrg',
  tags: [],
  info: { logoUrl: 'https://cdn.example.com/logo.png', termsOfServiceUrl: null },
  keyCredentials: [],
  passwordCredentials: [{ displayName: 'ci', hint: 'xyz', keyId: 'k', secretText: 'entra-secret' }],
  requiredResourceAccess: [
    {
      resourceAppId: '00000003-0000-0000-c000-000000000000',
      resourceAccess: [{ id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', type: 'Scope' }],
    },
  ],
  publicClient: { redirectUris: ['http://localhost'] },
  spa: { redirectUris: ['https://intranet.example.com/spa'] },
  web: {
    homePageUrl: null,
    logoutUrl: 'https://intranet.example.com/logout',
    redirectUris: ['https://intranet.example.com/signin-oidc'],
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: true },
  },
};

/** As it was before. */
const OLD = {
  id: '2c4e6a80-1b3d-4f5a-b7c9-0d1e2f3a4b50',
  acceptMappedClaims: null,
  accessTokenAcceptedVersion: 2,
  allowPublicClient: true,
  appId: '3d5f7b91-2c4e-4a6b-8c0d-1e2f3a4b5c60',
  name: 'Field app',
  oauth2AllowIdTokenImplicitFlow: false,
  oauth2AllowImplicitFlow: true,
  passwordCredentials: [],
  keyCredentials: [],
  replyUrlsWithType: [
    { url: 'https://field.example.com/spa', type: 'Spa' },
    { url: 'msal3d5f7b91://auth', type: 'InstalledClient' },
  ],
  signInAudience: 'AzureADMultipleOrgs',
};

describe('converting from Microsoft Entra', () => {
  it('reads a manifest in the Microsoft Graph form', async () => {
    const { line, told, notes } = await oneOf('entra', GRAPH);
    expect(line).toEqual({
      clientId: GRAPH.appId,
      clientName: 'Intranet',
      clientType: 'Confidential',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: [
        'https://intranet.example.com/signin-oidc',
        'https://intranet.example.com/spa',
        'http://localhost',
      ],
      allowedOrigins: ['https://intranet.example.com'],
      logoURI: 'https://cdn.example.com/logo.png',
    });
    expect(notes).toEqual([
      expect.stringMatching(/^changed redirectUris: the app is a public client, too/),
      expect.stringMatching(/^left requiredResourceAccess: /),
      expect.stringMatching(/^left implicitGrantSettings implicit: must be one of/),
      expect.stringMatching(/^assumed allowedOrigins: /),
      'left passwordCredentials: stays behind: the import makes a new one',
      expect.stringMatching(/^assumed lifetimes: /),
    ]);
    expect(told.unknown).toEqual(['createdDateTime', 'identifierUris', 'signInAudience', 'web.logoutUrl']);
    expect(JSON.stringify(told)).not.toContain('entra-secret');
  });

  it('reads a manifest in the Azure AD Graph form', async () => {
    const { line, told, notes } = await oneOf('entra', OLD);
    expect(line).toEqual({
      clientId: OLD.appId,
      clientName: 'Field app',
      clientType: 'Public',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: ['https://field.example.com/spa'],
      allowedOrigins: ['https://field.example.com'],
    });
    expect(notes).toEqual([
      expect.stringMatching(/^left implicitGrantSettings implicit: /),
      expect.stringMatching(/^left allowPublicClient: it allows the password and device grants/),
      expect.stringMatching(/^left replyUrlsWithType msal3d5f7b91:\/\/auth: must use https/),
      expect.stringMatching(/^assumed allowedOrigins: /),
      expect.stringMatching(/^assumed lifetimes: /),
    ]);
    expect(told.unknown).toEqual(['accessTokenAcceptedVersion', 'signInAudience']);
  });

  it('reads what was even older, and a page of Microsoft Graph', async () => {
    const old = { appId: 'a', displayName: 'A', publicClient: true, replyUrls: ['com.example.app://cb'] };
    const { lines } = await conversionOf('entra', { 'a.json': { '@odata.context': 'x', value: [old, GRAPH] } });
    expect(lines[0]).toMatchObject({ clientType: 'Public', redirectUris: ['com.example.app://cb'] });
    expect(lines[1]!.clientId).toBe(GRAPH.appId);
  });

  it('an app with permissions of its own and credentials has client credentials', async () => {
    const daemon = { appId: 'd', keyCredentials: [{ keyId: 'k' }] };
    expect((await oneOf('entra', daemon)).line!.grantTypes).toEqual(['client_credentials']);
    const requiredResourceAccess = [{ resourceAccess: [{ id: 'x', type: 'Role' }] }];
    const both = await oneOf('entra', { ...GRAPH, requiredResourceAccess });
    expect(both.line!.grantTypes).toEqual(['authorization_code', 'refresh_token', 'client_credentials']);
  });

  it('leaves out an API, and suspends what is disabled', async () => {
    const { report, lines } = await conversionOf('entra', {
      'a.json': [
        { appId: 'api', identifierUris: ['api://x'] },
        { ...GRAPH, disabledByMicrosoftStatus: 'DisabledDueToViolationOfServicesAgreement' },
      ],
    });
    expect(report[0]!.leftOut).toContain('neither redirect URIs nor credentials');
    expect(lines).toMatchObject([{ suspension: { reason: 'It was disabled in Microsoft Entra.' } }]);
  });
});
