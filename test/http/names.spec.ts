import { expectViolations } from '../support/refusals.js';
import { startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  const body = { clientType: 'Confidential', grantType: 'ClientCredentials' };
  await server.call('PUT', '/v1/domain/default/client/machine', { body });
});
afterAll(() => server.stop());

let domains = 0;
/** Wherever a caller gives something of ours a name, and the body that gives it this one. */
const PLACES: readonly [place: string, property: string, path: string, bodyWith: (name: string) => object][] = [
  ['a credential', 'name', '/admin/credentials', (name) => ({ name })],
  ['a subscription', 'subscription', '/admin/credentials', (subscription) => ({ name: 'x', subscription })],
  [
    'the subscription of a domain',
    'subscription',
    '/v1/domain',
    (subscription) => ({ domain: `d${domains++}`, subscription }),
  ],
  ['a secret', 'name', '/v1/domain/default/client/machine/secrets', (name) => ({ name, previousExpiresInSeconds: 0 })],
];

describe('a name of ours: of', () => {
  it.each(PLACES)('%s has nothing in it that cannot be seen', async (_, property, path, bodyWith) => {
    for (const character of [
      '\x1b',
      '\x07',
      '\n',
      '\r',
      '\t',
      '\x7f',
      '\x9b',
      '\u2028',
      '\u202e',
      '\u200d',
      '\ue000',
      '\ud800',
    ]) {
      const answer = await server.call('POST', path, { body: bodyWith(`a${character}b`) });
      expectViolations(answer, [property]);
      expect(answer.body.errors[property]).toEqual([
        `${property} must be 1 to 200 characters that can be seen: no control or format characters, no line breaks.`,
      ]);
    }
  });

  it.each(PLACES)('%s may be in any script', async (_, property, path, bodyWith) => {
    for (const name of [
      'ci',
      'clé n° 1 – «x»',
      'ключ',
      '日本語',
      'مفتاح',
      'e\u0301',
      '👍🏽',
      'x'.repeat(200),
      '👍'.repeat(200),
    ]) {
      const answer = await server.call('POST', path, { body: bodyWith(name) });
      expect([name, answer.status]).toEqual([name, 201]);
      if (property in answer.body) expect(answer.body[property]).toBe(name);
    }
  });

  it('is not that of a client, which is theirs: it is kept as it came', async () => {
    const clientName = 'a\x1b]0;x\x07\x9b\u202eb 👨\u200d👩';
    const put = await server.call('PUT', '/client?clientID=machine', { body: { clientName } });
    expect([put.status, put.body.clientName]).toEqual([200, clientName]);
  });
});
