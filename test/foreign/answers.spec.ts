// Faults that are planted behind the validating proxy.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../../bench/free-port.js';
import { startServer } from '../support/test-server.js';
import { validatingProxy } from '../support/validating-proxy.js';
import { Judge } from './judge.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'r-1' };
const NO_CLIENT = {
  type: 'https://login.example.com/doc/error/not-found',
  title: 'There is no such client',
  status: 404,
  traceId: 'r-1',
};
const CLIENT = '/v1/domain/default/client/my-app';
/** An answer that the document describes. */
const VERDICT: Answer = { status: 200, headers: JSON_HEADERS, body: '{"valid":false}' };
const VERIFY = `POST ${CLIENT}/secrets/verify`;

let documents: Record<string, string>;
let upstream: Server;
let answer: Answer;

beforeAll(async () => {
  const server = await startServer();
  const read = async (name: string) => [name, (await server.call('GET', `/openapi/${name}.json`)).text] as const;
  documents = Object.fromEntries(await Promise.all(['accounts', 'v1', 'admin'].map(read)));
  await server.stop();
  upstream = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(answer.status, answer.headers).end(answer.body));
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => upstream.close().closeAllConnections());

/** What the proxy has to say of an answer, and what came through. */
async function through(request: string, given: Answer): Promise<{ said: string; received: Answer }> {
  answer = given;
  const port = await freePort();
  const proxy = await validatingProxy(port, (upstream.address() as AddressInfo).port);
  const [method, path] = request.split(' ');
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  const body = await response.text();
  const headers = Object.fromEntries(Object.keys(given.headers).map((name) => [name, response.headers.get(name)!]));
  const said = await proxy.stop(documents).then(
    () => '',
    (error: Error) => error.message,
  );
  return { said, received: { status: response.status, headers, body } };
}

describe('a validating proxy', () => {
  it('says nothing of an answer that the document describes, and hands it on', async () => {
    expect(await through(VERIFY, VERDICT)).toEqual({ said: '', received: VERDICT });
  });

  it.each<[string, string, Partial<Answer>, RegExp]>([
    [
      'a success of another kind',
      VERIFY,
      { status: 201 },
      /v1 verifySecret 201: Unable to match the returned status code/,
    ],
    ['a status of failure', VERIFY, { status: 418 }, /v1 verifySecret 418: Unable to match the returned status code/],
    ['a missing field', VERIFY, { body: '{}' }, /v1 verifySecret 200: .*must have required property 'valid'/],
    ['a field of another type', VERIFY, { body: '{"valid":"no"}' }, /v1 verifySecret 200: .*valid must be boolean/],
    [
      'a further field',
      VERIFY,
      { body: '{"valid":false,"why":"old"}' },
      /verifySecret 200: .*additional properties; found 'why'/,
    ],
    [
      'a date that is none',
      VERIFY,
      { body: '{"valid":true,"expiresAt":"soon"}' },
      /verifySecret 200: .*must match format "date-time"/,
    ],
    [
      'another media type',
      VERIFY,
      { headers: { ...JSON_HEADERS, 'content-type': 'text/html' } },
      /v1 verifySecret 200: The received media type "text\/html" does not match/,
    ],
    ['a further header', VERIFY, { headers: { ...JSON_HEADERS, 'x-debug': '1' } }, /does not have: x-debug/],
    ['a body of an answer without', 'DELETE /v1/domain/default', { status: 202 }, /deleteDomain 202: A body where/],
    [
      'a problem with less than all of its fields',
      `GET ${CLIENT}`,
      {
        status: 404,
        headers: { ...JSON_HEADERS, 'content-type': 'application/problem+json' },
        body: JSON.stringify({ ...NO_CLIENT, title: undefined }),
      },
      /v1 getClient 404: .*must have required property 'title'/,
    ],
    [
      'a bad line among lines',
      'GET /admin/domains/default/export',
      { headers: { ...JSON_HEADERS, 'content-type': 'application/x-ndjson' }, body: '{"clientId":"my-app"}\n' },
      /admin exportClients 200: .*0 must have required property 'clientType'/,
    ],
  ])('tells of %s', async (_, request, change, said) => {
    expect((await through(request, { ...VERDICT, ...change })).said).toMatch(said);
  });
});

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: Responses }>>>
  >;
  readonly components: { readonly responses?: Responses };
}
type Responses = Readonly<
  Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, object>> }>
>;

// Prism takes a body for good if it cannot read its schema.
describe('the schema of each answer', () => {
  it('is one that Prism can read: a number is no such body', async () => {
    const judge = await Judge.of(documents);
    let tried = 0;
    for (const [name, text] of Object.entries(documents)) {
      const { paths, components }: Document = JSON.parse(text);
      for (const [path, item] of Object.entries(paths)) {
        for (const [method, { operationId, responses }] of Object.entries(item)) {
          for (const [status, response] of Object.entries(responses)) {
            const { content = {} } = response.$ref
              ? components.responses![response.$ref.split('/').at(-1)!]!
              : response;
            for (const type of Object.keys(content).filter((each) => each.endsWith('json'))) {
              const headers = { 'content-type': type, 'x-request-id': 'r-1' };
              const url = path.replaceAll(/\{\w+\}/g, 'x');
              const verdict = await judge.verdictOn({ method, url, status: Number(status), headers, body: '7' });
              const told = {
                operation: `${name} ${operationId}`,
                faults: expect.arrayContaining([expect.stringContaining('must be ')]),
              };
              expect({ status, ...verdict }).toEqual({ status, ...told });
              tried += 1;
            }
          }
        }
      }
    }
    expect(tried).toBeGreaterThan(300);
  });
});
