import { metadataOf } from '../../examples/authorization-server/client-metadata.js';
import type { WholeClient } from '../../examples/authorization-server/clientele.js';
import { aWholeClient } from './a-whole-client.js';

describe('a client in oidc-provider’s words', () => {
  it('asks for codes, proves who it is with a secret that is not told, and its tokens live for seconds', () => {
    expect(metadataOf(aWholeClient())).toEqual({
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

  it.each<[string, Partial<WholeClient>, object]>([
    ['public', { clientType: 'Public' }, { token_endpoint_auth_method: 'none', client_secret: undefined }],
    [
      'a machine',
      { grantTypes: ['client_credentials'], redirectUris: [] },
      { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
    ],
    ['a legacy client', { grantTypes: [] }, { grant_types: [], response_types: [] }],
    ['without redirect URIs', { redirectUris: [] }, { response_types: [] }],
    ['native', { redirectUris: ['com.example.app:/callback'] }, { application_type: 'native' }],
    ['without local logins', { allowLocalLogin: false }, { allow_local_login: false }],
    ['some scopes known', { scope: 'openid invoices:read' }, { scope: 'openid' }],
    ['no scope known, which must not mean all', { scope: 'invoices:read' }, { scope: 'invoices:read' }],
    ['named', { clientName: 'My App' }, { client_name: 'My App' }],
  ])('%s', (_name, fields, expected) => {
    expect(metadataOf(aWholeClient(fields))).toMatchObject(expected);
  });
});
