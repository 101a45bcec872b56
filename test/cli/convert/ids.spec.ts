import { conversionOf, noteText } from '../../support/conversion.js';

const client = (clientId: unknown, more: object = {}) => ({ clientId, publicClient: true, ...more });
const idsOf = async (ids: readonly unknown[], map?: string) => {
  const { lines } = await conversionOf('keycloak', { 'a.json': ids.map((id) => client(id)) }, { map });
  return lines.map(({ clientId }) => clientId);
};

describe('the ids of converted clients', () => {
  it('stay as they are where the registry allows it; else one is proposed that looks like it', async () => {
    expect(await idsOf(['web-1', 'My App', 'Ünïcode', 'https://sp.example.com/meta', '日本', 'x'.repeat(200)])).toEqual(
      ['web-1', 'my-app', 'unicode', 'https-sp-example-com-meta', 'client', 'x'.repeat(128)],
    );
  });

  it('are told apart, and the one that may stay stays, wherever it is', async () => {
    expect(await idsOf(['My App', 'my app', 'my-app', 'MY_APP', 'my-app-2'])).toEqual([
      'my-app-3',
      'my-app-4',
      'my-app',
      'my-app-5',
      'my-app-2',
    ]);
    const same = 'x'.repeat(128);
    expect(await idsOf([same, same])).toEqual([same, `${'x'.repeat(126)}-2`]);
  });

  it('are told apart between files, and that is told', async () => {
    const { lines, report } = await conversionOf('keycloak', { 'a.json': [client('app')], 'b.json': [client('app')] });
    expect(lines.map(({ clientId }) => clientId)).toEqual(['app', 'app-2']);
    expect(report[1]!.notes.map(noteText)).toContain('changed id app: becomes app-2, since another client has this id');
  });

  it('are decided by a map', async () => {
    expect(await idsOf(['My App', 'shop', 'my-app'], 'My App: shop\n')).toEqual(['shop', 'shop-2', 'my-app']);
    expect(await idsOf([7, '7'], '7: seven\n')).toEqual(['seven']);
  });

  it.each([
    ['My App: My App\n', 'ids.yaml:1: the id of My App must be 1 to 128 lower-case letters, digits and hyphens.'],
    ['a: x\nb: x\n', 'ids.yaml:2: x is the id of two clients.'],
    ['a: [x]\n', /^ids\.yaml:1: the id of a must be/],
    ['- a\n', 'ids.yaml:1: there must be a map: their id, a colon, our id.'],
  ])('a map with a mistake is refused: %j', async (map, message) => {
    await expect(idsOf(['a'], map)).rejects.toThrow(message);
  });

  it('change in audiences, too', async () => {
    const mapper = { protocolMapper: 'oidc-audience-mapper', config: { 'included.client.audience': 'Orders API' } };
    const { lines, report } = await conversionOf('keycloak', {
      'a.json': [client('web', { protocolMappers: [mapper] }), client('Orders API')],
    });
    expect(lines[0]!.audiences).toEqual(['orders-api']);
    expect(report[0]!.notes.map(noteText)).toContain(
      'changed protocolMappers Orders API: becomes orders-api, as the client',
    );
  });
});
