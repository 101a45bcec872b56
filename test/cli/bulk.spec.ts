import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { accountsBody, coreUri, v1Body } from '../support/arbitraries.js';
import { atTerminal, type CommandLine, warmCommandLine } from '../support/command-line.js';
import { conversionOf } from '../support/conversion.js';
import { FOREIGN_CLIENTS, FOREIGN_KINDS } from '../support/foreign-clients.js';
import { startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let cli: CommandLine;
const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-bulk-'));
const file = path.join(folder, 'clients.ndjson');

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const linesOf = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
const write = (...lines: object[]) => writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
const ids = async () => linesOf((await cli(['export'])).stdout).map(({ clientId }) => clientId);

beforeAll(async () => {
  server = await startServer();
  cli = warmCommandLine(server.url);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

describe('clientele export and clientele import', () => {
  it('say what an import would do, do it, and then find nothing to do', async () => {
    write({ clientId: 'a', ...MACHINE }, { clientId: 'b', ...MACHINE, scope: 'x' });
    const plan = await cli(['import', file, '--dry-run']);
    expect([plan.code, plan.stderr]).toEqual([2, '']);
    expect(plan.stdout).toMatch(/^Would be: 2 created, 0 changed, 0 removed, 0 unchanged\.\n\+ a\n/);
    expect(await ids()).toEqual([]);

    const done = await cli(['import', file, '--json']);
    expect([done.code, done.stderr]).toEqual([0, expect.stringContaining('shown this once')]);
    expect(linesOf(done.stdout)).toEqual([
      { dryRun: false, created: 2, changed: 0, removed: 0, unchanged: 0 },
      { action: 'created', clientId: 'a', secret: 'created', clientSecret: expect.stringMatching(/^cls_/) },
      expect.objectContaining({ clientId: 'b' }),
    ]);

    const again = await cli(['import', file, '--dry-run']);
    expect([again.code, again.stdout]).toEqual([0, 'Would be: 0 created, 0 changed, 0 removed, 2 unchanged.\n']);
  });

  it('bring along the secrets that clients have elsewhere, once, and say so', async () => {
    const secret = 'a secret of another system';
    const bcrypt = '$2b$04$B84oqCR2db64fx2HF8SYOuplM0ysIHdG1J9F2kteLv0HMPRj.55s2';
    write({ clientId: 'moved', ...MACHINE, secrets: [{ secret }, { hash: bcrypt }] });
    const moved = await cli(['import', file]);
    expect([moved.code, moved.stderr]).toEqual([0, '']);
    expect(moved.stdout).toBe('1 created, 0 changed, 0 removed, 0 unchanged.\n+ moved\n    Its secrets come along.\n');
    const path = '/v1/domain/default/client/moved/secrets/verify';
    expect((await server.call('POST', path, { body: { secret } })).body.valid).toBe(true);
    const again = await cli(['import', file]);
    expect([again.code, again.stdout]).toEqual([
      0,
      '0 created, 0 changed, 0 removed, 1 unchanged. 1 with secrets already: those stay.\n',
    ]);
    write({ clientId: 'moved', ...MACHINE, secrets: [{ secret: 'short' }, { hash: bcrypt.replace('$04$', '$30$') }] });
    const bad = await cli(['import', file]);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('line 1: secrets[0].secret must have at least 8 characters');
    expect(bad.stderr).toContain('line 1: secrets[1].hash must have a cost from 4 to 13');
    await cli(['client', 'delete', 'moved', '--yes']);
  });

  it('export to a file what an import takes from stdin', async () => {
    const copy = path.join(folder, 'copy.ndjson');
    const told = await cli(['export', '-o', copy, '--json']);
    expect([told.code, JSON.parse(told.stdout)]).toEqual([0, { file: copy, clients: 2 }]);
    const back = await cli(['import', '-'], { input: readFileSync(copy, 'utf8') });
    expect([back.code, back.stdout]).toEqual([0, '0 created, 0 changed, 0 removed, 2 unchanged.\n']);
  });

  it('shows a change field by field', async () => {
    write({ clientId: 'b', ...MACHINE, scope: 'y' });
    const { code, stdout } = await cli(['import', file]);
    expect([code, stdout]).toEqual([0, '0 created, 1 changed, 0 removed, 0 unchanged.\n~ b\n    scope  "x" → "y"\n']);
  });

  it('prunes only when that is confirmed', async () => {
    write({ clientId: 'b', ...MACHINE, scope: 'y' });
    const unasked = await cli(['import', file, '--prune']);
    expect([unasked.code, unasked.stderr]).toEqual([64, expect.stringContaining('--yes')]);
    expect((await atTerminal(server.url, ['import', file, '--prune'], 'n\n')).code).toBe(1);
    expect(await ids()).toEqual(['a', 'b']);
    const { code, stdout } = await cli(['import', file, '--prune', '--yes']);
    expect([code, stdout]).toEqual([0, '0 created, 0 changed, 1 removed, 1 unchanged.\n- a\n']);
    expect(await ids()).toEqual(['b']);
  });

  it('the export of a domain without clients is refused unless --empty says that this is meant', async () => {
    const domain = 'empty.example.com';
    await cli(['domain', 'create', domain]);
    const saved = await cli(['export', '--domain', domain, '-o', file, '--json']);
    expect([JSON.parse(saved.stdout), readFileSync(file, 'utf8')]).toEqual([{ file, clients: 0 }, '']);
    await cli(['import', '-', '--domain', domain], { input: JSON.stringify({ clientId: 'later', ...MACHINE }) });
    const restore = (...more: string[]) => cli(['import', file, '--domain', domain, '--prune', '--yes', ...more]);
    const refused = await restore();
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([1, '', expect.stringContaining('--empty')]);
    const done = await restore('--empty');
    expect([done.code, done.stdout]).toEqual([0, '0 created, 0 changed, 1 removed, 0 unchanged.\n- later\n']);
    const again = await cli(['import', '-', '--domain', domain, '--prune', '--yes', '--empty'], { input: '' });
    expect([again.code, again.stdout]).toEqual([0, '0 created, 0 changed, 0 removed, 0 unchanged.\n']);
    const piped = await cli(['import', '-', '--domain', domain], { input: '' });
    expect([piped.code, piped.stdout, piped.stderr]).toEqual([1, '', expect.stringContaining('no line')]);
  });

  it('names the lines that break rules, and writes nothing', async () => {
    write({ clientId: 'c', ...MACHINE }, { clientId: 'NO', ...MACHINE });
    const { code, stdout, stderr } = await cli(['import', file]);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^clientele: .*2.*clientId must /)]);
    expect(await ids()).toEqual(['b']);
  });

  it('says in words what it cannot read or write, and leaves no half a file', async () => {
    const none = path.join(folder, 'none');
    const inNone = path.join(folder, 'no', 'where');
    for (const [args, sentence] of [
      [['import', none], `${none} cannot be read: no such file or directory (ENOENT).`],
      [['import', folder], `${folder} cannot be read: it is a folder (EISDIR).`],
      [['export', '-o', inNone], `${inNone} cannot be written: no such file or directory (ENOENT).`],
      [['export', '-o', folder], `${folder} cannot be written: it is a folder.`],
    ] as const) {
      expect(await cli(args)).toEqual({ code: 1, stdout: '', stderr: `clientele: ${sentence}\n` });
    }
    const refused = await cli(['export', '-o', file, '--domain', 'none.example.com']);
    expect([refused.code, existsSync(`${file}.part`)]).toEqual([1, false]);
  });

  it('says of a file that is a page what it is', async () => {
    const { code, stderr } = await cli(['import', '-'], { input: '<!doctype html>\n<title>Sign in</title>\n' });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^clientele: line 1 cannot be read as JSON: it is HTML or XML\.\n/),
    ]);
    expect(stderr).not.toContain('Unexpected token');
  });

  it('does not take a full disk for a server that is away', async () => {
    const full = path.join(folder, 'full');
    symlinkSync('/dev/full', `${full}.part`);
    const { code, stderr } = await cli(['export', '-o', full]);
    expect([code, stderr]).toEqual([1, `clientele: ${full} cannot be written: no space left on device (ENOSPC).\n`]);
  });

  it('shows how far it is when stderr is a terminal', async () => {
    write(...Array.from({ length: 300 }, (_, index) => ({ clientId: `c-${index}`, ...MACHINE })));
    const { stdout } = await atTerminal(server.url, ['import', file], '');
    expect(stdout).toMatch(/Importing .*%/);
  });

  it('an import goes on to the end when nobody reads what it prints; an export ends at once', async () => {
    write(...Array.from({ length: 2000 }, (_, index) => ({ clientId: `unread-${index}`, ...MACHINE })));
    const imported = await cli(['import', file], { isUnread: true });
    expect([imported.code, imported.stderr]).toEqual([0, expect.stringContaining('shown this once')]);
    const exported = await cli(['export'], { isUnread: true });
    expect([exported.code, exported.stderr]).toEqual([0, '']);
  });
});

describe('clientele convert', () => {
  const keycloak = {
    clients: [{ clientId: 'Shop', publicClient: true, secret: 'never shown', redirectUris: ['http://x'] }],
  };

  it('writes lines to stdout and a report to stderr, without a server and without a key', async () => {
    const env = { CLIENTELE_URL: 'http://localhost:1', CLIENTELE_API_KEY: '' };
    const { code, stdout, stderr } = await cli(['convert', '--from', 'keycloak', '-'], {
      env,
      input: JSON.stringify(keycloak),
    });
    expect([code, linesOf(stdout)]).toEqual([
      0,
      [{ clientId: 'shop', clientType: 'Public', grantTypes: ['authorization_code', 'refresh_token'] }],
    ]);
    expect(stderr).toMatch(/^\+ Shop → shop\n {4}from {10}stdin: clients\[0\]\n/);
    expect(stderr).toMatch(/\n {4}left {10}redirectUris "http:\/\/x": must use https/);
    expect(stderr).toMatch(/\n1 client converted, 0 left out\.\n$/);
    expect(stderr).not.toContain('never shown');
  });

  it('writes lines and report to files, the report as JSON, and an import takes the lines', async () => {
    const [source, report] = [path.join(folder, 'realm.json'), path.join(folder, 'report.ndjson')];
    writeFileSync(source, JSON.stringify(keycloak));
    const args = [
      'convert',
      '--from',
      'keycloak',
      source,
      '-o',
      file,
      '--report',
      report,
      '--json',
      '--allow-plain-http',
    ];
    const { code, stdout, stderr } = await cli(args);
    expect([code, stdout, stderr]).toEqual([0, '', '1 client converted, 0 left out.\n']);
    expect(linesOf(readFileSync(report, 'utf8'))).toEqual([
      expect.objectContaining({ id: 'Shop', clientId: 'shop' }),
      { converted: 1, leftOut: 0 },
    ]);
    expect(linesOf(readFileSync(file, 'utf8'))[0]).toMatchObject({ redirectUris: ['http://x'] });
    expect((await cli([...args.slice(0, 6)])).code).toBe(0);
    const plan = await cli(['import', file, '--dry-run']);
    expect([plan.code, plan.stdout]).toEqual([2, expect.stringContaining('+ shop')]);
  });

  it('says what it cannot read, write or convert, and leaves no half a file', async () => {
    const out = path.join(folder, 'out.ndjson');
    const broken = JSON.stringify([keycloak.clients[0]]).slice(0, -1);
    for (const [input, sentence] of [
      [broken, 'stdin:1: the file ends in the middle of its JSON.'],
      ['[{"clientId": "a", "bearerOnly": true}]', 'No client could be converted.'],
    ] as const) {
      const { code, stderr } = await cli(['convert', '--from', 'keycloak', '-', '-o', out], { input });
      expect([code, stderr]).toEqual([1, expect.stringContaining(`clientele: ${sentence}\n`)]);
      expect(existsSync(`${out}.part`)).toBe(false);
    }
    const unknown = await cli(['convert', '--from', 'okta', '-']);
    expect([unknown.code, unknown.stderr]).toEqual([64, expect.stringContaining('Allowed choices are keycloak')]);
    const folderAsFile = await cli(['convert', '--from', 'keycloak', '-', '--report', folder], { input: broken });
    expect(folderAsFile.stderr).toBe(`clientele: ${folder} cannot be written: it is a folder.\n`);
  });

  it('shows how far it is when stderr is a terminal, and the report above that', async () => {
    const source = path.join(folder, 'many.json');
    const clients = Array.from({ length: 2000 }, (_, index) => ({ clientId: `kc-${index}`, publicClient: true }));
    writeFileSync(source, JSON.stringify(clients));
    const { stdout } = await atTerminal(server.url, ['convert', '--from', 'keycloak', source, '-o', file], '');
    expect(stdout).toMatch(/Converting .*%/);
    expect(stdout).toContain('+ kc-1999');
  });

  it('of an export changes nothing when it is imported again', async () => {
    const domain = 'round.example.com';
    await cli(['domain', 'create', domain]);
    const clients = fc.sample(fc.tuple(fc.constant('put'), v1Body), { numRuns: 30, seed: 24 });
    const others = fc.sample(fc.tuple(fc.constant('post'), accountsBody), { numRuns: 30, seed: 24 });
    for (const [index, [, body]] of clients.entries()) {
      await server.call('PUT', `/v1/domain/${domain}/client/v1-${index}`, { body });
    }
    const suspension = { reason: 'leaked', until: '2999-01-01T00:00:00Z' };
    await server.call('PUT', `/admin/domains/${domain}/clients/v1-0/suspension`, { body: suspension });
    await server.call('PUT', `/v1/domain/${domain}/client/v1-1?expiresInSeconds=86400`, { body: clients[1]![1] });
    for (const [index, [, body]] of others.entries()) {
      await server.call('POST', '/clients', { body: { ...body, clientID: `acc-${index}` } });
    }
    for (const name of [domain, 'default']) {
      const { stdout: exported } = await cli(['export', '--domain', name]);
      expect(linesOf(exported).length).toBeGreaterThan(20);
      const { stdout: converted } = await cli(['convert', '--from', 'entrypage', '-'], { input: exported });
      const again = await cli(['import', '-', '--domain', name, '--dry-run', '--prune'], { input: converted });
      expect([again.code, again.stdout]).toEqual([
        0,
        expect.stringMatching(/^Would be: 0 created, 0 changed, 0 removed/),
      ]);
    }
  });

  const text = fc.oneof(
    coreUri,
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '+',
      '',
      'none',
      'true',
      '3600',
      '1h30m',
      'implicit',
      'client_credentials',
      'x'.repeat(3000),
      'https://*.x',
    ),
  );
  const known = fc.constantFrom(
    { 'post.logout.redirect.uris': '+##/x', 'access.token.lifespan': '61' },
    { redirectUris: ['https://a.example.com/cb', 'x'], implicitGrantSettings: { enableIdTokenIssuance: true } },
    { tokenMethod: ['cookie', 'x'], disableStrategies: 'google', __proto__: null, constructor: { prototype: 1 } },
    { lifetime_in_seconds: 59, token_lifetime: -1, infinite_token_lifetime: 'yes', reason: '\u0007', until: 'never' },
    [{ url: 'https://a.example.com/spa', type: 'Spa' }, { url: 1 }, { config: { 'included.client.audience': 'a' } }],
  );
  const value = fc.oneof(
    text,
    fc.array(text, { maxLength: 5 }),
    fc.boolean(),
    fc.double(),
    fc.integer({ min: -5, max: 10_000_000 }),
    known,
    fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
  );

  it.each(FOREIGN_KINDS)('of %s writes only lines that an import accepts', async (kind) => {
    const { base, fields } = FOREIGN_CLIENTS[kind];
    const one = fc.dictionary(fc.constantFrom(...fields), value, { noNullPrototype: true });
    const runs = Number(process.env.LAWS_RUNS ?? 40);
    const property = fc.asyncProperty(fc.array(one, { minLength: runs, maxLength: runs }), async (clients) => {
      const { lines } = await conversionOf(kind, {
        'a.json': clients.map((client) => ({ ...base, ...client })),
      });
      expect(lines.length).toBeGreaterThan(0);
      const body = lines.map((line) => JSON.stringify(line)).join('\n');
      const headers = { 'content-type': 'application/x-ndjson' };
      const answer = await server.call('POST', '/admin/domains/default/import?dryRun=true', { body, headers });
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining(`"created":`)]);
    });
    await fc.assert(property, { numRuns: 1, endOnFailure: true });
  });
});
