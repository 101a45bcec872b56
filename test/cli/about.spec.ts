import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type CommandLine, warmCommandLine } from '../support/command-line.js';
import { startServer, type TestServer } from '../support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const NOTHING = { owner: null, contact: null, description: null, labels: {}, managedBy: null, locked: false };

let server: TestServer;
let operator: CommandLine;
/** With a key that may do all that is no operator’s. */
let cli: CommandLine;
let domain: string;
let domains = 0;
const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-about-'));

beforeAll(async () => {
  server = await startServer();
  operator = warmCommandLine(server.url);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});
beforeEach(async () => {
  domains += 1;
  domain = `about-${domains}.example.com`;
  await server.call('POST', '/v1/domain', { body: { domain } });
  const { apiKey } = await server.issue({ permissions: ['clients:read', 'clients:write'], domain });
  cli = (args, { env = {}, ...options } = {}) =>
    operator(args, { ...options, env: { CLIENTELE_API_KEY: apiKey, ...env } });
});

const put = (id: string, fields: object = {}, managedBy = '*') =>
  server.call('PUT', `/v1/domain/${domain}/client/${id}`, {
    body: { ...MACHINE, ...fields },
    headers: { 'managed-by': managedBy },
  });
const say = (id: string, body: object) =>
  server.call('PUT', `/admin/domains/${domain}/clients/${id}/about`, { body, headers: { 'managed-by': '*' } });
const about = async (id: string) => (await server.call('GET', `/admin/domains/${domain}/clients/${id}`)).body.about;
const statusOf = async (id: string) => (await server.call('GET', `/v1/domain/${domain}/client/${id}`)).status;
function file(text: string): string {
  const name = path.join(folder, 'clients.yaml');
  writeFileSync(name, text);
  return name;
}

describe('clientele client about', () => {
  it('says whose a client is, bit by bit, and shows it', async () => {
    await put('app');
    const show = () => cli(['client', 'about', 'app', '-d', domain]);
    expect(await show()).toEqual({ code: 0, stdout: `Nothing is said of ${domain}/app.\n`, stderr: '' });
    const said = ['--owner', 'Team Shop', '--contact', 'shop@example.com', '--label', 'team=shop', 'tier=', '--json'];
    const first = await cli(['client', 'about', 'app', '-d', domain, ...said]);
    const expected = { owner: 'Team Shop', contact: 'shop@example.com', labels: { team: 'shop', tier: '' } };
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, { ...NOTHING, ...expected }]);
    await cli(['client', 'about', 'app', '-d', domain, '--contact', '', '--remove-label', 'tier', '--label', 'a=b=c']);
    expect(await about('app')).toEqual({ ...NOTHING, ...expected });
    await cli(['client', 'about', 'app', '-d', domain, '--contact', '', '--remove-label', 'tier', '--label', 'a=b']);
    expect(await about('app')).toEqual({ ...NOTHING, owner: 'Team Shop', labels: { team: 'shop', a: 'b' } });
    expect((await show()).stdout).toMatch(/^owner +Team Shop\n(.*\n)*labels +a=b team=shop\n/);
    const shown = await cli(['client', 'show', 'app', '-d', domain]);
    expect(shown.stderr).toBe(`${domain}/app belongs to Team Shop.\n`);
    expect(shown.stdout).not.toContain('Team Shop');
  });

  it('says which rule a value breaks, and takes no label without a value', async () => {
    await put('app');
    const refused = await cli(['client', 'about', 'app', '-d', domain, '--label', 'a b=c']);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('labels must have other keys than "a b"');
    const unclear = await cli(['client', 'about', 'app', '-d', domain, '--label', 'team']);
    expect([unclear.code, unclear.stderr]).toEqual([64, 'clientele: team is no label: write team=value.\n']);
  });
});

describe('clientele client list', () => {
  it('lists the clients of an owner, of a manager or with a label', async () => {
    for (const [id, said] of Object.entries({
      a: { owner: 'Team Shop', contact: 'shop@example.com', labels: { team: 'shop' } },
      b: { owner: 'Team Shop', managedBy: 'terraform', locked: true, labels: { team: 'shop', tier: 'gold' } },
      c: { labels: { team: 'billing' } },
    })) {
      await put(id);
      await say(id, said);
    }
    const list = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(['client', 'list', '-d', domain, ...args]);
      expect([code, stderr]).toEqual([0, '']);
      return stdout;
    };
    expect(await list('--owner', 'Team Shop')).toBe(
      [
        'ID  NAME  OWNER      CONTACT           MANAGED BY  LOCKED  LABELS',
        'a   –     Team Shop  shop@example.com  –           no      team=shop',
        'b   –     Team Shop  –                 terraform   yes     team=shop tier=gold\n',
      ].join('\n'),
    );
    const ids = async (...args: string[]) =>
      JSON.parse(await list(...args, '--json')).map(({ clientId }: { clientId: string }) => clientId);
    expect(await ids('--label', 'team')).toEqual(['a', 'b', 'c']);
    expect(await ids('--label', 'team=billing')).toEqual(['c']);
    expect(await ids('--managed-by', 'terraform', '--label', 'tier')).toEqual(['b']);
    expect(await ids('--owner', 'nobody')).toEqual([]);
    expect(await list('--columns', 'clientId,about')).toContain('"owner":"Team Shop"');
    expect((await cli(['client', 'list', '--owner', 'x', '--suspended'])).code).toBe(64);
  });
});

describe('a client that is locked', () => {
  const LOCKED =
    'Locked by who manages it, and changed only with that name in the header Managed-By: app by terraform.';

  it('is changed by every command in the name of its manager alone', async () => {
    const importFile = path.join(folder, 'clients.ndjson');
    writeFileSync(importFile, `${JSON.stringify({ clientId: 'app', ...MACHINE, scope: 'imported' })}\n`);
    const commands = [
      ['secret', 'rotate', 'app', '-d', domain],
      ['client', 'suspend', 'app', '-d', domain, '--yes'],
      ['client', 'resume', 'app', '-d', domain],
      ['client', 'about', 'app', '-d', domain, '--owner', 'Team Shop'],
      ['import', importFile, '-d', domain],
      ['client', 'unlock', 'app', '-d', domain],
      ['client', 'delete', 'app', '-d', domain, '--yes'],
    ];
    await put('app');
    for (const command of commands) {
      const locked = await cli(['client', 'lock', 'app', '-d', domain, '--managed-by', 'terraform']);
      expect([locked.code, locked.stderr]).toEqual([0, '']);
      for (const name of [[], ['--managed-by', 'pulumi']]) {
        expect(await cli([...command, ...name])).toEqual({ code: 1, stdout: '', stderr: `clientele: ${LOCKED}\n` });
      }
      const forced = await cli([...command, '--force']);
      expect([forced.code, forced.stderr]).toEqual([1, expect.stringContaining('Only the operator may do this.')]);
      const both = await cli([...command, '--force', '--managed-by', 'terraform']);
      expect(both.code).toBe(64);
      expect((await cli([...command, '--managed-by', 'terraform'])).code).toBe(0);
    }
    expect(await statusOf('app')).toBe(404);
  });

  it('is changed by the operator who forces it, who can give it another manager, too', async () => {
    await put('app');
    await say('app', { managedBy: 'terraform', locked: true });
    expect((await operator(['secret', 'rotate', 'app', '-d', domain, '--force'])).code).toBe(0);
    const lock = ['client', 'lock', 'app', '-d', domain, '--managed-by', 'pulumi'];
    expect(await operator(lock)).toMatchObject({ code: 1, stderr: `clientele: ${LOCKED}\n` });
    expect((await operator([...lock, '--force'])).code).toBe(0);
    expect(await about('app')).toMatchObject({ managedBy: 'pulumi', locked: true });
    expect((await cli(['client', 'show', 'app', '-d', domain])).stderr).toBe(`${domain}/app is locked by pulumi.\n`);
    expect((await operator(['client', 'unlock', 'app', '-d', domain, '--force'])).code).toBe(0);
    expect((await cli(['client', 'show', 'app', '-d', domain])).stderr).toBe(`${domain}/app is managed by pulumi.\n`);
  });
});

describe('clientele apply with a manager', () => {
  const managed = (ids: readonly string[], { managedBy = 'shop', more = '' } = {}) =>
    file(
      `managedBy: ${managedBy}\nclients:\n${ids
        .map(
          (id) =>
            `  - { clientId: ${id}, domain: ${domain}, clientType: Confidential, grantType: ClientCredentials${more} }\n`,
        )
        .join('')}`,
    );
  const apply = (name: string, ...args: string[]) => cli(['apply', '-f', name, ...args]);

  it('marks and locks what it makes or changes, and what is already as it should be, and says so in its plan', async () => {
    await put('known');
    const name = managed(['known', 'new']);
    const plan = await apply(name, '--plan');
    expect([plan.code, plan.stderr]).toEqual([2, '']);
    expect(plan.stdout).toContain(`~ ${domain}/known
    managedBy  null → "shop"
    locked     null → true
`);
    expect(plan.stdout).toMatch(/\n {4}managedBy +"shop"\n {4}locked +true\n {4}A secret is made/);
    expect(plan.stdout).toMatch(/\nPlan: 1 to create, 1 to change, 0 as they should be\.\n$/);
    expect(await about('known')).toBeNull();

    const applied = await apply(name, '--yes', '--json');
    expect(applied.code).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject([
      { clientId: 'known', action: 'change', applied: true },
      { clientId: 'new', action: 'create', applied: true, clientSecret: expect.stringMatching(/^cls_/) },
    ]);
    for (const id of ['known', 'new']) expect(await about(id)).toEqual({ ...NOTHING, managedBy: 'shop', locked: true });
    expect(await apply(name)).toMatchObject({
      code: 0,
      stdout: 'Plan: 0 to create, 0 to change, 2 as they should be.\n',
    });

    const changed = managed(['known', 'new'], { more: ', scope: orders' });
    expect((await apply(changed, '--yes')).code).toBe(0);
    expect((await server.call('GET', `/v1/domain/${domain}/client/new`)).body.scope).toBe('orders');
  });

  it.each([true, false])(
    'refuses what another manages, locked or not (%s), and writes nothing; the operator can force it',
    async (locked) => {
      await put('theirs');
      await say('theirs', { managedBy: 'billing', locked });
      const name = managed(['theirs', 'ours']);
      const sentence = `clientele: Others manage what this would change: ${domain}/theirs (billing). Nothing was done; the operator can --force it.\n`;
      for (const args of [['--plan'], ['--yes']]) {
        const { code, stdout, stderr } = await apply(name, ...args);
        expect([code, stderr]).toEqual([1, sentence]);
        expect(stdout).toContain(`! ${domain}/theirs\n    Managed by billing.\n`);
        expect(stdout).toContain('Plan: 1 to create, 0 to change, 1 refused, 0 as they should be.');
      }
      expect(JSON.parse((await apply(name, '--plan', '--json')).stdout)).toMatchObject([
        { clientId: 'theirs', action: 'refused', managedBy: 'billing', applied: false },
        { clientId: 'ours', action: 'create' },
      ]);
      expect(await statusOf('ours')).toBe(404);
      expect((await apply(name, '--yes', '--force')).code).toBe(1);
      const forced = await operator(['apply', '-f', name, '--yes', '--force']);
      expect([forced.code, forced.stderr]).toEqual([0, expect.stringContaining('shown this once')]);
      for (const id of ['theirs', 'ours']) expect(await about(id)).toMatchObject({ managedBy: 'shop', locked: true });
    },
  );

  it.each(['--plan', '--yes', '--force'])(
    'writes nothing if the server takes no such name of a manager: %s',
    async (flag) => {
      await put('known');
      const name = managed(['new', 'known'], { managedBy: '-shop-', more: ', scope: orders' });
      const told = await operator(['apply', '-f', name, '--yes', flag]);
      expect([told.code, told.stdout]).toEqual([1, '']);
      expect(told.stderr).toContain('Managed-By must be 1 to 100 letters');
      expect(await statusOf('new')).toBe(404);
      expect((await server.call('GET', `/v1/domain/${domain}/client/known`)).body.scope).toBe('');
    },
  );

  it('removes with --prune what this manager manages and the file does not name, and nothing else', async () => {
    await apply(managed(['stays', 'goes']), '--yes');
    for (const id of ['nobodys', 'theirs']) await put(id);
    await say('theirs', { managedBy: 'billing' });
    const name = managed(['stays']);
    expect((await apply(name, '--plan')).code).toBe(0);
    const plan = await apply(name, '--prune', '--plan');
    expect([plan.code, plan.stdout]).toEqual([
      2,
      `- ${domain}/goes\n\nPlan: 0 to create, 0 to change, 1 to remove, 1 as they should be.\n`,
    ]);
    const pruned = await apply(name, '--prune', '--yes');
    expect([pruned.code, pruned.stdout]).toEqual([0, expect.stringContaining(`${domain}/goes: removed\n`)]);
    expect(await statusOf('goes')).toBe(404);
    for (const id of ['stays', 'nobodys', 'theirs']) expect(await statusOf(id)).toBe(200);
    const none = file('managedBy: shop\nclients: []\n');
    expect((await apply(none, '--prune', '--yes', '-d', domain)).code).toBe(0);
    expect(await statusOf('stays')).toBe(404);
  });

  it('is not needed for a file without one, as long as that changes nothing that is locked', async () => {
    await put('app');
    await say('app', { managedBy: 'billing', locked: true });
    const list = (scope: string) =>
      file(`- { clientId: app, domain: ${domain}, clientType: Confidential, grantType: ClientCredentials${scope} }\n`);
    expect((await apply(list(''), '--plan')).code).toBe(0);
    const refused = await apply(list(', scope: orders'), '--yes');
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringContaining(`! ${domain}/app\n    Managed by billing.`),
    ]);
    expect((await apply(list(', scope: orders'), '--yes', '--managed-by', 'billing')).code).toBe(0);
    expect(await about('app')).toMatchObject({ managedBy: 'billing', locked: true });
  });

  it.each([
    ['--prune without a manager', '[]', ['--prune', '--yes'], 64, '--prune removes only what managedBy manages'],
    [
      'another manager than the file’s',
      'managedBy: a\nclients: []',
      ['--managed-by', 'b', '--yes'],
      64,
      'The file is a’s, the command b’s.',
    ],
    ['no list', 'managedBy: a\n', ['--yes'], 1, ':1: there must be a list of clients.'],
    [
      'a field that does not belong there',
      'managedBy: a\nowner: b\nclients: []\n',
      ['--yes'],
      1,
      ':2: owner does not belong',
    ],
    ['a manager that is no text', 'managedBy: 5\nclients: []\n', ['--yes'], 1, ':1: managedBy must be a string'],
  ])('%s is a mistake that is told', async (_, text, args, code, sentence) => {
    const told = await apply(file(text), ...args);
    expect([told.code, told.stdout]).toEqual([code, '']);
    expect(told.stderr).toContain(sentence);
  });
});
