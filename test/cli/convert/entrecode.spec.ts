import { conversionOf, oneOf } from '../../support/conversion.js';

const CLIENT = {
  clientID: 'editor',
  callbackURL: 'https://editor.example.com/callback',
  config: { tokenMethod: ['cookie', 'query'], disableStrategies: ['facebook'], signup: true, defaultGroups: [] },
  clientName: 'Editor',
  clientType: 'Private Client',
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  clientSecret: null,
  redirectURIs: ['https://editor.example.com/callback', 'https://editor.example.com/other'],
  postLogoutRedirectURIs: ['https://editor.example.com/bye'],
  authUIOrigin: 'https://login.example.com',
  logoURI: null,
  created: '2024-01-01T00:00:00.000Z',
  modified: '2024-01-01T00:00:00.000Z',
  _links: { self: { href: 'https://accounts.example.com/client?clientID=editor' } },
};
const LEGACY = { clientID: 'old-app', callbackURL: 'https://old.example.com/cb', config: { tokenMethod: 'cookie' } };

describe('converting from entrecode', () => {
  it('reads a list, once, although it holds its clients under two relations', async () => {
    const { lines, report } = await conversionOf('entrecode', {
      'clients.json': {
        count: 2,
        total: 2,
        _links: {},
        _embedded: { 'ec:acc/client': [CLIENT, LEGACY], 'ec:client': [CLIENT, LEGACY] },
      },
    });
    expect(lines).toEqual([
      {
        clientId: 'editor',
        clientName: 'Editor',
        clientType: 'Confidential',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: ['https://editor.example.com/callback', 'https://editor.example.com/other'],
        postSignOutRedirectUris: ['https://editor.example.com/bye'],
        tokenMethod: ['cookie', 'query'],
        disableStrategies: ['facebook'],
        additionalConfig: { signup: true, defaultGroups: [] },
        authUIOrigin: 'https://login.example.com',
      },
      {
        clientId: 'old-app',
        clientType: 'Public',
        grantTypes: [],
        redirectUris: ['https://old.example.com/cb'],
        tokenMethod: 'cookie',
      },
    ]);
    expect(report.map(({ unknown }) => unknown)).toEqual([['created', 'modified'], []]);
  });

  it.each([
    ['a client', CLIENT],
    ['a list of one', { count: 1, _embedded: { 'ec:acc/client': CLIENT } }],
    ['another relation', { _embedded: { 'https://doc.example.com/rel/client': [CLIENT] } }],
  ])('reads %s', async (_, content) => {
    const { lines } = await conversionOf('entrecode', { 'a.json': content });
    expect(lines.map(({ clientId }) => clientId)).toEqual(['editor']);
  });

  it('says which token methods and strategies it does not know', async () => {
    const { line, notes } = await oneOf('entrecode', {
      ...LEGACY,
      config: { tokenMethod: 'pigeon', disableStrategies: ['google', 'fax'] },
      clientSecret: 'a secret of entrecode',
    });
    expect(line).toMatchObject({ disableStrategies: ['google'] });
    expect(line).not.toHaveProperty('tokenMethod');
    expect(notes).toEqual(
      expect.arrayContaining([
        'left config.tokenMethod pigeon: must be one of query, cookie, body',
        'left config.disableStrategies fax: must be one of facebook, google, password',
        'left clientSecret: stays behind: a Public client has none here',
      ]),
    );
  });
});
