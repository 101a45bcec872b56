const file = '../../examples/authorization-server/client-metadata.js';
const { metadataOf } = await import(file);

const accounts = { clientName: null, logoURI: null, grantTypes: ['authorization_code', 'refresh_token'] };
const v1 = {
  clientType: 'Confidential',
  scope: '',
  redirectUris: ['https://app.example.com/callback'],
  postSignOutRedirectUris: ['https://app.example.com/'],
  allowLocalLogin: null,
  allowedOrigins: [],
  accessTokenExpiry: 90,
  idTokenExpiry: 90,
  refreshTokenExpiry: 1440,
};

describe('a client in oidc-provider’s words', () => {
  it('asks for codes, proves who it is with a secret that is not told, and its tokens live for seconds', () => {
    expect(metadataOf('my-app', { accounts, v1 })).toEqual({
      client_id: 'my-app',
      application_type: 'web',
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['https://app.example.com/callback'],
      post_logout_redirect_uris: ['https://app.example.com/'],
      access_token_lifetime: 5400,
      id_token_lifetime: 5400,
      refresh_token_lifetime: 86_400,
      allow_local_login: true,
      allowed_origins: [],
    });
  });

  it.each([
    ['public', { v1: { clientType: 'Public' } }, { token_endpoint_auth_method: 'none', client_secret: undefined }],
    [
      'a machine',
      { accounts: { grantTypes: ['client_credentials'] }, v1: { redirectUris: [] } },
      { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
    ],
    ['a legacy client', { accounts: { grantTypes: [] } }, { grant_types: [], response_types: [] }],
    ['without redirect URIs', { v1: { redirectUris: [] } }, { response_types: [] }],
    ['native', { v1: { redirectUris: ['com.example.app:/callback'] } }, { application_type: 'native' }],
    ['without local logins', { v1: { allowLocalLogin: false } }, { allow_local_login: false }],
    ['some scopes known', { v1: { scope: 'openid invoices:read' } }, { scope: 'openid' }],
    ['no scope known, which must not mean all', { v1: { scope: 'invoices:read' } }, { scope: 'invoices:read' }],
    ['named', { accounts: { clientName: 'My App' } }, { client_name: 'My App' }],
  ])('%s', (_name, record: { accounts?: object; v1?: object }, expected) => {
    const view = { accounts: { ...accounts, ...record.accounts }, v1: { ...v1, ...record.v1 } };
    expect(metadataOf('my-app', view)).toMatchObject(expected);
  });
});
