import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PROPERTIES, secretsOf } from '../support/accounts.js';
import { startServer, type TestServer } from '../support/test-server.js';

const SESSION = fileURLToPath(new URL('./ec-sdk-session.cjs', import.meta.url));
const NUMBERED = Array.from({ length: 12 }, (_, index) => `client-${String(index + 1).padStart(2, '0')}`);
const ALL = [...NUMBERED, 'my-app', 'my-private-client'];

describe.each(['0.23.9', '0.30.4'])('42. ec.sdk %s', (version) => {
  let server: TestServer;
  let ending: { code: number | null; errors: string };
  // biome-ignore lint/suspicious/noExplicitAny: what the session printed
  let got: any;

  beforeAll(async () => {
    server = await startServer();
    const child = spawn(process.execPath, [SESSION], {
      env: { PATH: process.env.PATH, SDK_VERSION: version, SERVER_URL: server.url, ACCESS_TOKEN: server.operatorToken },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    if (!output) throw new Error(`The session ended with ${code}: ${errors}`);
    ending = { code, errors };
    got = JSON.parse(output);
  });
  afterAll(() => server.stop());

  it('is this version', () => {
    expect(got.version).toBe(version);
  });

  it('ends its session without an uncaught exception, and has nothing to complain of', () => {
    expect(ending).toEqual({ code: 0, errors: '' });
  });

  it('createClient: the client has all properties', () => {
    expect(Object.keys(got.created)).toEqual(expect.arrayContaining(PROPERTIES));
    expect(got.created).toMatchObject({
      clientID: 'my-app',
      callbackURL: 'https://my-app.com/callback',
      config: { tokenMethod: 'cookie' },
      clientType: 'Legacy Client',
      redirectURIs: ['https://my-app.com/callback'],
    });
  });

  it('client(id): the client that was created', () => {
    expect(got.read).toEqual(got.created);
    expect(got.resolved).toEqual(got.created);
  });

  it('getFilterOptions: the names of the template', () => {
    expect(got.filterOptions).toEqual(
      expect.arrayContaining([
        'clientid',
        'clientID~',
        'callbackURL!',
        'clientType',
        'tokenEndpointAuthMethod',
        'createdFrom',
      ]),
    );
  });

  it('clientList: the first ten, counted, iterable', () => {
    expect(got.list).toEqual({ count: 10, total: ALL.length, ids: ALL.slice(0, 10), iterated: 10 });
  });

  it('clientList: pages, and the links between them', () => {
    expect(got.pages).toEqual({
      second: ALL.slice(5, 10),
      third: ALL.slice(10),
      end: false,
      previous: ALL.slice(5, 10),
      first: ALL.slice(0, 5),
    });
    expect(got.all).toEqual(ALL);
  });

  it('clientList: sort', () => {
    expect(got.sorted).toEqual(['my-private-client', 'my-app', 'client-12']);
    const [one, two] = [1, 2].map((rest) => NUMBERED.filter((_, index) => (index + 1) % 3 === rest).reverse());
    expect(got.sortedByTwo).toEqual([...two!, ...one!, 'my-private-client', 'my-app']);
  });

  it('map, filter and find walk all pages', () => {
    expect(got.mapped).toEqual(ALL);
    expect(got.filtered).toEqual(['client-03', 'client-06', 'client-09', 'client-12']);
    expect(got.found).toBe('my-app');
  });

  it('clientList: every kind of filter', () => {
    expect(got.filters).toEqual({
      exact: ['my-app'],
      exactObject: ['my-app'],
      comma: ['client-01'],
      search: ['my-app', 'my-private-client'],
      lowerCase: ['my-app', 'my-private-client'],
      any: ['client-01', 'my-app'],
      anyWithCommas: ['client-01', 'client-02'],
      all: ['my-private-client'],
      from: [],
      to: ALL,
      clientType: ['my-private-client'],
      clientTypes: ['my-private-client'],
      authMethod: ['my-private-client'],
      nothing: [],
    });
    expect(got.oneAsList).toEqual(['my-app']);
  });

  it('clientList: null, notNull and not, which 0.23 does not know', () => {
    expect(got.negations).toEqual(
      version === '0.23.9'
        ? {
            null: 'No handling of callbackURL.null filter supported.',
            notNull: 'No handling of grantTypes.notNull filter supported.',
            not: 'No handling of callbackURL.not filter supported.',
          }
        : {
            null: NUMBERED.filter((_, index) => (index + 1) % 3 === 0),
            notNull: ['my-private-client'],
            not: ALL.filter((_, index) => index >= 12 || index % 3 !== 0),
          },
    );
  });

  it('save: the edit is there, and saving again changes nothing', () => {
    expect(got.dirty).toEqual([true, false]);
    expect(got.saved).toMatchObject({
      callbackURL: 'https://my-app.com/another',
      redirectURIs: ['https://my-app.com/another'],
      config: { tokenMethod: ['cookie', 'body'], disableStrategies: null, signup: true, defaultGroups: [] },
      clientName: 'Edited',
    });
    expect(got.savedAgain).toEqual(got.saved);
  });

  it('save of what was read before somebody else edited merges what it says: the old callbackURL agrees with its list', () => {
    expect(got.staleEdit).toBe('no failure');
  });

  it('save of an item of a list', () => {
    expect(got.savedItem).toMatchObject({
      clientID: 'client-01',
      callbackURL: 'https://item.example.com/1',
      redirectURIs: ['https://item.example.com/1', 'https://item.example.com/2'],
    });
  });

  it('save after create sends the secret back that it was shown, and the secret stays', () => {
    expect(got.secret).toMatch(/^cls_/);
    expect(got.savedFresh).toMatchObject({ clientID: 'fresh', clientName: 'Fresh', clientSecret: null });
  });

  it('deleteResource, del of a client, of a created one and of an item', async () => {
    expect(got.deletedItem).toBe('client-11');
    expect(got.left).toEqual([...NUMBERED.slice(0, 10), 'my-private-client']);
    expect(await secretsOf(server, 'fresh')).toEqual([]);
    expect(await secretsOf(server, 'my-private-client')).toHaveLength(1);
  });

  it.each([
    ['unknown', 404, 1102, 'clientID'],
    ['unknownDeleted', 404, 1102, 'clientID'],
    ['duplicate', 409, 1359, 'clientID'],
    ['invalidToken', 401, 1401, ''],
    ['noToken', 401, 1400, ''],
  ])('an error is a Problem with its code: %s → %d/%d', (name, status, code, detail) => {
    expect(got.errors[name]).toMatchObject({
      name: 'Problem',
      status,
      code,
      detail,
      type: `${server.url}/doc/errors/${code}`,
      subErrors: [],
    });
    expect(got.errors[name].title).toBe(got.errors[name].message);
  });

  it('an error with several faults is a Problem with the others below it', () => {
    const { code, detail, subErrors } = got.errors.refused;
    const faults = [{ code, detail }, ...subErrors];
    expect(faults).toHaveLength(2);
    expect(faults).toEqual(
      expect.arrayContaining([
        { code: 1311, detail: 'callbackURL' },
        { code: 1211, detail: 'logoURI' },
      ]),
    );
  });

  it('what the schema refuses is a Problem with a code before anything is sent', () => {
    expect(got.errors.refusedBySchema).toMatchObject({ name: 'Problem', code: 9211, detail: 'clientID' });
  });

  it('an invalid token is forgotten, with a logout event', () => {
    expect(got.loggedOut).toEqual({ codes: [1401], hasToken: false });
  });

  it('43. with setLocale("de") the title is the German text and the code stays', () => {
    expect(got.german).toMatchObject({
      status: 400,
      code: 1211,
      title: 'Fehlerhaftes format für JSON Body Parameter',
      detail: 'callbackURL',
    });
    expect(got.germanPair).toMatchObject({ status: 400, subErrors: [{ code: expect.any(Number) }] });
  });
});
