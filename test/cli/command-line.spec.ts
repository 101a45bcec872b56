import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { freePort } from '../../bench/free-port.js';
import { EXIT } from '../../src/cli/failure.js';
import {
  atTerminal,
  CLI,
  type CommandLine,
  commandLine,
  settingsFor,
  warmCommandLine,
} from '../support/command-line.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let cli: CommandLine;

beforeAll(async () => {
  server = await startServer();
  cli = warmCommandLine(server.url);
});
afterAll(() => server.stop());

const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await cli([...args, '--json']);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  return JSON.parse(stdout);
};
const PUBLIC = {
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://x.example.com/callback'],
};
const put = (id: string, body: object = PUBLIC) => server.call('PUT', `/v1/domain/default/client/${id}`, { body });

describe('clientele', () => {
  const COMMANDS = [
    ...['', 'domain', 'domain list', 'domain create', 'domain policy', 'domain delete'],
    ...['expiring', 'apply', 'drift', 'promote', 'check', 'export', 'import'],
    ...['credential', 'credential create', 'credential list', 'credential rotate', 'credential revoke'],
    ...['client', 'client list', 'client show', 'client apply', 'client delete', 'client deleted'],
    ...['client restore', 'client suspend', 'client resume', 'client about', 'client lock', 'client unlock'],
    ...['secret', 'secret list', 'secret rotate', 'secret revoke', 'audit', 'audit list', 'audit tail'],
    ...['migrate', 'migrate up', 'migrate status', 'operator', 'operator reset', 'completion'],
  ];
  it('explains itself with --help everywhere, with examples where something is done', async () => {
    for (const name of COMMANDS) {
      const { code, stdout, stderr } = await cli([...name.split(' ').filter(Boolean), '--help']);
      expect([name, code, stderr]).toEqual([name, 0, '']);
      expect(stdout).toContain(`Usage: clientele ${name}`.trimEnd());
      if (/^ +--json/m.test(stdout)) expect(stdout).toContain('$ clientele ');
    }
  });

  it('is told in docs/command-line.md: every command, every exit code', () => {
    const told = readFileSync('docs/command-line.md', 'utf8');
    // Those whose names are not groups of others.
    const leaves = COMMANDS.filter((name) => !COMMANDS.some((other) => name === '' || other.startsWith(`${name} `)));
    for (const name of leaves) expect(told).toMatch(new RegExp(`\\| .*\`${name}[ \`]`));
    for (const code of Object.values(EXIT)) expect(told).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });

  const NEW = JSON.stringify({ clientId: 'new', ...PUBLIC });
  it.each([
    ['a list', EXIT.ok, ['domain', 'list', '--json'], ''],
    ['a refusal', EXIT.failed, ['client', 'show', 'nobody'], ''],
    ['work that is left', EXIT.pending, ['import', '-', '--dry-run'], NEW],
    ['a mistake', EXIT.usage, ['domain', 'create', '--nothing'], ''],
  ])('as a process of its own ends and says the same as in one that is warm: %s, %i', async (_, code, args, input) => {
    const ended = await commandLine(server.url)(args, { input });
    expect(ended.code).toBe(code);
    expect(ended).toEqual(await cli(args, { input }));
  });

  it.each([
    ['nothing at all', []],
    ['an unknown command', ['clint', 'list']],
    ['an unknown option', ['client', 'list', '--jsno']],
    ['a missing argument', ['client', 'show']],
    ['a bad number', ['secret', 'rotate', 'x', '--overlap', 'soon']],
    ['a column that does not exist', ['client', 'list', '--columns', 'clientId,colour']],
    ['no column', ['client', 'list', '--columns', ',']],
  ])('%s is a mistake of the caller: 64, and nothing on stdout', async (_, args) => {
    const { code, stdout, stderr } = await cli(args);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(/error: .*'|Usage: /);
  });

  it.each([
    ['CLIENTELE_URL', 'localhost:7473'],
    ['CLIENTELE_URL', 'http://user:pass@localhost'],
    ['CLIENTELE_URL', 'http://:pass@localhost'],
    ['CLIENTELE_API_KEY', 'a key\nwith a line break'],
  ])('a bad %s is named, and not repeated', async (name, value) => {
    const { code, stderr } = await cli(['client', 'list'], { env: { [name]: value } });
    expect([code, stderr]).toEqual([64, expect.stringContaining(name)]);
    expect(stderr).not.toContain(value);
  });

  it('says in one sentence that the server is away: 3', async () => {
    const url = `http://localhost:${await freePort()}`;
    const { code, stdout, stderr } = await commandLine(url)(['client', 'list', '--json']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe(`clientele: The server at ${url} cannot be reached: connection refused (ECONNREFUSED).\n`);
  });

  it.each(['/v1', '/admin', '/not-here', '/doc'])(
    'says that CLIENTELE_URL leads to no such path: %s',
    async (prefix) => {
      for (const [args, place] of [
        [['domain', 'list'], '/v1/domain'],
        [['client', 'show', 'x'], '/v1/domain/default/client/x'],
        [['export'], '/admin/domains/default/export'],
      ] as const) {
        const { code, stdout, stderr } = await warmCommandLine(`${server.url}${prefix}`)(args);
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toBe(`clientele: ${server.url}${prefix}${place} is not there (404): is CLIENTELE_URL right?\n`);
      }
    },
  );

  it('says in words why a host cannot be found', async () => {
    const { code, stderr } = await warmCommandLine('http://nowhere.invalid')(['domain', 'list']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/cannot be reached: [\w ]+ \((ENOTFOUND|EAI_AGAIN)\)\.\n$/),
    ]);
  });

  it('says in words that what it prints cannot be written', async () => {
    await put('printed');
    for (const args of ['domain list', 'export', 'client list --json']) {
      const command = `exec '${process.execPath}' '${CLI}' ${args} > /dev/full`;
      const failed = await promisify(execFile)('sh', ['-c', command], { env: settingsFor(server.url) }).catch(
        (error) => error,
      );
      expect([failed.code, failed.stderr]).toEqual([
        1,
        'clientele: stdout cannot be written: no space left on device (ENOSPC).\n',
      ]);
    }
  });

  it('tells apart a missing key, a wrong one and one without the right, and repeats none', async () => {
    const { apiKey } = await server.issue({ domain: 'default', permissions: ['clients:read'] });
    const missing = await cli(['client', 'list'], { env: { CLIENTELE_API_KEY: '' } });
    const wrong = await cli(['client', 'list'], { env: { CLIENTELE_API_KEY: 'wrong-key-wrong-key' } });
    const weak = await cli(['credential', 'list'], { env: { CLIENTELE_API_KEY: apiKey } });
    expect([missing.code, wrong.code, weak.code]).toEqual([1, 1, 1]);
    expect(missing.stderr).toContain('set CLIENTELE_API_KEY');
    expect(wrong.stderr).toContain('is not good for this');
    expect(wrong.stderr).not.toContain('wrong-key');
    expect(weak.stderr).toBe('clientele: The credential lacks the permission credentials:write.\n');
  });
});

describe('clientele domain', () => {
  it('creates, lists and deletes', async () => {
    expect(await json('domain', 'create', 'login.example.com')).toEqual({ domain: 'login.example.com' });
    expect(await json('domain', 'list')).toEqual([{ domain: 'default' }, { domain: 'login.example.com' }]);
    const again = await cli(['domain', 'create', 'login.example.com']);
    expect([again.code, again.stderr]).toEqual([1, 'clientele: This domain name is taken.\n']);
    await json('domain', 'delete', 'login.example.com', '--yes');
    expect((await cli(['domain', 'list'])).stdout).toBe('default\n');
  });
});

describe('clientele domain policy and clientele expiring', () => {
  it('sets the rules of a domain, shows them, and takes them back', async () => {
    await json('domain', 'create', 'ruled.example.com');
    const policy = (...args: string[]) => json('domain', 'policy', 'ruled.example.com', ...args);
    expect(await policy('--max-secret-age-days', '14')).toEqual({ maxSecretAgeDays: 14 });
    expect((await cli(['domain', 'policy', 'ruled.example.com'])).stdout).toBe('maxSecretAgeDays  14\n');
    const body = { clientType: 'Confidential', grantType: 'ClientCredentials' };
    await server.call('PUT', '/v1/domain/ruled.example.com/client/ruled', { body });
    expect(await policy('--max-secret-age-days', 'none')).toEqual({ maxSecretAgeDays: null });
    const bad = await cli(['domain', 'policy', 'ruled.example.com', '--max-secret-age-days', 'soon']);
    expect([bad.code, bad.stderr]).toEqual([64, expect.stringContaining('whole number, or none')]);
  });

  it('tells what ends soon and who made it, as a table and as JSON, all pages of it', async () => {
    const [ending] = await json('expiring', '--domain', 'ruled.example.com');
    expect(ending).toMatchObject({ kind: 'secret', clientId: 'ruled', daysLeft: 13, createdBy: { name: 'operator' } });
    const table = (await cli(['expiring'])).stdout;
    expect(table).toMatch(/^ENDS +DAYS +WHAT +DOMAIN +CLIENT +NAME +HINT +MADE +BY\n/);
    expect(table).toMatch(
      /^\d{4}-\d\d-\d\d +13 +secret +ruled\.example\.com +ruled +– +….{4} +\d{4}-\d\d-\d\d +operator$/m,
    );
    expect((await cli(['expiring', '--within', '12h'])).stdout).toBe('Nothing expires within 12h.\n');
    const bad = await cli(['expiring', '--within', 'soon']);
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('within must be a number of days or hours')]);
    await server.database.query(`
      insert into client_secrets (domain_id, client_id, id, algorithm, hash, hint, expires_at)
      select domain_id, client_id, gen_random_uuid(), algorithm, hash, hint, expires_at from client_secrets, generate_series(1, 150)
       where client_id = 'ruled'`);
    expect(await json('expiring', '-d', 'ruled.example.com')).toHaveLength(151);
    await json('domain', 'delete', 'ruled.example.com', '--yes');
  });
});

describe('clientele credential', () => {
  it('issues one that works, shown once on stdout; lists it without its values; revokes it', async () => {
    const shown = await cli(['credential', 'create', 'ci', '-d', 'default', '-p', 'clients:read', 'audit:read']);
    expect(shown.stderr).toMatch(/shown this once/);
    const [apiKey] = /clk_\S+/.exec(shown.stdout)!;
    const asCi = { env: { CLIENTELE_API_KEY: apiKey! } };
    expect((await cli(['client', 'list'], asCi)).code).toBe(0);

    const found = (await json('credential', 'list')) as { id: string; name: string; permissions: string[] }[];
    const ci = found.find(({ name }) => name === 'ci')!;
    expect(ci.permissions).toEqual(['clients:read', 'audit:read']);
    expect(JSON.stringify(found)).not.toContain(apiKey);

    await json('credential', 'revoke', ci.id, '--yes');
    expect((await cli(['client', 'list'], asCi)).code).toBe(1);
    const table = (await cli(['credential', 'list'])).stdout;
    expect(table).toMatch(/^ID +NAME +KEY +PREVIOUS KEY +SUBSCRIPTION/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(table).not.toMatch(/\x1b/);
  });

  it('rotates the key in use as a job does it in docs/command-line.md: the new one is kept and works', async () => {
    const { apiKey } = await server.issue({ domain: 'default', permissions: ['clients:read'] });
    const [, example] = /```sh\n([^`]*credential rotate[^`]*)```/.exec(readFileSync('docs/command-line.md', 'utf8'))!;
    const node = `'${process.execPath}'`;
    // Not every machine has jq, and none here has gh.
    const others = [
      `clientele() { ${node} '${CLI}' "$@"; }`,
      `jq() { ${node} -p 'JSON.parse(fs.readFileSync(0, "utf8")).apiKey'; }`,
      `gh() { [ "$*" = 'secret set CLIENTELE_API_KEY' ] && cat; }`,
    ];
    const { stdout, stderr } = await promisify(execFile)('bash', ['-euc', [...others, example].join('\n')], {
      env: { ...settingsFor(server.url), CLIENTELE_API_KEY: apiKey },
    });
    expect(stdout).toMatch(/^clk_\S+$/);
    expect(stderr).toMatch(/shown this once/);
    const listed = (key: string) => cli(['client', 'list'], { env: { CLIENTELE_API_KEY: key } });
    expect([(await listed(stdout)).code, (await listed(apiKey)).code]).toEqual([0, 0]);
    const again = await cli(['credential', 'rotate'], { env: { CLIENTELE_API_KEY: apiKey } });
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('previousExpiresInSeconds 0')]);
    const last = await cli(['credential', 'rotate', '--overlap', '0'], { env: { CLIENTELE_API_KEY: apiKey } });
    expect([last.code, last.stdout]).toEqual([0, expect.stringMatching(/^previousExpires +–$/m)]);
    expect((await listed(stdout)).code).toBe(1);
  });

  it.each([
    ['named first', 'order -d default -p clients:read audit:read'],
    ['named last', '-d default -p clients:read -p audit:read --expires 2027-01-31T00:00:00+01:00 order'],
    ['named behind the permissions', '-d default -p clients:read audit:read order'],
    ['named between the options', '-p clients:read,audit:read order -d default'],
    ['named behind --', '-d default -p clients:read audit:read -- order'],
  ])('takes the name in any place: %s', async (_, args) => {
    const { stdout } = await cli(['credential', 'create', '--json', ...args.split(' ')]);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'order',
      domain: 'default',
      permissions: ['clients:read', 'audit:read'],
    });
  });

  it.each([
    ['none', '-p clients:read'],
    ['two', '-p clients:read one two'],
  ])('wants one name, not %s', async (_, args) => {
    const { code, stderr } = await cli(['credential', 'create', ...args.split(' ')]);
    expect([code, stderr]).toEqual([
      64,
      expect.stringMatching(/^clientele: There must be one name for the credential/),
    ]);
  });

  it('says which field breaks which rule', async () => {
    const { code, stderr } = await cli(['credential', 'create', 'x', '-p', 'clients:eat']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^clientele: permissions\[0\] must be one of /)]);
  });
});

describe('clientele client and clientele secret', () => {
  it('shows a client as YAML that can be applied again, and deletes it', async () => {
    await put('shown');
    const { stdout } = await cli(['client', 'show', 'shown']);
    expect(stdout).toContain('redirectUris:\n  - https://x.example.com/callback\n');
    const again = await cli(['client', 'apply', 'shown', '-f', '-'], { input: stdout });
    expect([again.code, again.stdout]).toEqual([0, 'Plan: 0 to create, 0 to change, 1 as they should be.\n']);
    expect(await json('client', 'list', '--search', 'how')).toEqual([{ clientId: 'shown' }]);

    const unasked = await cli(['client', 'delete', 'shown']);
    expect([unasked.code, unasked.stderr]).toEqual([64, expect.stringContaining('--yes')]);
    await json('client', 'delete', 'shown', '--yes');
    const gone = await cli(['client', 'show', 'shown']);
    expect([gone.code, gone.stdout, gone.stderr]).toEqual([1, '', 'clientele: There is no such client.\n']);
  });

  it.each([
    [
      'client',
      'clientId: named\n',
      /^clientele: stdin:1: the file is about the client named, the command about asked\.\n$/,
    ],
    [
      'domain',
      'clientType: Public\ndomain: login.example.com\n',
      /^clientele: stdin:2: the file is about the domain login\.example\.com, the command about default\.\n$/,
    ],
  ])('applies no file that is about another %s', async (_, input, sentence) => {
    const { code, stdout, stderr } = await cli(['client', 'apply', 'asked', '-f', '-', '--yes'], { input });
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(sentence)]);
  });

  it('rotates a secret: the new one is good, the old one for as long as was said', async () => {
    const { body } = await put('machine', { clientType: 'Confidential', grantType: 'ClientCredentials' });
    const { clientSecret } = await json('secret', 'rotate', 'machine', '--overlap', '0', '--name', 'second');
    const verify = async (secret: string) =>
      (await server.call('POST', '/v1/domain/default/client/machine/secrets/verify', { body: { secret } })).body.valid;
    expect([await verify(clientSecret), await verify(body.clientSecret)]).toEqual([true, false]);
    expect(await json('secret', 'list', 'machine')).toEqual([expect.objectContaining({ name: 'second' })]);
  });

  it('revokes a secret, and only when that is confirmed; never the last one', async () => {
    await put('two', { clientType: 'Confidential', grantType: 'ClientCredentials' });
    const { id, clientSecret } = await json('secret', 'rotate', 'two');
    const unasked = await cli(['secret', 'revoke', 'two', id]);
    expect([unasked.code, unasked.stderr]).toEqual([64, expect.stringContaining('--yes')]);
    expect(await json('secret', 'revoke', 'two', id, '--yes')).toEqual({ revoked: id });
    const body = { secret: clientSecret };
    const verdict = await server.call('POST', '/v1/domain/default/client/two/secrets/verify', { body });
    expect(verdict.body).toEqual({ valid: false });
    const [last] = await json('secret', 'list', 'two');
    const refused = await cli(['secret', 'revoke', 'two', last.id, '--yes']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('last')]);
  });

  it('brings back a client that was deleted, with a new secret, shown once', async () => {
    await put('lost', { clientType: 'Confidential', grantType: 'ClientCredentials', scope: 'orders' });
    await json('client', 'delete', 'lost', '--yes');
    const [{ clientId, clientName, deletedBy }] = await json('client', 'deleted');
    expect([clientId, clientName, deletedBy.name]).toEqual(['lost', null, 'operator']);
    const table = (await cli(['client', 'deleted'])).stdout;
    expect(table).toMatch(/^ID +NAME +DELETED +BY +RESTORABLE UNTIL\nlost +– +\S+Z +operator +\S+Z$/m);
    const { code, stdout, stderr } = await cli(['client', 'restore', 'lost']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^default\/lost: restored, client secret cls_\S+\n$/)]);
    expect(stderr).toContain('shown this once');
    expect(await json('client', 'show', 'lost')).toMatchObject({ scope: 'orders' });
    const again = await cli(['client', 'restore', 'lost']);
    expect([again.code, again.stdout]).toEqual([1, '']);
  });

  it('suspends a client, with why and until when, says so when it is shown or listed, and resumes it', async () => {
    await put('held', { clientType: 'Confidential', grantType: 'ClientCredentials' });
    const until = '2999-12-31T12:00:00.000Z';
    const said = expect.stringMatching(
      /^default\/held is suspended since \S+Z, until 2999-12-31T12:00:00.000Z: leaked\n$/,
    );
    const args = ['client', 'suspend', 'held', '--reason', 'leaked', '--until', until];
    expect(await cli(args)).toMatchObject({ code: 64, stdout: '' });
    expect(await cli([...args, '--yes'])).toEqual({ code: 0, stdout: said, stderr: '' });
    expect(await cli(['client', 'show', 'held'])).toEqual({
      code: 0,
      stdout: expect.not.stringContaining('leaked'),
      stderr: said,
    });
    const [suspended] = await json('client', 'list', '--suspended');
    expect(suspended).toMatchObject({ clientId: 'held', clientName: null, reason: 'leaked', until });
    expect((await cli(['client', 'list', '--suspended'])).stdout).toMatch(
      /^ID +NAME +SINCE +UNTIL +REASON\nheld +– +\S+Z +2999-12-31T12:00:00.000Z +leaked\n$/,
    );
    expect((await cli(['client', 'list', '--suspended', '--search', 'h'])).code).toBe(64);
    const resumed = { code: 0, stdout: 'default/held is not suspended.\n', stderr: '' };
    expect(await cli(['client', 'resume', 'held'])).toEqual(resumed);
    expect(await cli(['client', 'show', 'held'])).toMatchObject({ code: 0, stderr: '' });
    expect(await cli(['client', 'suspend', 'nobody', '--yes'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('lists the columns that are chosen, as a table or as JSON, of all clients or of those that are searched', async () => {
    const redirectUris = ['https://a.example.com/cb', 'https://b.example.com/cb'];
    await put('column-a', { ...PUBLIC, redirectUris });
    await put('column-b', { clientType: 'Confidential', grantType: 'ClientCredentials' });
    const columns = 'clientId,clientType,redirectUris,clientName,accessTokenExpiry';
    const table = await cli(['client', 'list', '--search', 'column-', '--columns', columns]);
    expect(table).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'CLIENT ID  CLIENT TYPE   REDIRECT URIS                                       CLIENT NAME  ACCESS TOKEN EXPIRY',
        'column-a   Public        https://a.example.com/cb, https://b.example.com/cb  –            90',
        'column-b   Confidential  –                                                   –            90',
        '',
      ].join('\n'),
    });
    expect(await json('client', 'list', '--search', 'column-', '--columns', 'redirectUris,clientId')).toEqual([
      { redirectUris, clientId: 'column-a' },
      { redirectUris: [], clientId: 'column-b' },
    ]);
    expect(await json('client', 'list', '--columns', 'clientId')).toEqual(await json('client', 'list'));
  });

  it('says what stands in the way', async () => {
    await put('public');
    const { code, stderr } = await cli(['secret', 'rotate', 'public']);
    expect([code, stderr]).toEqual([1, 'clientele: A Public client has no secret.\n']);
  });
});

describe('clientele check', () => {
  const LOCAL = { ...PUBLIC, redirectUris: ['https://x.example.com/callback', 'http://localhost/callback'] };
  const inDomain = (domain: string, id: string, body: object) =>
    server.call('PUT', `/v1/domain/${domain}/client/${id}`, { body });

  beforeAll(async () => {
    for (const domain of ['tidy', 'untidy']) await server.call('POST', '/v1/domain', { body: { domain } });
    await inDomain('tidy', 'app', PUBLIC);
    await inDomain('untidy', 'app', LOCAL);
    await inDomain('untidy', 'shop', { ...LOCAL, audiences: ['nowhere'], policies: ['policy.staff'] });
  });

  it('says that nothing was found, and ends with 0', async () => {
    expect(await cli(['check', '--domain', 'tidy'])).toEqual({
      code: 0,
      stdout: 'Nothing was found in tidy.\n',
      stderr: '',
    });
    expect(await json('check', '--domain', 'tidy')).toEqual([]);
  });

  it('shows what was found as a table, below it once what to do about each kind and why, and ends with 2', async () => {
    const { code, stdout, stderr } = await cli(['check', '--domain', 'untidy']);
    expect([code, stderr]).toEqual([2, '']);
    const [table, ...advice] = stdout.trimEnd().split('\n\n');
    const left = 'The redirect URI http://localhost/callback leads to the user’s own machine, beside https ones.';
    expect(table!.split('\n')).toEqual([
      'CLIENT  CODE                    FINDING',
      `app     localhost_beside_https  ${left}`,
      'shop    unknown_audience        The audience nowhere is the id of no client in the domain.',
      `shop    localhost_beside_https  ${left}`,
    ]);
    expect(advice).toEqual([
      expect.stringMatching(/^localhost_beside_https: Register .+ \(RFC 8252 §8\.3, https:\/\/\S+\)$/),
      expect.stringMatching(/^unknown_audience: Remove .+ \(RFC 9700 §2\.3, https:\/\/\S+\)$/),
    ]);
  });

  it('takes all pages, as JSON', async () => {
    await server.call('POST', '/v1/domain', { body: { domain: 'many' } });
    const lines = Array.from({ length: 120 }, (_, index) => ({ ...LOCAL, clientId: `app-${1000 + index}` }));
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    expect((await server.call('POST', '/admin/domains/many/import', { body })).status).toBe(200);
    const { code, stdout } = await cli(['check', '-d', 'many', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).map(({ clientId }: { clientId: string }) => clientId)).toEqual(
      lines.map(({ clientId }) => clientId),
    );
  });

  it('asks for one code, one client, other days, and with the policies that there are', async () => {
    const found = async (...args: string[]) => {
      const { stdout } = await cli(['check', '-d', 'untidy', '--json', ...args]);
      return JSON.parse(stdout).map(({ clientId, code }: Record<string, string>) => `${clientId} ${code}`);
    };
    expect(await found('--code', 'unknown_audience')).toEqual(['shop unknown_audience']);
    expect(await found('--client', 'app')).toEqual(['app localhost_beside_https']);
    expect(await found('--policies', 'policy.all', '-c', 'shop')).toEqual([
      'shop unknown_audience',
      'shop unknown_policy',
      'shop localhost_beside_https',
    ]);
    const refused = await cli(['check', '--not-seen-for', '90']);
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([
      1,
      '',
      'clientele: notSeenFor must be a number of days such as 90d.\n',
    ]);
  });

  it('ends with 1 where it fails', async () => {
    const { code, stdout } = await cli(['check', '--domain', 'nowhere']);
    expect([code, stdout]).toEqual([1, '']);
  });
});

describe('at a terminal', () => {
  it('asks before it deletes: no is no, yes is yes', async () => {
    await put('asked');
    const no = await atTerminal(server.url, ['client', 'delete', 'asked'], 'n\n');
    expect([no.code, no.stdout]).toEqual([
      1,
      expect.stringMatching(/Delete the client default\/asked\? \[y\/N\][\s\S]*Nothing was done/),
    ]);
    expect((await server.call('GET', '/v1/domain/default/client/asked')).status).toBe(200);
    const yes = await atTerminal(server.url, ['client', 'delete', 'asked'], 'y\n');
    expect([yes.code, yes.stdout]).toEqual([0, expect.stringContaining('default/asked is gone.')]);
    expect(yes.stdout).not.toContain(OPERATOR_KEY);
  });
});
