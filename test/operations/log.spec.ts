import { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { createLog } from '../../src/operations/log.js';
import { keptLog } from '../support/log-lines.js';
import { until } from '../support/processes.js';
import { startServer, type TestServer } from '../support/test-server.js';

const CLIENT = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: ['https://a.example.com/cb'] };
const V1_CLIENT = '/v1/domain/:domain/client/:clientId';

describe('the log', () => {
  let server: TestServer;
  const kept = keptLog();
  let credential: { id: string; apiKey: string };

  beforeAll(async () => {
    server = await startServer({}, { log: kept.log });
    credential = await server.issue({ name: 'name-of-a-credential', domain: 'default' });
  });
  afterAll(() => server.stop());

  /** What was logged of the request, after its answer. */
  const linesOf = async (requestId: string, method: string, path: string, request = {}) => {
    const headers = { 'x-request-id': requestId };
    const answer = await server.call(method, path, { key: credential.apiKey, ...request, headers });
    return { answer, lines: kept.linesOf(requestId) };
  };

  it('has one line of JSON for each answer: whose, to what, how it ended and how long it took', async () => {
    const { lines } = await linesOf('made', 'PUT', '/v1/domain/default/client/logged', { body: CLIENT });
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        requestId: 'made',
        credentialId: credential.id,
        dialect: 'v1',
        method: 'PUT',
        route: V1_CLIENT,
        url: '/v1/domain/default/client/logged',
        status: 200,
        ms: expect.any(Number),
        msg: 'answered',
      },
    ]);
    expect(lines[0].ms).toBeGreaterThan(0);
  });

  it.each([
    ['a read', 20, '/client?clientID=logged', {}, { dialect: 'accounts', route: '/client', status: 200 }],
    ['a caller who may not', 20, '/admin/audit', {}, { dialect: 'admin', route: '/admin/audit', status: 403 }],
    ['nobody known', 20, '/clients', { key: null }, { dialect: 'accounts', route: '/clients', status: 401 }],
    ['no route', 20, '/nowhere', {}, { dialect: 'accounts', route: 'unknown', status: 404 }],
    ['an own path', 20, '/health/live', {}, { dialect: 'operations', route: '/health/live', status: 200 }],
  ])('names dialect, route template and status: %s', async (name, level, path, request, expected) => {
    const { lines } = await linesOf(name.replaceAll(' ', '-'), 'GET', path, request);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level, ...expected });
    const isKnown = /a read|a caller/.test(name);
    expect(lines[0].credentialId).toBe(isKnown ? credential.id : undefined);
  });

  it('names request and credential in every line about a failure of the server', async () => {
    await server.database.query('alter table clients rename to clients_elsewhere');
    const { answer, lines } = await linesOf('failed', 'GET', '/v1/domain/default/client');
    await server.database.query('alter table clients_elsewhere rename to clients');
    expect(answer.status).toBe(500);
    expect(lines.map(({ msg }) => msg)).toEqual(['a request failed unexpectedly', 'answered']);
    for (const line of lines)
      expect(line).toMatchObject({ level: 50, requestId: 'failed', credentialId: credential.id });
    expect(lines[1]).toMatchObject({ dialect: 'v1', status: 500 });
  });

  it('names no credential by its name', () => {
    expect(kept.text()).not.toContain('name-of-a-credential');
  });
});

/** What pino-pretty itself paints a terminal's lines with. */
const PAINT = new RegExp(`${String.fromCodePoint(0x1b)}\\[\\d+m`, 'g');

/** A log, and what it has written, without paint. */
function writtenBy(readable: boolean): { log: Logger; text(): string } {
  let text = '';
  const sink = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  return { log: createLog('info', readable, [], sink), text: () => text.replace(PAINT, '') };
}

describe('at a terminal', () => {
  const ANSWER = {
    requestId: 'r-1',
    dialect: 'v1',
    method: 'PUT',
    route: '/:domain',
    url: '/x',
    ms: 3.2,
    credentialId: 'c',
  };

  it('has one line for each answer: method, path, status and how long it took', async () => {
    const { log, text } = writtenBy(true);
    log.info({ ...ANSWER, status: 200 }, 'answered');
    log.error({ ...ANSWER, status: 503, because: 'nobody is there' }, 'answered');
    log.info({ docs: 'http://localhost/docs' }, 'it listens');
    await until('it is written', () => text().includes('listens') && text().endsWith('\n'));
    expect(text().replaceAll(/^\[[\d:]+\] /gm, '')).toBe(
      'INFO: PUT /x 200 3.2 ms\nERROR: PUT /x 503 3.2 ms: nobody is there (request r-1)\nINFO: it listens {"docs":"http://localhost/docs"}\n',
    );
  });

  it('names the request of a failure, whose stack alone has lines of its own', async () => {
    const { log, text } = writtenBy(true);
    log.error({ err: new Error('broken'), requestId: 'r-1', credentialId: 'c' }, 'a request failed unexpectedly');
    await until('it is written', () => text().includes('log.spec') && text().endsWith('\n'));
    expect(text()).toMatch(/ERROR: a request failed unexpectedly \(request r-1\) ?\n +err: \{/);
  });
});

describe('what callers put into a line of the log', () => {
  const EVIL = 'a\x1b]0;owned\x07\x9b1m\u202e\u2028\x7f\r\nb';
  const SHOWN = 'a<U+001B>]0;owned<U+0007><U+009B>1m<U+202E><U+2028><U+007F><U+000D><U+000A>b';
  const INVISIBLE = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

  const written = async (readable: boolean) => {
    const { log, text } = writtenBy(readable);
    log.warn({ credential: EVIL, nested: { names: [EVIL] }, err: new Error(EVIL) }, EVIL);
    await until('it is written', () => text().endsWith('\n') && text().includes('log.spec'));
    return text();
  };

  it('is escaped, and the same to whatever reads the lines', async () => {
    const text = await written(false);
    expect(text).not.toMatch(INVISIBLE);
    const err = expect.objectContaining({ message: EVIL });
    expect(JSON.parse(text)).toMatchObject({ credential: EVIL, nested: { names: [EVIL] }, msg: EVIL, err });
  });

  it('is shown at a terminal with what cannot be seen; only a stack has lines', async () => {
    const text = await written(true);
    expect(text).not.toMatch(INVISIBLE);
    expect(text.split(SHOWN).length).toBeGreaterThan(4);
    expect(text).toMatch(/\n +at /);
  });
});
