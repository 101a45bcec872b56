import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { atTerminal, type CommandLine, warmCommandLine } from '../support/command-line.js';
import { startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let cli: CommandLine;
const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-apply-'));

beforeAll(async () => {
  server = await startServer();
  cli = warmCommandLine(server.url);
  await server.call('POST', '/v1/domain', { body: { domain: 'shop.example.com' } });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

function file(text: string): string {
  const name = path.join(folder, 'clients.yaml');
  writeFileSync(name, text);
  return name;
}
const read = async (domain: string, id: string) => (await server.call('GET', `/v1/domain/${domain}/client/${id}`)).body;

const CLIENTS = `# Two clients, in two domains.
- clientId: web
  clientType: Public
  grantType: AuthorizationCode
  redirectUris:
    - https://web.example.com/callback
- clientId: machine
  domain: shop.example.com
  clientType: Confidential
  grantType: ClientCredentials
  scope: orders
`;

describe('clientele apply', () => {
  it('plans, applies, and then has nothing to do', async () => {
    const name = file(CLIENTS);
    const plan = await cli(['apply', '-f', name, '--plan']);
    expect([plan.code, plan.stderr]).toEqual([2, '']);
    expect(plan.stdout).toContain('+ default/web\n');
    expect(plan.stdout).toContain('+ shop.example.com/machine\n');
    expect(plan.stdout).toContain('    A secret is made, and shown once.\n');
    expect(plan.stdout).toMatch(/\nPlan: 2 to create, 0 to change, 0 as they should be\.\n$/);
    expect((await server.call('GET', '/v1/domain/default/client/web')).status).toBe(404);

    const applied = await cli(['apply', '-f', name, '--yes', '--json']);
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('shown this once')]);
    expect(JSON.parse(applied.stdout)).toEqual([
      expect.objectContaining({ domain: 'default', clientId: 'web', action: 'create', applied: true, secret: 'none' }),
      expect.objectContaining({ clientId: 'machine', applied: true, clientSecret: expect.stringMatching(/^cls_/) }),
    ]);

    const again = await cli(['apply', '-f', name]);
    expect([again.code, again.stdout, again.stderr]).toEqual([
      0,
      'Plan: 0 to create, 0 to change, 2 as they should be.\n',
      '',
    ]);
  });

  it('shows the grants that a client would lose although the file cannot name them', async () => {
    const body = { clientID: 'both', grantTypes: ['authorization_code', 'client_credentials'] };
    await server.call('POST', '/clients', { body: { ...body, redirectURIs: ['https://both.example.com/callback'] } });
    const name = file(`
- clientId: both
  clientType: Public
  grantType: AuthorizationCode
  redirectUris: [https://both.example.com/callback]
`);
    const plan = await cli(['apply', '-f', name, '--plan']);
    expect([plan.code, plan.stderr]).toEqual([2, '']);
    expect(plan.stdout).toContain('    grantTypes  - "client_credentials"\n    Its secrets end at once.\n');
    expect((await cli(['apply', '-f', name, '--yes'])).code).toBe(0);
    expect((await cli(['apply', '-f', name, '--plan'])).code).toBe(0);
    const { grantTypes } = (await server.call('GET', '/client?clientID=both')).body;
    expect(grantTypes).toEqual(['authorization_code']);
  });

  it('shows what changes field by field, and asks: no changes nothing, yes does it', async () => {
    await cli(['apply', '-f', file(CLIENTS), '--yes']);
    const name = file(
      CLIENTS.replace('web.example.com/callback', 'web.example.com/back').replace(
        'scope: orders',
        'scope: orders stock',
      ),
    );
    const no = await atTerminal(server.url, ['apply', '-f', name], 'n\n');
    const shown = no.stdout.replaceAll('\r', '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(shown).toMatch(/\x1b\[/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const plain = shown.replaceAll(/\x1b\[[\d;?]*[a-zA-Z]/g, '');
    expect(plain).toContain(`~ default/web
    redirectUris  - "https://web.example.com/callback"
                  + "https://web.example.com/back"

~ shop.example.com/machine
    scope  "orders" → "orders stock"

Plan: 0 to create, 2 to change, 0 as they should be.`);
    expect([no.code, (await read('shop.example.com', 'machine')).scope]).toEqual([1, 'orders']);

    expect((await atTerminal(server.url, ['apply', '-f', name], 'y\n')).code).toBe(0);
    expect((await read('shop.example.com', 'machine')).scope).toBe('orders stock');
    expect((await read('default', 'web')).redirectUris).toEqual(['https://web.example.com/back']);
  });

  it('with a key that may only propose creates suspended clients, changes them until they are resumed, and no others', async () => {
    const permissions = ['clients:read', 'clients:propose'];
    const issued = await cli(['credential', 'create', 'team', '-d', 'default', '-p', ...permissions, '--json']);
    expect([issued.code, JSON.parse(issued.stdout).permissions]).toEqual([0, permissions]);
    const env = { CLIENTELE_API_KEY: JSON.parse(issued.stdout).apiKey };
    const proposed = (scope: string) =>
      file(`clientId: proposed\nclientType: Confidential\ngrantType: ClientCredentials\nscope: ${scope}\n`);
    const apply = (name: string) => cli(['client', 'apply', 'proposed', '-f', name, '--yes'], { env });
    const suspension = '/admin/domains/default/clients/proposed/suspension';

    const created = await apply(proposed('a'));
    expect([created.code, created.stdout]).toEqual([0, expect.stringMatching(/created, client secret cls_/)]);
    expect((await server.call('GET', suspension)).body.reason).toBe('proposed');
    expect((await apply(proposed('b'))).code).toBe(0);
    await server.call('DELETE', suspension);
    const refused = await apply(proposed('c'));
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect((await read('default', 'proposed')).scope).toBe('b');

    // One client of a file that it may not change: nothing of the file is written.
    const both = file(
      CLIENTS.replace('clientId: web', 'clientId: unwritten')
        .replace('machine', 'proposed')
        .replace('  domain: shop.example.com\n', ''),
    );
    expect((await cli(['apply', '-f', both, '--yes'], { env })).code).toBe(1);
    expect((await server.call('GET', '/v1/domain/default/client/unwritten')).status).toBe(404);
  });

  it('makes clients for a while, renews them with each apply, and shows until when', async () => {
    const name = file(`
- clientId: preview
  clientType: Public
  grantType: AuthorizationCode
  redirectUris: [https://preview.example.com/callback]
- clientId: sandbox
  clientType: Public
  grantType: AuthorizationCode
  redirectUris: [https://sandbox.example.com/callback]
  expiresInSeconds: 3600
- clientId: lasting
  clientType: Public
  grantType: AuthorizationCode
  redirectUris: [https://lasting.example.com/callback]
  expiresInSeconds: 0
`);
    const daysLeft = async (id: string) => {
      const time = (await server.call('GET', `/v1/domain/default/client/${id}`)).headers.get('expires-at');
      return time && Math.round((Date.parse(time) - Date.now()) / 86_400_000);
    };
    const ends = async () => [await daysLeft('preview'), await daysLeft('sandbox'), await daysLeft('lasting')];
    expect((await cli(['apply', '-f', name, '--yes', '--expires-in', '172800'])).code).toBe(0);
    expect(await ends()).toEqual([2, 0, null]);

    const plan = await cli(['apply', '-f', name, '--plan', '--expires-in', '864000']);
    expect([plan.code, plan.stderr]).toEqual([2, '']);
    expect(plan.stdout).toMatch(/^~ default\/preview\n {4}expiresAt {2}"[\d-]+T[\d:.]+Z" → "[\d-]+T[\d:.]+Z"\n/);
    expect(plan.stdout).toMatch(/\nPlan: 0 to create, 2 to change, 1 as they should be\.\n$/);
    expect(await ends()).toEqual([2, 0, null]);

    expect((await cli(['apply', '-f', name, '--yes', '--expires-in', '864000'])).code).toBe(0);
    expect(await ends()).toEqual([10, 0, null]);
    // Without it, those that do not say it stay as they are.
    expect((await cli(['apply', '-f', name, '--yes'])).code).toBe(0);
    expect(await ends()).toEqual([10, 0, null]);
    const { stdout } = await cli(['client', 'show', 'preview']);
    writeFileSync(name, stdout);
    expect((await cli(['client', 'apply', 'preview', '-f', name, '--yes', '--expires-in', '0'])).code).toBe(0);
    expect(await ends()).toEqual([null, 0, null]);
    const table = await cli(['client', 'list', '--columns', 'clientId,expiresAt', '--search', 'sandbox', '--json']);
    expect(JSON.parse(table.stdout)).toEqual([{ clientId: 'sandbox', expiresAt: expect.stringMatching(/Z$/) }]);
  });

  it('names the lines on which the time to live is none', async () => {
    const name = file(`
- clientId: one
  clientType: Public
  grantType: AuthorizationCode
  redirectUris: [https://one.example.com/callback]
  expiresInSeconds: a day
- clientId: two
  clientType: Public
  grantType: AuthorizationCode
  redirectUris: [https://two.example.com/callback]
  expiresInSeconds: -1
`);
    const { code, stderr } = await cli(['apply', '-f', name, '--yes']);
    expect(code).toBe(1);
    expect(stderr.replaceAll(name, 'clients.yaml').split('\n')).toEqual([
      'clientele: clients.yaml:6: expiresInSeconds must be a whole number.',
      'clients.yaml:11: two: expiresInSeconds must be a whole number from 0 to 31536000.',
      '',
    ]);
    const option = await cli(['apply', '-f', name, '--yes', '--expires-in', 'soon']);
    expect([option.code, option.stderr]).toEqual([64, expect.stringContaining('It must be a whole number.')]);
  });

  it('does nothing where nobody can be asked and --yes is not said', async () => {
    const name = file(CLIENTS.replace('clientId: web', 'clientId: unasked'));
    const answers = await Promise.all([cli(['apply', '-f', name]), cli(['apply', '-f', name, '--json'])]);
    expect(answers.map(({ code }) => code)).toEqual([64, 64]);
    for (const { stderr } of answers) expect(stderr).toContain('--yes');
    expect((await server.call('GET', '/v1/domain/default/client/unasked')).status).toBe(404);
  });

  it('names every broken rule with its line, and then writes nothing at all', async () => {
    const name = file(
      `${CLIENTS.replace('web.example.com/callback', 'web.example.com/#x').replace('ClientCredentials', 'Password')}- clientId: fine
  clientType: Public
  grantType: AuthorizationCode
  redirectUris: [https://fine.example.com/callback]
`,
    );
    const { code, stdout, stderr } = await cli(['apply', '-f', name, '--yes', '--json']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^clientele: .*clients\.yaml:6: web: redirectUris\[0\] must not have a fragment/),
      expect.stringMatching(
        /clients\.yaml:10: machine: grantType must be one of AuthorizationCode, ClientCredentials\.$/,
      ),
      '',
    ]);
    expect((await server.call('GET', '/v1/domain/default/client/fine')).status).toBe(404);
  });

  it('names what is wrong with ids, domains and the file itself beside every broken rule, in the order of lines, each once', async () => {
    const name = file(`\ufeff- clientId: BAD_ID
  clientType: Public
  grantType: Password
- clientId: lost
  domain: nowhere.example.com
- clientId: fine
  grantType: Password
  clientType: Private
  scope: 1
- clientId: 2026
  clientType: Public
- clientId: fine
  scope: a
  scope: b
- clientId: good
  clientType: Confidential
  grantType: ClientCredentials
`);
    const { code, stdout, stderr } = await cli(['apply', '-f', name, '--plan']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.replaceAll(name, 'clients.yaml').split('\n')).toEqual([
      'clientele: clients.yaml:1: BAD_ID: clientId must be 1 to 128 lower-case letters, digits and hyphens.',
      'clients.yaml:3: BAD_ID: grantType must be one of AuthorizationCode, ClientCredentials.',
      'clients.yaml:5: lost: There is no such domain.',
      'clients.yaml:7: fine: grantType must be one of AuthorizationCode, ClientCredentials.',
      'clients.yaml:8: fine: clientType must be one of Public, Confidential.',
      'clients.yaml:9: fine: scope must be a string.',
      'clients.yaml:10: clientId must be a string: put it in quotes.',
      'clients.yaml:10: grantType is required.',
      'clients.yaml:12: default/fine stands in the list twice.',
      'clients.yaml:12: fine: clientType is required.',
      'clients.yaml:12: fine: grantType is required.',
      'clients.yaml:14: this field stands in the client twice.',
      '',
    ]);
    expect((await server.call('GET', '/v1/domain/default/client/good')).status).toBe(404);
  });

  it('does not begin with a file that is not there', async () => {
    const { code, stderr } = await cli(['apply', '-f', path.join(folder, 'none.yaml')]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/none\.yaml cannot be read: no such file or directory \(ENOENT\)\.\n$/),
    ]);
  });

  it('carries out what it planned, or refuses when somebody else was quicker', async () => {
    await cli(['apply', '-f', file(CLIENTS), '--yes']);
    const name = file(CLIENTS.replace('scope: orders', 'scope: mine'));
    const scope = async (words: string) => {
      const body = { clientType: 'Confidential', grantType: 'ClientCredentials', scope: words };
      await server.call('PUT', '/v1/domain/shop.example.com/client/machine', { body });
    };
    // Answered only after somebody else has changed the client.
    const slow = await atTerminal(server.url, ['apply', '-f', name], async (shown) => {
      await shown(/Do this\?/);
      await scope('theirs');
      return 'y\n';
    });
    expect([slow.code, slow.stdout]).toEqual([1, expect.stringMatching(/machine: Somebody else changed it meanwhile/)]);
    expect((await read('shop.example.com', 'machine')).scope).toBe('theirs');
  });

  it('goes on to the end when nobody reads what it prints', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `unread-${String(n).padStart(2, '0')}`);
    const name = file(ids.map((id) => CLIENTS.split('- clientId: machine')[0]!.replace('web\n', `${id}\n`)).join(''));
    const { code, stderr } = await cli(['apply', '-f', name, '--yes'], { isUnread: true });
    expect([code, stderr]).toEqual([0, '']);
    const list = '/v1/domain/default/client?search=unread-';
    expect((await server.call('GET', list)).body).toEqual(ids.map((clientId) => ({ clientId })));
  });
});
