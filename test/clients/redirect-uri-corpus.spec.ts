import { redirectUriViolation } from '#clients';
import { REDIRECT_URI_CORPUS, type Verdict } from '../../src/operations/redirect-uri.corpus.js';
import { type DialectName, isAccepted } from '../support/redirect-uri-verdicts.js';
import { startServer, type TestServer } from '../support/test-server.js';

/** How an entry is called in the report of a test: short, and nothing in it that a terminal would obey. */
const named = REDIRECT_URI_CORPUS.map((entry) => ({
  ...entry,
  name: `${JSON.stringify(entry.uri.slice(0, 60))}: ${entry.reason}`,
}));

const verdictOf = (...asked: Parameters<typeof isAccepted>): Verdict => (isAccepted(...asked) ? 'accepted' : 'refused');

describe('the corpus of redirect URIs', () => {
  it('has at least 120 entries, no URI twice, and a reason for each', () => {
    const uris = REDIRECT_URI_CORPUS.map(({ uri }) => uri);
    expect(uris.length).toBeGreaterThanOrEqual(120);
    expect(uris.filter((uri, index) => uris.indexOf(uri) !== index)).toEqual([]);
    expect(REDIRECT_URI_CORPUS.filter(({ reason }) => !/\S/.test(reason))).toEqual([]);
  });

  it('has URIs that both APIs accept, that the accounts API alone accepts, and that none accepts', () => {
    const counts = new Map<string, number>();
    for (const { v1, accounts } of REDIRECT_URI_CORPUS) {
      counts.set(`${v1} ${accounts}`, (counts.get(`${v1} ${accounts}`) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['accepted accepted', 'refused accepted', 'refused refused']);
    for (const count of counts.values()) expect(count).toBeGreaterThanOrEqual(10);
  });

  describe.each(['v1', 'accounts'] as const)('has the verdict of the rules of %s:', (dialect) => {
    it.each(named)('$name', ({ uri, [dialect]: verdict }) => {
      expect(verdictOf(uri, dialect)).toBe(verdict);
    });
  });

  it('has the verdict of v1 also where the operator lets plain http through on the accounts API', () => {
    const others = REDIRECT_URI_CORPUS.filter(({ uri, v1 }) => verdictOf(uri, 'v1', { allowPlainHttp: true }) !== v1);
    expect(others).toEqual([]);
  });
});

describe('on the wire, the corpus has the verdict of', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  /** What became of each URI, on a client of its own. */
  async function answersOf(dialect: DialectName, ask: (uri: string, clientId: string) => Promise<object>) {
    const answers: object[] = [];
    for (const [index, { uri }] of REDIRECT_URI_CORPUS.entries()) {
      answers.push({ uri, ...(await ask(uri, `${dialect}-${index}`)) });
    }
    return answers;
  }

  const expected = (dialect: DialectName, { accepted, refused }: Record<Verdict, (uri: string) => object>) =>
    REDIRECT_URI_CORPUS.map((entry) => ({
      uri: entry.uri,
      ...(entry[dialect] === 'accepted' ? accepted(entry.uri) : refused(entry.uri)),
    }));

  it('the v1 API, and what it accepts is kept byte for byte', async () => {
    const answers = await answersOf('v1', async (uri, clientId) => {
      const path = `/v1/domain/default/client/${clientId}`;
      const uris = { redirectUris: [uri], postSignOutRedirectUris: [uri] };
      const put = await server.call('PUT', path, {
        body: { clientType: 'Public', grantType: 'AuthorizationCode', ...uris },
      });
      if (put.status !== 200) return { status: put.status, places: Object.keys(put.body.errors ?? {}).sort() };
      const { redirectUris, postSignOutRedirectUris } = (await server.call('GET', path)).body;
      return { status: put.status, redirectUris, postSignOutRedirectUris };
    });
    const accepted = (uri: string) => ({ status: 200, redirectUris: [uri], postSignOutRedirectUris: [uri] });
    const refused = () => ({ status: 400, places: ['postSignOutRedirectUris[0]', 'redirectUris[0]'] });
    expect(answers).toEqual(expected('v1', { accepted, refused }));
  });

  it('the accounts API, and what it accepts is kept byte for byte', async () => {
    const answers = await answersOf('accounts', async (uri, clientID) => {
      const post = await server.call('POST', '/client', { body: { clientID, redirectURIs: [uri] } });
      if (post.status !== 201) return { status: post.status, code: post.body.code, place: post.body.detail };
      const { redirectURIs } = (await server.call('GET', `/client?clientID=${clientID}`)).body;
      return { status: post.status, redirectURIs };
    });
    const accepted = (uri: string) => ({ status: 201, redirectURIs: [uri] });
    const refused = (uri: string) => ({
      status: 400,
      code: redirectUriViolation(uri, { allowPlainHttp: false })?.kind === 'malformed' ? 1211 : 1311,
      place: expect.stringMatching(/^redirectURIs\b/),
    });
    expect(answers).toEqual(expected('accounts', { accepted, refused }));
  });
});
