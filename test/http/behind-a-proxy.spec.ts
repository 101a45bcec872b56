import { sendBytes, sendRequest } from '../support/raw-http.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const KEY = ['x-api-key', OPERATOR_KEY] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ KEEP_ALIVE_SECONDS: '620' });
});
afterAll(() => server.stop());

let counter = 0;
async function newClient(): Promise<string> {
  const id = `client-${++counter}`;
  await server.call('PUT', `/v1/domain/default/client/${id}`, { body: MACHINE });
  return id;
}
/** Byte for byte, with these headers. */
const send = (method: string, target: string, headers: readonly (readonly [string, string])[], body?: string) =>
  sendRequest(server.url, { method, target, headers: [KEY, ...headers], body });

describe.each([
  ['joined', [['content-type', 'application/json, application/json']]],
  [
    'given twice',
    [
      ['content-type', 'application/json'],
      ['content-type', 'application/hal+json'],
    ],
  ],
  ['malformed', [['content-type', 'nonsense']]],
  ['empty', [['content-type', '']]],
  ['NDJSON', [['content-type', 'application/x-ndjson']]],
] as const)('a Content-Type that is %s says nothing where there is no body:', (_, headers) => {
  it.each([
    ['GET /', 'GET', () => '/'],
    ['GET of the accounts API', 'GET', (id: string) => `/client?clientID=${id}`],
    ['GET of the v1 API', 'GET', (id: string) => `/v1/domain/default/client/${id}`],
    ['GET of the admin API', 'GET', () => '/admin/credentials'],
    ['HEAD', 'HEAD', (id: string) => `/v1/domain/default/client/${id}`],
    ['OPTIONS', 'OPTIONS', () => '/client'],
  ])('%s → 200', async (_name, method, target) => {
    expect((await send(method, target(await newClient()), headers)).status).toBe(200);
  });

  it('DELETE of the accounts API → 204, also with the id in a body', async () => {
    expect((await send('DELETE', `/client?clientID=${await newClient()}`, headers)).status).toBe(204);
    const body = JSON.stringify({ clientID: await newClient() });
    expect((await send('DELETE', '/client', headers, body)).status).toBe(204);
  });

  it('DELETE of the v1 API → 204, also with a body that nobody asked for', async () => {
    for (const body of [undefined, '', '{}', 'nonsense']) {
      const target = `/v1/domain/default/client/${await newClient()}`;
      expect([body, (await send('DELETE', target, headers, body)).status]).toEqual([body, 204]);
    }
  });

  it('DELETE of the admin API → 204', async () => {
    const { id } = await server.issue({});
    expect((await send('DELETE', `/admin/credentials/${id}`, headers)).status).toBe(204);
  });

  it('POST that may go without a body → 201', async () => {
    for (const body of [undefined, '']) {
      expect((await send('POST', '/v1/domain', headers, body)).status).toBe(201);
      const secrets = `/v1/domain/default/client/${await newClient()}/secrets`;
      expect((await send('POST', secrets, headers, body)).status).toBe(201);
    }
  });

  it('a POST or PUT that needs a body is refused for having none (400), and not for its type', async () => {
    for (const [method, target] of [
      ['POST', '/client'],
      ['PUT', '/client?clientID=nobody'],
      ['PUT', '/v1/domain/default/client/nobody'],
      ['POST', '/admin/credentials'],
    ] as const) {
      expect([target, (await send(method, target, headers)).status]).toEqual([target, 400]);
    }
  });
});

describe('names of codings and media types have no case:', () => {
  const body = JSON.stringify(MACHINE);
  const provision = (...headers: readonly (readonly [string, string])[]) =>
    send('PUT', '/v1/domain/default/client/spelling', headers, body);

  it.each([
    ['Identity', 'content-encoding'],
    ['IDENTITY', 'content-encoding'],
    ['identity, Identity', 'content-encoding'],
    ['', 'content-encoding'],
    ['Application/JSON', 'content-type'],
    ['application/json; Charset=UTF-8', 'content-type'],
    ['APPLICATION/VND.Example+JSON;charset="utf-8"', 'content-type'],
  ])('%s as %s is accepted', async (value, name) => {
    expect((await provision([name, value])).status).toBe(200);
  });

  it('an import takes it, too', async () => {
    const line = JSON.stringify({ clientId: 'imported', ...MACHINE });
    const headers = [
      ['content-encoding', 'Identity'],
      ['content-type', 'APPLICATION/X-NDJSON'],
    ] as const;
    expect((await send('POST', '/admin/domains/default/import', headers, line)).status).toBe(200);
  });

  it.each(['gzip', 'GZIP', 'identity, gzip', 'br'])('a body in the coding %s is a 415', async (coding) => {
    expect((await provision(['content-encoding', coding])).status).toBe(415);
    expect((await send('POST', '/clients', [['content-encoding', coding]], '{}')).status).toBe(415);
  });

  it('a body in Chunked pieces is read', async () => {
    const headers = [KEY, ['transfer-encoding', 'Chunked']] as const;
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const target = '/v1/domain/default/client/spelling';
    const answer = await sendBytes(
      server.url,
      `PUT ${target} HTTP/1.1\r\nhost: x\r\nconnection: Close\r\n${head}\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    expect(answer.status).toBe(200);
  });

  it('a scheme of authentication is known in any case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEARER']) {
      const headers = [['authorization', `${scheme} ${server.operatorToken}`]] as const;
      const answer = await sendRequest(server.url, { method: 'GET', target: '/clients', headers });
      expect([scheme, answer.status]).toEqual([scheme, 200]);
    }
  });

  it('a problem is told in the type that is asked for', async () => {
    const asked = [['accept', 'Application/JSON']] as const;
    const answer = await send('GET', '/client?clientID=nobody', asked);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
  });
});

describe('KEEP_ALIVE_SECONDS', () => {
  it('is how long a connection is kept for the next request', async () => {
    for (const path of ['/health/live', '/clients', '/nowhere']) {
      const { headers } = await server.call('GET', path);
      expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', 'timeout=620']);
    }
  });
});
