import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { answeringServer } from '../support/answering-server.js';
import { accountsBody, type Body, v1Body } from '../support/arbitraries.js';
import { atTerminal, type CommandLine, warmCommandLine } from '../support/command-line.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let other: TestServer;
let cli: CommandLine;
const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-promote-'));
const temporary = path.join(folder, 'tmp');
const map = path.join(folder, 'hosts.yaml');
let domains = 0;

beforeAll(async () => {
  [server, other] = await Promise.all([
    startServer(),
    startServer({ BOOTSTRAP_API_KEY: 'another-key-for-tests-0123456789' }),
  ]);
  cli = warmCommandLine(server.url);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([server.stop(), other.stop()]);
});

const NDJSON = { 'content-type': 'application/x-ndjson' };
const WEB = {
  ...{ clientType: 'Confidential', grantType: 'AuthorizationCode', scope: 'openid' },
  redirectUris: ['https://app.staging.example.com/callback'],
};
const HOSTS = 'app.staging.example.com: app.example.com\n';

/** Two new domains, the first with these clients. */
async function twoDomains(...clients: object[]) {
  domains += 1;
  const [from, to] = [`staging-${domains}`, `production-${domains}`];
  for (const domain of [from, to]) await server.call('POST', '/v1/domain', { body: { domain } });
  await imported(from, ...clients);
  return { from, to };
}
async function imported(domain: string, ...clients: object[]) {
  if (clients.length === 0) return;
  const body = clients.map((client) => JSON.stringify(client)).join('\n');
  const { status, text } = await server.call('POST', `/admin/domains/${domain}/import`, { body, headers: NDJSON });
  expect([status, text]).toEqual([200, expect.anything()]);
}
async function exported(domain: string, on = server): Promise<Body[]> {
  const key = on === server ? OPERATOR_KEY : 'another-key-for-tests-0123456789';
  const { text } = await on.call('GET', `/admin/domains/${domain}/export`, { key });
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}
const argsOf = ({ from, to }: { from: string; to: string }, ...more: string[]) => [
  ...['promote', '--from-domain', from, '--to-domain', to, '--map', map, ...more],
];
const linesOf = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
const hosts = (yaml: string) => writeFileSync(map, yaml);

describe('clientele promote', () => {
  it('plans, imports with other hosts, shows the new secrets once, and then finds nothing to do', async () => {
    const both = await twoDomains({ clientId: 'web', ...WEB }, { clientId: 'api', ...WEB, clientType: 'Public' });
    hosts(HOSTS);
    const plan = await cli(argsOf(both, '--plan'));
    expect([plan.code, plan.stdout]).toEqual([
      2,
      'Would be: 2 created, 0 changed, 0 removed, 0 unchanged.\n+ api\n+ web\n    A secret is made, and shown once.\n',
    ]);
    expect(plan.stderr).toBe(`app.staging.example.com → app.example.com: 2 URIs.
Secrets are not copied: a new Confidential client gets one of its own, and the others keep theirs.
`);
    expect(await exported(both.to)).toEqual([]);

    const done = await cli(argsOf(both, '--yes', '--json'));
    expect([done.code, linesOf(done.stdout)]).toEqual([
      0,
      [
        { dryRun: false, created: 2, changed: 0, removed: 0, unchanged: 0 },
        { action: 'created', clientId: 'api' },
        { action: 'created', clientId: 'web', secret: 'created', clientSecret: expect.stringMatching(/^cls_/) },
      ],
    ]);
    expect(done.stderr).toContain('Keep the secrets now');
    const redirectUris = ['https://app.example.com/callback'];
    expect(await exported(both.to)).toEqual([
      expect.objectContaining({ clientId: 'api', redirectUris, scope: 'openid' }),
      expect.objectContaining({ clientId: 'web', redirectUris, scope: 'openid' }),
    ]);
    const again = await cli(argsOf(both));
    expect([again.code, again.stdout]).toEqual([0, 'Would be: 0 created, 0 changed, 0 removed, 2 unchanged.\n']);
  });

  it('maps hosts in every field that holds URIs', async () => {
    const client = {
      ...{ clientId: 'web', ...WEB, clientName: 'Shop at app.staging.example.com' },
      scope: 'openid https://api.staging.example.com/orders.read',
      redirectUris: ['https://app.staging.example.com/callback?x=1', 'com.example.app:/callback'],
      postSignOutRedirectUris: ['https://app.staging.example.com:8443/bye'],
      allowedOrigins: ['https://app.staging.example.com'],
      providers: ['https://login.staging.example.com', 'google'],
      policies: ['policy.employees'],
      audiences: ['app'],
      authUIOrigin: 'https://login.staging.example.com',
      logoURI: 'https://cdn.example.com/logo.png',
      additionalConfig: {
        hooks: [{ url: 'https://api.staging.example.com/hook?next=https://app.staging.example.com/' }],
        help: 'Ask https://app.staging.example.com/help',
        wildcard: 'https://*.staging.example.com',
        number: 12.5,
      },
    };
    const both = await twoDomains(client);
    hosts(`${HOSTS}api.staging.example.com: api.example.com
login.staging.example.com: https://login.example.com:8443
cdn.example.com: cdn.example.com
unused.example.com: x.example.com
`);
    const { code, stderr } = await cli(argsOf(both, '--yes'));
    expect(code).toBe(0);
    const [{ createdAt: _, updatedAt: __, ...promoted }] = (await exported(both.to)) as [Body];
    expect(promoted).toMatchObject({
      ...{ clientName: client.clientName, policies: client.policies, audiences: client.audiences },
      scope: 'openid https://api.example.com/orders.read',
      redirectUris: ['https://app.example.com/callback?x=1', 'com.example.app:/callback'],
      postSignOutRedirectUris: ['https://app.example.com:8443/bye'],
      allowedOrigins: ['https://app.example.com'],
      providers: ['https://login.example.com:8443', 'google'],
      authUIOrigin: 'https://login.example.com:8443',
      logoURI: 'https://cdn.example.com/logo.png',
      additionalConfig: {
        ...client.additionalConfig,
        hooks: [{ url: 'https://api.example.com/hook?next=https://app.staging.example.com/' }],
      },
    });
    expect(stderr.split('\n').slice(0, -1)).toEqual([
      'app.staging.example.com → app.example.com: 3 URIs.',
      'api.staging.example.com → api.example.com: 2 URIs.',
      'login.staging.example.com → https://login.example.com:8443: 2 URIs.',
      'cdn.example.com stays: 1 URI.',
      `${map} names hosts that no client has: unused.example.com.`,
      'These name no single host, and stay as they are: https://*.staging.example.com of web (additionalConfig.wildcard).',
      expect.stringMatching(
        /^Hosts of the map stand in texts that stay as they are: (app\.staging\.example\.com in web \([\w.]+\)(, )?){3}\.$/,
      ),
      expect.stringContaining('Secrets are not copied'),
      'Keep the secrets now: they are shown this once.',
    ]);
  });

  it('stops at hosts that the map does not name, tells where they are, and writes nothing', async () => {
    const both = await twoDomains(
      { clientId: 'a', ...WEB, redirectUris: ['https://new.staging.example.com/cb', 'http://localhost:3000/cb'] },
      { clientId: 'b', ...WEB, additionalConfig: { hook: 'https://new.staging.example.com/hook' } },
    );
    hosts(HOSTS);
    const { code, stdout, stderr } = await cli(argsOf(both, '--yes', '--json'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')).toEqual([
      `clientele: ${map} does not name https://new.staging.example.com: a (redirectUris), b (additionalConfig.hook).`,
      `${map} does not name http://localhost:3000: a (redirectUris).`,
      'To keep a host as it is, map it to itself.',
      '',
    ]);
    expect(await exported(both.to)).toEqual([]);
  });

  it('leaves URIs out where the map says so, and stops where a field cannot do without', async () => {
    const both = await twoDomains({
      ...{ clientId: 'a', ...WEB, logoURI: 'http://localhost/logo.png' },
      redirectUris: [...WEB.redirectUris, 'http://localhost:3000/cb'],
    });
    hosts(`${HOSTS}localhost: false\n`);
    const { code, stderr } = await cli(argsOf(both, '--yes'));
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(
        'Left out: http://localhost:3000/cb of a (redirectUris), http://localhost/logo.png of a (logoURI).\n',
      ),
    ]);
    expect(stderr).toContain('localhost is left out, as the map says: 2 URIs.\n');
    expect(await exported(both.to)).toMatchObject([
      { redirectUris: ['https://app.example.com/callback'], logoURI: null },
    ]);
    await imported(both.from, { clientId: 'b', ...WEB, providers: ['http://localhost:8080'] });
    const stopped = await cli(argsOf(both, '--yes'));
    expect([stopped.code, stopped.stderr]).toEqual([
      1,
      `clientele: ${map} leaves out http://localhost:8080, which this cannot do without: b (providers).\n`,
    ]);
  });

  it('makes one URI of two that become the same', async () => {
    const redirectUris = ['https://blue.staging.example.com/cb', 'https://green.staging.example.com/cb'];
    const both = await twoDomains({ clientId: 'a', ...WEB, redirectUris });
    hosts('blue.staging.example.com: app.example.com\ngreen.staging.example.com: app.example.com\n');
    expect((await cli(argsOf(both, '--yes'))).code).toBe(0);
    expect(await exported(both.to)).toMatchObject([{ redirectUris: ['https://app.example.com/cb'] }]);
  });

  it('takes neither secrets nor suspensions nor ends along, keeps those of the target, and says so', async () => {
    const both = await twoDomains(
      { clientId: 'kept', ...WEB },
      { clientId: 'proposed', ...WEB, suspension: { reason: 'proposed' } },
      { clientId: 'preview', ...WEB, expiresInSeconds: 3600 },
    );
    await imported(both.to, {
      ...{
        clientId: 'kept',
        ...WEB,
        scope: 'old',
        suspension: { reason: 'leaked' },
        expiresAt: '2999-01-01T00:00:00Z',
      },
    });
    const secrets = `/v1/domain/${both.to}/client/kept/secrets`;
    const before = (await server.call('GET', secrets)).body;
    hosts(HOSTS);
    const { code, stdout, stderr } = await cli(argsOf(both, '--yes'));
    expect(code).toBe(0);
    expect(stdout).toContain(`~ kept
    scope         "old" → "openid"
    redirectUris  - "https://app.staging.example.com/callback"
                  + "https://app.example.com/callback"
`);
    expect(stderr).toContain(`Suspended in ${both.from}, which is not copied: proposed.\n`);
    expect(stderr).toContain(`With an expiry in ${both.from}, which is not copied: preview.\n`);
    expect((await server.call('GET', secrets)).body).toEqual(before);
    expect(await exported(both.to)).toMatchObject([
      { clientId: 'kept', suspension: { reason: 'leaked' }, expiresAt: '2999-01-01T00:00:00.000Z' },
      { clientId: 'preview', suspension: null, expiresAt: null },
      { clientId: 'proposed', suspension: null, expiresAt: null },
    ]);
  });

  it('takes only the clients that are chosen, and prunes only when that is said', async () => {
    const both = await twoDomains({ clientId: 'a', ...WEB }, { clientId: 'b', ...WEB }, { clientId: 'c', ...WEB });
    await imported(both.to, { clientId: 'z', ...WEB });
    hosts(HOSTS);
    const ids = async () => (await exported(both.to)).map(({ clientId }) => clientId);
    expect((await cli(argsOf(both, '--client', 'a', '-c', 'c', '--yes'))).code).toBe(0);
    expect(await ids()).toEqual(['a', 'c', 'z']);
    const missing = await cli(argsOf(both, '-c', 'a', '-c', 'x', '-c', 'y', '--yes'));
    expect([missing.code, missing.stderr]).toEqual([1, `clientele: There is no such client in ${both.from}: x, y.\n`]);
    expect((await cli(argsOf(both, '-c', 'a', '--prune', '--yes'))).code).toBe(64);
    const pruned = await cli(argsOf(both, '--prune', '--yes'));
    expect([pruned.code, pruned.stdout]).toEqual([0, expect.stringContaining('- z\n')]);
    expect(await ids()).toEqual(['a', 'b', 'c']);
  });

  it('asks before it writes, and writes nothing if the target has changed meanwhile', async () => {
    const both = await twoDomains({ clientId: 'a', ...WEB });
    hosts(HOSTS);
    const unasked = await cli(argsOf(both));
    expect([unasked.code, unasked.stderr]).toEqual([64, expect.stringContaining('say --yes')]);
    expect((await cli(argsOf(both, '--json'))).code).toBe(64);
    expect((await atTerminal(server.url, argsOf(both), 'n\n')).code).toBe(1);
    const late = await atTerminal(server.url, argsOf(both), async (shown) => {
      await shown(/Import these clients into /);
      await imported(both.to, { clientId: 'a', ...WEB, scope: 'theirs' });
      return 'y\n';
    });
    expect([late.code, late.stdout]).toEqual([1, expect.stringContaining('meanwhile: look again')]);
    expect(await exported(both.to)).toMatchObject([{ scope: 'theirs' }]);
    expect((await atTerminal(server.url, argsOf(both), 'y\n')).code).toBe(0);
    expect(await exported(both.to)).toMatchObject([{ scope: 'openid' }]);
  });

  it('takes clients to another server with its own key, and never sends it the first one', async () => {
    const both = await twoDomains({ clientId: 'a', ...WEB });
    hosts(HOSTS);
    const to = { from: both.from, to: 'default' };
    const keyless = await cli(argsOf(to, '--to-url', other.url, '--yes'));
    expect([keyless.code, keyless.stderr]).toEqual([1, expect.stringContaining('set CLIENTELE_TO_API_KEY.\n')]);
    const env = { CLIENTELE_TO_API_KEY: 'another-key-for-tests-0123456789' };
    expect((await cli(argsOf(to, '--to-url', other.url, '--yes'), { env })).code).toBe(0);
    expect(await exported('default', other)).toMatchObject([{ clientId: 'a' }]);
    expect(await exported('default')).toEqual([]);
    const wrong = { CLIENTELE_TO_API_KEY: 'a-wrong-key-0123456789' };
    const refused = await cli(argsOf(to, '--to-url', other.url, '--yes'), { env: wrong });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('The key in CLIENTELE_TO_API_KEY is')]);
    const bad = await cli(argsOf(to, '--to-url', 'other:1', '--yes'), { env });
    expect([bad.code, bad.stderr]).toEqual([64, expect.stringContaining('--to-url must be')]);
    const asked: (string | undefined)[] = [];
    const listener = createServer((request, response) => {
      asked.push(request.headers['x-api-key'] as string | undefined);
      request.resume().once('end', () => response.writeHead(401).end());
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    await cli(argsOf(to, '--to-url', `http://127.0.0.1:${(listener.address() as AddressInfo).port}`, '--yes'));
    listener.close();
    expect(asked).toEqual([undefined]);
  });

  it('takes a key of its own for the other domain of the same server', async () => {
    const both = await twoDomains({ clientId: 'a', ...WEB });
    hosts(HOSTS);
    const [reads, writes] = await Promise.all([
      server.issue({ domain: both.from, permissions: ['clients:read'] }),
      server.issue({ domain: both.to, permissions: ['clients:write'] }),
    ]);
    const env = { CLIENTELE_API_KEY: reads.apiKey, CLIENTELE_TO_API_KEY: writes.apiKey };
    expect((await cli(argsOf(both, '--yes'), { env: { CLIENTELE_API_KEY: reads.apiKey } })).code).toBe(1);
    expect((await cli(argsOf(both, '--yes'), { env })).code).toBe(0);
  });

  it('names the domain that does not exist, a map that cannot be read, and clients that break rules', async () => {
    const both = await twoDomains({ clientId: 'a', ...WEB });
    const failing = async (args: string[], sentence: string, code = 1) => {
      const told = await cli(args);
      expect([told.code, told.stdout, told.stderr]).toEqual([code, '', expect.stringContaining(sentence)]);
    };
    hosts(HOSTS);
    await failing(argsOf({ ...both, from: 'nowhere' }, '--yes'), 'clientele: nowhere: There is no such domain.\n');
    await failing(argsOf({ ...both, to: 'nowhere' }, '--yes'), 'clientele: nowhere: There is no such domain.\n');
    await failing(argsOf({ from: both.to, to: both.from }, '--yes'), `There are no clients in ${both.to}.\n`);
    await failing(argsOf({ from: both.to, to: both.to }, '--yes'), 'cannot be promoted to itself', 64);
    hosts('app.staging.example.com: "app.example.com');
    await failing(argsOf(both, '--yes'), 'hosts.yaml:1: a quote or a bracket is missing.\n');
    hosts('app.staging.example.com: app.example.com/app\n');
    await failing(argsOf(both, '--yes'), 'hosts.yaml:1: what app.staging.example.com becomes must be a host');
    hosts('app.staging.example.com: http://app.example.com\n');
    await failing(argsOf(both, '--yes'), 'a: redirectUris[0] must use https');
    rmSync(map);
    await failing(argsOf(both, '--yes'), 'hosts.yaml cannot be read: no such file or directory (ENOENT).\n');
    await failing(['promote', '--from-domain', both.from, '--to-domain', both.to], '--map', 64);
    expect(await exported(both.to)).toEqual([]);
  });

  it.each(['export', 'dryRun=true', 'dryRun=false'])(
    'when it is interrupted leaves all or nothing in the target, and no file: %s',
    async (cut) => {
      const clients = Array.from({ length: 300 }, (_, index) => ({ clientId: `c-${index}`, ...WEB }));
      const both = await twoDomains(...clients);
      hosts(HOSTS);
      rmSync(temporary, { recursive: true, force: true });
      mkdirSync(temporary);
      const proxy = createServer(async (request, response) => {
        const { method = 'GET', url = '' } = request;
        const isCut = url.includes(cut);
        if (isCut && method === 'POST') return void request.once('data', () => request.destroy());
        const body: Buffer[] = [];
        for await (const chunk of request) body.push(chunk as Buffer);
        const headers = { 'x-api-key': OPERATOR_KEY, 'content-type': 'application/x-ndjson' };
        const answer = await fetch(`${server.url}${url}`, {
          ...{ method, headers, body: method === 'POST' ? Buffer.concat(body) : undefined },
        });
        const bytes = Buffer.from(await answer.arrayBuffer());
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type')! });
        if (isCut) response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
        else response.end(bytes);
      });
      await once(proxy.listen(0, '127.0.0.1'), 'listening');
      const through = warmCommandLine(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
      const { code, stdout, stderr } = await through(argsOf(both, '--yes', '--json'), { env: { TMPDIR: temporary } });
      expect([code, stdout]).toEqual(cut === 'dryRun=true' ? [0, expect.anything()] : [3, '']);
      if (cut === 'dryRun=false')
        expect(stderr).toMatch(/cannot be reached: .*\nIt may have been done: --plan tells\./);
      const planned = await through(argsOf(both, '--plan'), { env: { TMPDIR: temporary } });
      if (cut === 'dryRun=true') expect([planned.code, planned.stdout]).toEqual([3, '']);
      proxy.close().closeAllConnections();
      expect(await exported(both.to)).toHaveLength(cut === 'dryRun=true' ? 300 : 0);
      expect(readdirSync(temporary)).toEqual([]);
      const { code: again } = await cli(argsOf(both, '--yes'));
      expect([again, (await exported(both.to)).length]).toEqual([0, 300]);
    },
  );

  it('says so when the answer to an import is lost that was done', async () => {
    const both = await twoDomains({ clientId: 'a', ...WEB });
    hosts(HOSTS);
    const elsewhere = await answeringServer();
    elsewhere.answersWith({
      status: 200,
      type: 'application/x-ndjson',
      body: '{"dryRun":false,"created"',
      breaksOff: true,
    });
    const env = { CLIENTELE_TO_API_KEY: OPERATOR_KEY };
    const { code, stderr } = await cli(argsOf(both, '--to-url', elsewhere.url, '--yes', '--json'), { env });
    elsewhere.stop();
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('Rotate the secrets of new clients that were not shown.'),
    ]);
  });

  it('goes on to the end when nobody reads what it prints', async () => {
    const both = await twoDomains({ clientId: 'a', ...WEB });
    hosts(HOSTS);
    const { code } = await cli(argsOf(both, '--yes'), { isUnread: true });
    expect([code, (await exported(both.to)).length]).toEqual([0, 1]);
  });

  it('changes nothing but hosts, whatever clients there are', async () => {
    const runs = Number(process.env.LAWS_RUNS ?? 40);
    const each = { minLength: runs, maxLength: runs };
    // The map below names hosts of web addresses only.
    const ofTheWeb = v1Body.filter(
      ({ providers, policies }) => !/"(?!https?:)[^"]*:\/\//.test(JSON.stringify([providers, policies])),
    );
    const property = fc.asyncProperty(fc.array(ofTheWeb, each), fc.array(accountsBody, each), staysTheSame);
    await fc.assert(property, { numRuns: 1, endOnFailure: true });
  });
});

/** Clients that are registered through both dialects in one domain are the same in another, but for the hosts of their URIs. */
async function staysTheSame(v1: Body[], accounts: Body[]): Promise<void> {
  const both = await twoDomains();
  for (const [index, body] of v1.entries()) {
    expect((await server.call('PUT', `/v1/domain/${both.from}/client/v1-${index}`, { body })).status).toBe(200);
  }
  const { apiKey: key } = await server.issue({ domain: both.from });
  for (const [index, body] of accounts.entries()) {
    const answer = await server.call('POST', '/client', { body: { clientID: `acc-${index}`, ...body }, key });
    expect(answer.status).toBe(201);
  }
  const clients = await exported(both.from);
  const found = JSON.stringify(clients).match(/(?<=https?:\/\/)(\[::1\]|[a-z0-9.-]+)/g) ?? [];
  const mapped = Object.fromEntries(
    [...new Set(found)].map((host, index) => [host, `https://host-${index}.example.org`]),
  );
  hosts(JSON.stringify(mapped));
  const { code, stderr } = await cli(argsOf(both, '--yes'));
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('hosts that no client has')]);
  const promoted = await exported(both.to);
  const bare = (list: Body[]) => list.map(({ createdAt: _, updatedAt: __, ...client }) => client);
  const expected = JSON.parse(
    JSON.stringify(bare(clients)).replaceAll(
      /(?<=")https?:\/\/(\[::1\]|[a-z0-9.-]+)(:\d+)?/g,
      (_, host: string) => mapped[host]!,
    ),
    (field, value) => (/Uris$|Origins$/.test(field) ? [...new Set(value)] : value),
  );
  expect(bare(promoted)).toEqual(expected);
  expect(promoted).toHaveLength(v1.length + accounts.length);
}
