import pg from 'pg';
import { StartError } from '#persistence';
import { keptLog } from './support/log-lines.js';
import { until } from './support/processes.js';
import { createTestDatabase, DIRECT, type TestDatabase } from './support/test-database.js';
import { startServer, type TestServer } from './support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const ROLE = `product_${process.pid}`;
const DATABASE = `away_${process.pid}`;

describe('a database that lets nobody in any more', () => {
  let beside: TestDatabase;
  let server: TestServer;
  let databaseUrl: string;
  const kept = keptLog();
  beforeAll(async () => {
    beside = await createTestDatabase(DIRECT);
    await beside.query(`create role ${ROLE} login password 'right'`);
    await beside.query(`create database ${DATABASE} owner ${ROLE} encoding 'UTF8' template template0`);
    const url = new URL(beside.url);
    Object.assign(url, { username: ROLE, password: 'right', pathname: DATABASE });
    databaseUrl = url.href;
    server = await startServer({}, { database: { ...beside, url: databaseUrl }, log: kept.log });
    await server.call('PUT', '/v1/domain/default/client/app', { body: MACHINE });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await beside.query(`drop database ${DATABASE} with (force)`);
    await beside.query(`drop role ${ROLE}`);
    await beside.drop();
  });

  const cutOff = () =>
    beside.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [ROLE]);
  const ready = async () => (await server.call('GET', '/health/ready', { key: null })).status;

  /** What the log says of the database as a whole; a look that is cut off says so, too. */
  const said = (): string[] =>
    kept
      .linesOf(undefined)
      .map(({ msg }) => msg)
      .filter((msg) => / is (away|back)\b/.test(msg));

  const LINES = { 'content-type': 'application/x-ndjson' };
  const REQUESTS: [string, string, object?][] = [
    ['GET', '/v1/domain/default/client/app'],
    ['GET', '/v1/domain/default/client'],
    ['PUT', '/v1/domain/default/client/other', { body: MACHINE }],
    ['DELETE', '/v1/domain/default/client/app'],
    ['POST', '/v1/domain', { body: {} }],
    ['GET', '/client?clientID=app'],
    ['GET', '/client'],
    ['POST', '/client', { body: { clientID: 'another' } }],
    ['GET', '/admin/audit'],
    ['POST', '/admin/credentials', { body: { name: 'x' } }],
    ['POST', '/admin/domains/default/import', { body: '{"clientId":"x"}\n', headers: LINES }],
    ['GET', '/admin/domains/default/export'],
  ];

  it.each([
    {
      why: 'the password was changed',
      code: '28P01',
      shut: `alter role ${ROLE} password 'another'`,
      open: `alter role ${ROLE} password 'right'`,
    },
    {
      why: 'the role may not log in',
      code: '28000',
      shut: `alter role ${ROLE} nologin`,
      open: `alter role ${ROLE} login`,
    },
    {
      why: 'the database was renamed',
      code: '3D000',
      shut: `alter database ${DATABASE} rename to ${DATABASE}_x`,
      open: `alter database ${DATABASE}_x rename to ${DATABASE}`,
    },
    {
      why: 'no connection is left',
      code: '53300',
      shut: `alter role ${ROLE} connection limit 0`,
      open: `alter role ${ROLE} connection limit -1`,
    },
    {
      why: 'it takes no connections',
      code: '55000',
      shut: `alter database ${DATABASE} allow_connections false`,
      open: `alter database ${DATABASE} allow_connections true`,
    },
  ])(
    'because $why ($code) is away: 503 everywhere, with Retry-After, until it lets in again',
    async ({ shut, open }) => {
      // Whoever is still in has to go first, or the database is in use.
      await until('it is shut', async () => {
        await cutOff();
        return beside.query(shut).then(
          () => true,
          () => false,
        );
      });
      await cutOff();
      try {
        await until('it is away', async () => (await ready()) === 503);
        await until('nothing is remembered', async () => (await server.call('GET', REQUESTS[0]![1])).status === 503);
        const answers = await Promise.all(
          REQUESTS.map(([method, path, request]) => server.call(method, path, request)),
        );
        const told = answers.map(({ status, headers }) => [status, headers.get('retry-after')]);
        expect(told).toEqual(REQUESTS.map(() => [503, '1']));
        expect(answers.map(({ text }) => text).join()).not.toContain(ROLE);
        const [line] = kept.linesOf(answers[0]!.headers.get('x-request-id')!);
        expect(line).toMatchObject({ status: 503, because: expect.stringMatching(/\w/) });
        const { headers } = await server.call('GET', '/health/ready', { key: null });
        const [probe] = kept.linesOf(headers.get('x-request-id')!);
        expect(probe).toMatchObject({ status: 503, because: expect.stringMatching(/\w/) });
        await until('it is said', () => / is away\b/.test(said().at(-1) ?? ''));
        expect(said().at(-1)).toMatch(/^The database at \S+ is away: \w.*\.$/);
      } finally {
        await beside.query(open);
      }
      await until('it is back', async () => (await ready()) === 200);
      await until('that is said', () => / is back\.$/.test(said().at(-1)!));
      expect((await server.call('PUT', '/v1/domain/default/client/app', { body: MACHINE })).status).toBe(200);
    },
  );

  it('what was to end meanwhile ends when it lets in again, late, and once', async () => {
    const path = '/v1/domain/default/client/brief';
    const { headers } = await server.call('PUT', `${path}?expiresInSeconds=1`, { body: MACHINE });
    const end = Date.parse(headers.get('expires-at')!);
    await beside.query(`alter role ${ROLE} nologin`);
    await cutOff();
    try {
      await until('it is away', async () => (await ready()) === 503);
      await until('its time has passed', () => Date.now() > end + 1000);
    } finally {
      await beside.query(`alter role ${ROLE} login`);
    }
    await until('it has ended', async () => (await server.call('GET', path)).status === 404);
    const { body } = await server.call('GET', '/admin/audit?domain=default&clientId=brief');
    expect(body.map(({ action, dialect }: Record<string, string>) => [action, dialect])).toEqual([
      ['client.created', 'v1'],
      ['client.deleted', 'expiry'],
    ]);
  });

  const sql = async (text: string) => {
    const url = new URL(beside.superuserUrl);
    url.pathname = DATABASE;
    const client = new pg.Client(url.href);
    await client.connect();
    await client.query(text);
    await client.end();
  };

  it('a right that was taken away is a 503 for what needs it', async () => {
    await sql(`revoke insert on clients from ${ROLE}`);
    const refused = await server.call('PUT', '/v1/domain/default/client/one-more', { body: MACHINE });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await server.call('GET', '/client')).status).toBe(200);
    await sql(`grant insert on clients to ${ROLE}`);
    expect((await server.call('PUT', '/v1/domain/default/client/one-more', { body: MACHINE })).status).toBe(200);
  });

  it('a start that it fails half-way ends with a sentence', async () => {
    await sql(`revoke select on domains from ${ROLE}`);
    try {
      const started = startServer({}, { database: { ...beside, url: databaseUrl } });
      await expect(started).rejects.toThrow(
        /^The database at .* cannot be used: permission denied for table domains\b.*\.$/,
      );
      await expect(started).rejects.toBeInstanceOf(StartError);
    } finally {
      await sql(`grant select on domains to ${ROLE}`);
    }
  });
});
