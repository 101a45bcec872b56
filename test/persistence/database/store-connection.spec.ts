import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import pg from 'pg';
import { freePort } from '../../../bench/free-port.js';
import { StoreConnection, StoreUnavailable, storeError } from '../../../libs/persistence/src/testing/index.js';
import { ODD_SETTINGS, setDefaults } from '../../support/odd-settings.js';
import { createTestDatabase, DIRECT, type TestDatabase } from '../../support/test-database.js';

/** What an operator may decide for us, and what changes neither what a statement means nor how it ends. */
const LEFT_ALONE = {
  search_path: 'elsewhere, public',
  default_transaction_read_only: 'on',
  synchronous_commit: 'remote_apply',
  enable_seqscan: 'off',
};
/** Long enough for the test. */
const TIMEOUTS = { statement_timeout: '20s', idle_session_timeout: '20s' };

describe('a connection', () => {
  let plain: TestDatabase;
  let odd: TestDatabase;
  beforeAll(async () => {
    [plain, odd] = await Promise.all([createTestDatabase(DIRECT), createTestDatabase(DIRECT)]);
    await setDefaults(odd, { ...ODD_SETTINGS, ...TIMEOUTS, ...LEFT_ALONE });
    const [server] = await odd.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    );
    if (server!.version >= 170_000) await setDefaults(odd, { transaction_timeout: '20s' });
  });
  afterAll(() => Promise.all([plain.drop(), odd.drop()]));

  const settingsIn = async (connection: pg.Client) => {
    await connection.connect();
    const { rows } = await connection.query<{ name: string; setting: string }>('select name, setting from pg_settings');
    await connection.end();
    return new Map(rows.map(({ name, setting }) => [name, setting]));
  };
  const differing = async (open: (url: string) => pg.Client) => {
    const [one, other] = await Promise.all([plain, odd].map(({ url }) => settingsIn(open(url))));
    return [...one!.keys()].filter((name) => one!.get(name) !== other!.get(name)).sort();
  };

  it('begins the same whatever the database gives as a default, but for what is its operator’s to decide', async () => {
    expect(await differing((connectionString) => new StoreConnection({ connectionString }))).toEqual(
      ['transaction_read_only', ...Object.keys(LEFT_ALONE)].sort(),
    );
    const others = await differing((url) => new pg.Client(url));
    expect(others.map((name) => name.toLowerCase())).toEqual(
      expect.arrayContaining(
        Object.keys({ ...ODD_SETTINGS, ...TIMEOUTS }).filter((name) => name !== 'client_encoding'),
      ),
    );
  });

  it('lets triggers run where it may, and is not opened where it may not: they keep the totals', async () => {
    const database = await createTestDatabase(DIRECT);
    await setDefaults(database, { session_replication_role: 'replica' });
    const settings = await settingsIn(new StoreConnection(database.superuserUrl));
    expect(settings.get('session_replication_role')).toBe('origin');
    const [role] = await database.query<{ isSuperuser: boolean }>(
      `select rolsuper as "isSuperuser" from pg_roles where rolname = $1`,
      [new URL(database.url).username],
    );
    const opened = settingsIn(new StoreConnection(database.url)).then(
      () => 'opened',
      ({ cause }) => cause.message,
    );
    expect(await opened).toMatch(role!.isSuperuser ? /^opened$/ : /permission denied .*session_replication_role/);
    await database.drop();
  });

  it('has the limit for statements that it was opened with, and takes no writes where it should take none', async () => {
    const settings = await settingsIn(
      new StoreConnection({ connectionString: plain.url, statementTimeoutMillis: 4321, isReadOnly: true }),
    );
    expect([settings.get('statement_timeout'), settings.get('default_transaction_read_only')]).toEqual(['4321', 'on']);
  });
});

describe('a connection that cannot be opened is a store that is away:', () => {
  let database: TestDatabase;
  const servers: { close(): void }[] = [];
  const role = `refused_${process.pid}`;
  beforeAll(async () => {
    database = await createTestDatabase(DIRECT);
    await database.query(`create role ${role} password 'right' connection limit 0`);
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await database.query(`drop role ${role}`);
    await database.drop();
  });

  const url = (change: (url: URL) => void) => {
    const changed = new URL(database.url);
    change(changed);
    return changed.href;
  };
  const as = (password: string) =>
    url((each) => {
      each.username = role;
      each.password = password;
    });
  /** Of what listens there instead of PostgreSQL. */
  const insteadOf = async (answer: (socket: Socket) => void, query = '') => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      answer(socket);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return url((each) => {
      each.port = String((server.address() as AddressInfo).port);
      each.search = query;
    });
  };
  /** Agrees to TLS, and has nothing to show then. */
  const withoutCertificate = (socket: Socket) =>
    socket.once('data', () => {
      socket.write('S');
      new TLSSocket(socket, { isServer: true, secureContext: createSecureContext() }).on('error', () => {});
    });
  const onceAsked = (answer: string) => (socket: Socket) => socket.once('data', () => socket.write(answer));

  const nowhere = async () => {
    const port = await freePort();
    return url((each) => {
      each.port = String(port);
    });
  };

  const WAYS: [string, () => Promise<string> | string, RegExp][] = [
    ['nobody listens', nowhere, /ECONNREFUSED/],
    ['no such host', () => url((each) => (each.hostname = 'nobody.invalid')), /ENOTFOUND|EAI_AGAIN/],
    ['another password', () => as('wrong'), /28P01/],
    ['a role that may not log in', () => as('right'), /28000/],
    ['no such database', () => url((each) => (each.pathname = 'nobody')), /3D000/],
    [
      'no TLS where TLS is asked for',
      () => url((each) => (each.search = 'sslmode=verify-full')),
      /does not support SSL/,
    ],
    ['no certificate to read', () => url((each) => (each.search = 'sslrootcert=/nowhere')), /ENOENT/],
    ['a handshake that fails', () => insteadOf(withoutCertificate, 'sslmode=verify-full'), /SSL/],
    ['something else listens', () => insteadOf(onceAsked('HTTP/1.1 400 Bad Request\r\n\r\n')), /./],
    ['the other side hangs up', () => insteadOf((socket) => socket.destroy()), /ECONNRESET|terminated/],
  ];
  it.each(WAYS)('%s', async (_, urlOf, expected) => {
    const connectionString = await urlOf();
    const opened = (async () => {
      const connection = new StoreConnection({ connectionString, connectionTimeoutMillis: 2000 });
      await connection.connect();
    })();
    const error = await opened.catch(storeError);
    expect(error).toBeInstanceOf(StoreUnavailable);
    const { code, message } = (error as StoreUnavailable).cause as { code?: string; message: string };
    expect(`${code} ${message}`).toMatch(expected);
  });

  it('a role without room for one more', async () => {
    await database.query(`alter role ${role} login`);
    const connection = new StoreConnection({ connectionString: as('right') });
    const error = await connection.connect().catch((reason) => reason);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error.cause).toMatchObject({ code: '53300' });
  });
});

it('is what everything is asked over', () => {
  const folder = path.resolve('libs/persistence/src');
  const opening = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /new pg\.(Client|Pool)\(/.test(readFileSync(path.join(folder, file), 'utf8')));
  // One asks whose server it is, and nothing else; one only reads what a URL says.
  expect(opening.sort()).toEqual([
    'database/patient-data-source.ts',
    'database/store-connection.ts',
    'embedded/embedded-place.ts',
    'embedded/embedded-role.ts',
  ]);
});
