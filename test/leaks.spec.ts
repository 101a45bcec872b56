import { Writable } from 'node:stream';
import { pino } from 'pino';
import { until } from './support/processes.js';
import { startServer, type TestServer } from './support/test-server.js';

const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const CHOSEN = 'a-secret-that-somebody-chose';
/** One that exists already elsewhere, and hashes of such ones: SHA-256 and bcrypt. */
const MOVED = 'q7XzT4mV9bLr2KcW8sHd3NfJ6pGy1AeU';
const MOVED_HASH = 'RpCuyxPMAL+fz2oRiqpnfA24BGRBgWuqHkxcXvPdXWY=';
const MOVED_BCRYPT = '$2b$04$B84oqCR2db64fx2HF8SYOuplM0ysIHdG1J9F2kteLv0HMPRj.55s2';

describe('what the server keeps of a run in which every kind of secret was issued', () => {
  let server: TestServer;
  let log = '';
  /** Everything that must not be found anywhere. */
  const issued: string[] = [CHOSEN];

  beforeAll(async () => {
    const sink = new Writable({
      write(chunk, _, done) {
        log += chunk;
        done();
      },
    });
    server = await startServer({ ALLOW_TOKEN_QUERY: 'true' }, { log: pino({ level: 'trace' }, sink) });
    issued.push('operator-key-for-tests-0123456789', server.operatorToken);

    const remember = (...values: unknown[]) => issued.push(...values.filter((value) => typeof value === 'string'));
    const keyed = { 'idempotency-key': 'an-idempotency-key-of-a-caller' };
    remember(keyed['idempotency-key']);
    const path = '/v1/domain/default/client/machine';
    remember((await server.call('PUT', path, { body: CONFIDENTIAL, headers: keyed })).body.clientSecret);
    remember((await server.call('PUT', path, { body: CONFIDENTIAL, headers: keyed })).body.clientSecret);
    // It ends, so that what tells of that tells of it, too.
    const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
    const added = await server.call('POST', `${path}/secrets`, { body: { name: 'second', expiresAt } });
    remember(added.body.clientSecret);
    await server.call('POST', `${path}/secrets/verify`, { body: { secret: added.body.clientSecret } });
    await server.call('POST', `${path}/secrets/verify`, { body: { secret: CHOSEN } });
    const brief = await server.call('POST', `${path}/secrets`, { body: { name: 'brief', expiresAt } });
    remember(brief.body.clientSecret);
    await server.call('DELETE', `${path}/secrets/${added.body.id}`);
    await server.database.query(`update client_secrets set next_reminder_days = 7 where name = 'brief'`);
    const reminders = async () => (await server.call('GET', '/admin/audit')).text.includes('secret.expiring');
    await until('there is a reminder', reminders);

    remember(MOVED, MOVED_HASH, MOVED_BCRYPT);
    const secrets = [{ secret: MOVED }, { hash: { algorithm: 'sha256', hash: MOVED_HASH } }, { hash: MOVED_BCRYPT }];
    await server.call('POST', '/admin/domains/default/import', {
      body: JSON.stringify({ clientId: 'moved', ...CONFIDENTIAL, secrets }),
    });
    for (const secret of secrets)
      expect((await server.call('POST', `${path}/secrets`, { body: secret })).status).toBe(201);
    await server.call('POST', `${path}/secrets/verify`, { body: { secret: MOVED } });
    for (const hash of [MOVED_HASH, `${MOVED_BCRYPT} `]) {
      const line = { clientId: 'refused', ...CONFIDENTIAL, secrets: [{ secret: MOVED, hash }, { hash }] };
      await server.call('POST', '/admin/domains/default/import', { body: JSON.stringify(line) });
      await server.call('POST', `${path}/secrets`, { body: { hash } });
    }

    const credential = await server.issue({});
    remember(credential.apiKey, credential.accessToken);
    const rotated = await server.call('POST', '/admin/credentials/self/rotation', {
      key: (await server.issue({})).apiKey,
      headers: { 'idempotency-key': 'a-rotation-that-may-be-repeated' },
    });
    remember(rotated.body.apiKey, rotated.body.accessToken);
    await server.call('GET', '/clients', { key: credential.apiKey });
    await server.call('GET', '/clients', { key: null, headers: { authorization: `Bearer ${credential.accessToken}` } });
    await server.call('GET', `/clients?_token=${credential.accessToken}`, { key: null });
    await server.call('GET', `/clients?%5Ftoken=${credential.accessToken}&nope=1`, { key: null });

    const chosen = { clientID: 'chosen', grantTypes: ['client_credentials'], clientSecret: CHOSEN };
    const made = await server.call('POST', '/clients', { body: chosen });
    expect(made.body.clientSecret).toBe(CHOSEN);
    const generated = await server.call('POST', '/clients', {
      body: { ...chosen, clientID: 'generated', clientSecret: null },
    });
    remember(generated.body.clientSecret);
    const imported = await server.call('POST', '/admin/domains/default/import', {
      body: JSON.stringify({ clientId: 'imported', ...CONFIDENTIAL }),
    });
    remember(JSON.parse(imported.text.split('\n')[1]!).clientSecret);
    const proposer = await server.issue({ permissions: ['clients:propose'] });
    remember(proposer.apiKey, proposer.accessToken);
    const proposal = { key: proposer.apiKey, headers: { 'idempotency-key': 'a-key-for-a-proposed-client' } };
    const proposed = '/v1/domain/default/client/proposed';
    remember((await server.call('PUT', proposed, { ...proposal, body: CONFIDENTIAL })).body.clientSecret);
    remember((await server.call('PUT', proposed, { ...proposal, body: CONFIDENTIAL })).body.clientSecret);
    // In places where a secret has no business: bodies that are refused, paths, headers.
    await server.call('PUT', path, { body: { ...CONFIDENTIAL, clientSecret: CHOSEN } });
    await server.call('PUT', path, { body: `{"clientSecret":"${CHOSEN}"` });
    await server.call('POST', '/clients', { body: { ...chosen, clientID: CHOSEN, tokenEndpointAuthMethod: 'none' } });
  });
  afterAll(() => server.stop());

  it('were issued', () => {
    expect(issued.length).toBeGreaterThan(8);
    expect(issued.every((value) => value.length > 10)).toBe(true);
    expect(log.split('\n').length).toBeGreaterThan(15);
  });

  it('not in a dump of the database, the audit included, in any encoding', async () => {
    const tables = await server.database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'clients',
        'client_secrets',
        'client_sightings',
        'credentials',
        'audit_entries',
        'replays',
        'server_settings',
      ]),
    );
    let dump = '';
    for (const { name } of tables) {
      const rows = await server.database.query<Record<string, unknown>>(`select * from ${name}`);
      for (const value of rows.flatMap((row) => Object.values(row))) {
        dump += Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value);
        dump += '\n';
      }
    }
    expect(dump).toContain('machine');
    for (const secret of issued) {
      for (const spelling of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
        expect(dump.includes(spelling)).toBe(false);
      }
    }
  });

  it('not in the log, at its most talkative', () => {
    expect(log).toContain('/clients');
    for (const secret of issued) expect(log.includes(secret)).toBe(false);
  });

  it('not in any answer but the one that made it', async () => {
    const paths = [
      '/v1/domain/default/client/machine',
      '/v1/domain/default/client/machine/secrets',
      '/client?clientID=chosen',
      '/clients?size=0',
      '/admin/domains/default/findings',
      '/admin/credentials',
      '/admin/expiring?within=366d',
      '/admin/audit',
    ];
    for (const path of paths) {
      const { text, status } = await server.call('GET', path);
      expect(status).toBe(200);
      for (const secret of issued) expect(text.includes(secret)).toBe(false);
    }
  });
});
