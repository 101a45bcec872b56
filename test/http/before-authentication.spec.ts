import { keptLog } from '../support/log-lines.js';
import { sendRequest } from '../support/raw-http.js';
import { expectAccountsError, expectProblem } from '../support/refusals.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

/** As much as Node takes of a request line and headers, nearly. */
const ROOM = 15_500;
const fill = (text: string) => text.repeat(Math.floor(ROOM / text.length));

const QUERIES: [string, string][] = [
  ['broken escapes, each in a parameter of its own', fill('%&')],
  ['broken escapes in one parameter', fill('%zz')],
  ['good escapes', fill('%41')],
  ['tokens', fill('_token=a&')],
  ['tokens with an escape', fill('%5ftoken=%&')],
  ['parameters of one name', fill('a=&')],
  ['separators', fill('&')],
];
const PLACES: [string, string, number][] = [
  ['POST', '/nope', 404],
  ['PATCH', '/client', 405],
  ['POST', '/client', 401],
  ['PUT', '/v1/domain/default/client/my-app', 401],
  ['DELETE', '/admin/credentials/x', 401],
];

const kept = keptLog();
const decode = globalThis.decodeURIComponent;
let attempts = 0;
let requests = 0;
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ ALLOW_TOKEN_QUERY: 'true' }, { log: kept.log });
  globalThis.decodeURIComponent = (text) => {
    attempts += 1;
    return decode(text);
  };
});
afterAll(async () => {
  globalThis.decodeURIComponent = decode;
  await server.stop();
});
beforeEach(() => {
  attempts = 0;
});

describe.each(QUERIES)('before it is known who calls, a query full of %s', (_, query) => {
  it.each(PLACES)('is not taken apart: %s %s → %i', async (method, path, status) => {
    requests += 1;
    const requestId = `request-${requests}`;
    const headers = [['x-request-id', requestId]] as const;
    const answer = await sendRequest(server.url, { method, target: `${path}?${query}`, headers });
    expect(answer.status).toBe(status);
    // One for the query as a whole.
    expect(attempts).toBeLessThanOrEqual(1);
    const lines = kept.linesOf(requestId);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines[0]).length).toBeLessThan(2048);
  });
});

describe('a caller who is let in', () => {
  const send = (target: string) =>
    sendRequest(server.url, { method: 'GET', target, headers: [['x-api-key', OPERATOR_KEY]] });
  const many = (count: number) => Array.from({ length: count }, () => 'clientID=a').join('&');

  it('has 100 parameters at most, and is told so in the words of the API: 400', async () => {
    expect((await send(`/client?${many(100)}`)).status).toBe(200);
    const accounts = await send(`/client?${many(101)}`);
    expectAccountsError(accounts, 400, 1211);
    expect(accounts.body.verbose).toBe('The query string has more than 100 parameters.');
    for (const path of ['/v1/domain', '/admin/audit']) {
      const answer = await send(`${path}?${many(101)}`);
      expectProblem(answer, 400);
      expect(answer.body.detail).toBe('The query string has more than 100 parameters.');
    }
  });

  it('is not told of a bad escape before it is known who calls', async () => {
    const { status } = await sendRequest(server.url, { method: 'GET', target: '/client?%zz' });
    expect(status).toBe(401);
    expectAccountsError(await send('/client?%zz'), 400, 1211);
    expectAccountsError(await send('/client#%zz'), 400, 1211);
  });

  it('presents no more credentials than there are places for one: 400', async () => {
    const token = server.operatorToken;
    expect((await send(`/client?_token=${token}`)).status).toBe(200);
    expect((await send(`/client?_token=${token}&_token=${token}`)).status).toBe(200);
    const others = [1, 2, 3].map((each) => `_token=a.e30.${each}`).join('&');
    expectAccountsError(await send(`/client?_token=${token}&${others}`), 400, 1211);
  });
});
