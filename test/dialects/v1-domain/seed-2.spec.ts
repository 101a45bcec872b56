import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expectProblem, expectViolations } from '../../support/refusals.js';
import { type Answer, OPERATOR_KEY, startServer, type TestServer } from '../../support/test-server.js';

const run = promisify(execFile);
const example = (name: string) => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8').trimEnd();
const PLACEHOLDERS = example('seed-2-put-placeholders.json');
const REAL = example('seed-2-put.json');

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server.stop();
});

/** Runs the real curl; what stands in front of the command's own arguments only makes it show headers. */
async function curl(...args: string[]): Promise<Answer> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--include', ...args]);
  const split = stdout.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = stdout.slice(0, split).split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  const text = stdout.slice(split + 4);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text,
    get body() {
      return JSON.parse(text);
    },
  };
}

// The three commands of the seed, argument by argument; host, key, domain and id are ours.
const curlGet = () =>
  curl(
    '-X',
    'GET',
    `${server.url}/v1/domain/default/client`,
    '-H',
    'accept: text/plain',
    '-H',
    `x-api-key: ${OPERATOR_KEY}`,
  );

const curlPut = (id: string, body: string) =>
  curl(
    '-X',
    'PUT',
    `${server.url}/v1/domain/default/client/${id}`,
    '-H',
    'accept: text/plain',
    '-H',
    `x-api-key: ${OPERATOR_KEY}`,
    '-d',
    body,
  );

const curlDelete = (id: string) =>
  curl(
    '-X',
    'DELETE',
    `${server.url}/v1/domain/default/client/${id}`,
    '-H',
    'accept: */*',
    '-H',
    `x-api-key: ${OPERATOR_KEY}`,
  );

describe('the curl commands of the seed, run by curl', () => {
  it('work from the first GET of an empty list to the last DELETE', async () => {
    const empty = await curlGet();
    expect([empty.status, empty.text]).toEqual([200, '[]']);

    const put = await curlPut('your-client-here', REAL);
    expect([put.status, put.body]).toEqual([200, { clientSecret: null }]);
    expect(put.headers.get('content-type')).toMatch(/^application\/json/);

    const listed = await curlGet();
    expect([listed.status, listed.body]).toEqual([200, [{ clientId: 'your-client-here' }]]);
    expect(listed.headers.get('content-type')).toMatch(/^application\/json/);

    const deleted = await curlDelete('your-client-here');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await curlGet()).text).toBe('[]');
  });

  it('PUT with the placeholders of the seed gets the 400 that names those fields, and registers nothing', async () => {
    const refused = await curlPut('placeholder', PLACEHOLDERS);
    expectViolations(refused, ['redirectUris[0]', 'postSignOutRedirectUris[0]', 'allowedOrigins[0]']);
    expect((await server.call('GET', '/v1/domain/default/client/placeholder')).status).toBe(404);
  });

  it('PUT with real URIs puts every field of the body on record, 0 being the default expiry', async () => {
    expect((await curlPut('every-field', REAL)).status).toBe(200);
    const { body } = await server.call('GET', '/v1/domain/default/client/every-field');
    expect(body).toEqual({
      ...JSON.parse(REAL),
      clientId: 'every-field',
      accessTokenExpiry: 90,
      idTokenExpiry: 90,
      refreshTokenExpiry: 1440,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  it('PUT of a Confidential client shows the secret once, not to be stored by caches', async () => {
    const confidential = REAL.replace('"Public"', '"Confidential"');
    const first = await curlPut('confidential', confidential);
    expect([first.status, first.body]).toEqual([200, { clientSecret: expect.stringMatching(/^cls_/) }]);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect((await curlPut('confidential', confidential)).body).toEqual({ clientSecret: null });
  });

  it('DELETE of an id that does not exist is a 404, so that a mistyped one does not look like success', async () => {
    expectProblem(await curlDelete('your-client-id-hree'), 404);
  });
});

describe('a JSON body is read as JSON', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/merge-patch+json',
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
  ])('under the content type %s', async (type) => {
    const id = `as-${type.replace(/[^a-z]+/gi, '-').toLowerCase()}`;
    const answer = await curl(
      '-X',
      'PUT',
      `${server.url}/v1/domain/default/client/${id}`,
      '-H',
      `x-api-key: ${OPERATOR_KEY}`,
      '-H',
      `content-type: ${type}`,
      '-d',
      REAL,
    );
    expect(answer.status).toBe(200);
    const { body } = await server.call('GET', `/v1/domain/default/client/${id}`);
    expect(body.redirectUris).toEqual(['https://app.example.com/callback']);
  });

  it('under no content type at all', async () => {
    const answer = await curl(
      '-X',
      'PUT',
      `${server.url}/v1/domain/default/client/untyped`,
      '-H',
      `x-api-key: ${OPERATOR_KEY}`,
      '-H',
      'content-type:',
      '-d',
      REAL,
    );
    expect(answer.status).toBe(200);
    expect((await server.call('GET', '/v1/domain/default/client/untyped')).status).toBe(200);
  });
});

describe('the answer is JSON whatever accept says', () => {
  it.each(['text/plain', 'text/html', 'application/xml', 'image/png', 'application/json', '*/*', 'nonsense'])(
    'accept: %s',
    async (accept) => {
      const headers = { accept };
      const list = await server.call('GET', '/v1/domain/default/client', { headers });
      expect([list.status, Array.isArray(list.body)]).toEqual([200, true]);
      expect(list.headers.get('content-type')).toMatch(/^application\/json/);
      expectProblem(await server.call('GET', '/v1/domain/default/client/absent', { headers }), 404);
    },
  );
});
