import { conversionOf, oneOf } from '../../support/conversion.js';

/** As Hydra 2 answers. */
const CLIENT = {
  client_id: '5b1c6a0e-54d2-4a2b-9e0c-7a6d1c1b9f00',
  client_name: 'Till',
  client_secret: 'hydra-secret-of-the-till',
  redirect_uris: ['https://till.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  scope: 'openid offline_access orders:read',
  audience: ['orders-api', 'https://api.example.com'],
  owner: 'till-team',
  policy_uri: '',
  allowed_cors_origins: ['https://till.example.com', 'https://*.example.com'],
  tos_uri: '',
  client_uri: '',
  logo_uri: 'https://till.example.com/logo.svg',
  contacts: null,
  client_secret_expires_at: 0,
  subject_type: 'public',
  jwks: {},
  token_endpoint_auth_method: 'client_secret_post',
  userinfo_signed_response_alg: 'none',
  created_at: '2024-05-06T07:08:09Z',
  updated_at: '2024-05-06T07:08:09Z',
  metadata: { team: 'till', floor: 2 },
  registration_access_token: 'ory_at_registration',
  skip_consent: false,
  post_logout_redirect_uris: ['https://till.example.com/bye'],
  authorization_code_grant_access_token_lifespan: '1h0m0s',
  authorization_code_grant_id_token_lifespan: '90s',
  authorization_code_grant_refresh_token_lifespan: null,
  refresh_token_grant_refresh_token_lifespan: '720h0m0s',
  client_credentials_grant_access_token_lifespan: null,
};

describe('converting from Ory Hydra', () => {
  it('carries over what a client says, and tells what it leaves', async () => {
    const { line, told, notes } = await oneOf('hydra', CLIENT);
    expect(line).toEqual({
      clientId: CLIENT.client_id,
      clientName: 'Till',
      clientType: 'Confidential',
      grantTypes: ['authorization_code', 'refresh_token'],
      scope: 'openid offline_access orders:read',
      audiences: ['orders-api'],
      redirectUris: ['https://till.example.com/callback'],
      postSignOutRedirectUris: ['https://till.example.com/bye'],
      allowedOrigins: ['https://till.example.com'],
      accessTokenExpiry: 60,
      idTokenExpiry: 1,
      refreshTokenExpiry: 43_200,
      logoURI: 'https://till.example.com/logo.svg',
      additionalConfig: { team: 'till', floor: 2 },
    });
    expect(notes).toEqual([
      expect.stringMatching(/^left grant_types urn:ietf:params:oauth:grant-type:device_code: must be one of/),
      expect.stringMatching(/^left audience https:\/\/api\.example\.com: must be a client id/),
      expect.stringMatching(/^left allowed_cors_origins https:\/\/\*\.example\.com: must not contain/),
      'changed authorization_code_grant_id_token_lifespan 90 s: becomes 1 min',
      'left client_secret: stays behind without --with-secrets: the import makes a new one',
      'left registration_access_token: clients do not register themselves here',
    ]);
    expect(told.unknown).toEqual(['response_types', 'owner', 'created_at', 'updated_at']);
    expect(JSON.stringify(told)).not.toMatch(/hydra-secret|ory_at_/);
  });

  it.each([
    ['a list', [CLIENT], '[0]'],
    ['a page of its command line', { items: [CLIENT], next_page_token: '', is_last_page: true }, 'items[0]'],
  ])('reads %s', async (_, content, place) => {
    const { lines, report } = await conversionOf('hydra', { 'file.json': content });
    expect([lines.length, report[0]!.place]).toEqual([1, place]);
  });

  it('a client without a secret is Public, and has no client credentials', async () => {
    const { line, notes } = await oneOf('hydra', {
      client_id: 'app',
      grant_types: ['authorization_code', 'client_credentials'],
      redirect_uris: ['com.example.app:/cb'],
      token_endpoint_auth_method: 'none',
    });
    expect(line).toMatchObject({ clientType: 'Public', grantTypes: ['authorization_code'] });
    expect(notes).toContainEqual(expect.stringMatching(/^left client_credentials: must not include/));
  });

  it('says what it takes for granted, and which key does not come along', async () => {
    const { line, notes } = await oneOf('hydra', { client_id: 'a', token_endpoint_auth_method: 'private_key_jwt' });
    expect(line).toMatchObject({ clientType: 'Confidential', grantTypes: ['authorization_code'] });
    expect(notes).toEqual([
      'left token_endpoint_auth_method private_key_jwt: a client authenticates with a secret here',
      'assumed grant_types: is authorization_code where nothing is said',
      expect.stringMatching(/^assumed …_token_lifespan: /),
      expect.stringMatching(/^left client_secret: is in Hydra’s database, as a hash/),
    ]);
  });

  it('a machine has the lifetime of its own grant; no duration is no lifetime', async () => {
    const machine = { client_id: 'm', grant_types: ['client_credentials'] };
    const { line } = await oneOf('hydra', { ...machine, client_credentials_grant_access_token_lifespan: '1.5h' });
    expect(line!.accessTokenExpiry).toBe(90);
    const { notes } = await oneOf('hydra', { ...machine, client_credentials_grant_access_token_lifespan: 'soon' });
    expect(notes).toContainEqual(expect.stringMatching(/soon: is no duration/));
  });
});
