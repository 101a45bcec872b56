import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import fc from 'fast-check';
import { freePort } from '../../bench/free-port.js';
import { accountsBody, type Body, v1Body } from '../support/arbitraries.js';
import { atTerminal, CLI, type CommandLine, settingsFor, warmCommandLine } from '../support/command-line.js';
import { keptLog } from '../support/log-lines.js';
import { until } from '../support/processes.js';
import { startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let cli: CommandLine;
/** Names of credentials, and their keys. */
const keys: Record<string, string> = {};
const { log, text: logged } = keptLog();
const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-drift-'));

beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: 'info' }, { log });
  cli = warmCommandLine(server.url);
  for (const name of ['alice', 'bob']) keys[name] = (await server.issue({ name, domain: 'default' })).apiKey;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

function file(content: unknown): string {
  const name = path.join(folder, 'clients.yaml');
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}
const applied = async (content: unknown) => {
  const name = file(content);
  const { code, stderr } = await cli(['apply', '-f', name, '--yes', '--json']);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  return name;
};
const drifted = async (name: string, ...args: string[]) => {
  const { code, stdout } = await cli(['drift', '-f', name, '--json', ...args]);
  const found = JSON.parse(stdout);
  expect(code).toBe(found.length > 0 ? 2 : 0);
  return found;
};
const through = {
  v1: (id: string, body: object, by: string) =>
    server.call('PUT', `/v1/domain/default/client/${id}`, { body, key: keys[by] }),
  accounts: (id: string, body: object, by: string) =>
    server.call('PUT', `/client?clientID=${id}`, { body, key: keys[by] }),
};
const by = (name: string, dialect: string, action = 'client.changed') => ({
  ...{ id: expect.stringMatching(/^\d+$/), at: expect.stringMatching(/^\d{4}-.*Z$/), dialect, action },
  credential: { id: expect.any(String), name },
});
const URI = 'https://web.example.com/callback';
const WEB = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] };
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials', scope: 'orders' };

/** LAWS_RUNS=300 is the long form. */
const runs = Number(process.env.LAWS_RUNS ?? 40);

describe('clientele drift', () => {
  it('finds nothing after apply: 0', async () => {
    const name = await applied([
      { clientId: 'calm', ...WEB },
      { clientId: 'quiet', ...MACHINE },
    ]);
    const told = await cli(['drift', '-f', name]);
    expect(told).toEqual({ code: 0, stdout: 'No drift: 2 as the file says.\n', stderr: '' });
    expect(await drifted(name)).toEqual([]);
  });

  it('shows field by field what differs, from the file to the registry, and who changed it when', async () => {
    const name = await applied([
      { clientId: 'web', ...WEB, scope: 'a' },
      { clientId: 'still', ...WEB },
    ]);
    await through.v1('web', { ...WEB, scope: 'b' }, 'alice');
    await through.accounts('web', { redirectURIs: ['https://web.example.com/back'], clientName: 'Web' }, 'bob');
    const told = await cli(['drift', '-f', name]);
    expect([told.code, told.stderr]).toEqual([2, '']);
    expect(told.stdout.replaceAll(/\d{4}-\S+Z/g, 'THEN')).toBe(`~ default/web
    scope         "a" → "b"
                  changed THEN by alice (v1)
    redirectUris  - "https://web.example.com/callback"
                  + "https://web.example.com/back"
                  changed THEN by bob (accounts)

Drift: 1 not as the file says, 0 missing, 1 as the file says.
`);
    expect(await drifted(name)).toEqual([
      {
        ...{ domain: 'default', clientId: 'web', kind: 'differs' },
        fields: [
          { field: 'scope', file: 'a', registry: 'b', lastChange: by('alice', 'v1') },
          {
            ...{ field: 'redirectUris', file: [URI], registry: ['https://web.example.com/back'] },
            lastChange: by('bob', 'accounts'),
          },
        ],
      },
    ]);
    const [{ at }] = (await server.call('GET', '/admin/audit?clientId=web&order=desc')).body;
    expect((await drifted(name))[0].fields[1].lastChange.at).toBe(at);
    const shown = await atTerminal(server.url, ['drift', '-f', name], '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect([shown.code, shown.stdout]).toEqual([2, expect.stringMatching(/\x1b\[/)]);
    await applied(readFileSync(name, 'utf8'));
    expect(await drifted(name)).toEqual([]);
  });

  it('names whoever made the client where nobody has changed the field since, also if it was empty then', async () => {
    await through.v1('made', { ...MACHINE, scope: '' }, 'alice');
    await through.accounts('made', { clientName: 'Made' }, 'bob');
    const name = file([{ clientId: 'made', ...MACHINE, audiences: ['orders'] }]);
    const lastChange = by('alice', 'v1', 'client.created');
    expect(await drifted(name)).toMatchObject([
      {
        fields: [
          { field: 'scope', file: 'orders', registry: '', lastChange },
          { field: 'audiences', file: ['orders'], registry: [], lastChange },
        ],
      },
    ]);
    expect((await cli(['drift', '-f', name])).stdout).toMatch(/\n +created \S+Z by alice \(v1\)\n/);
  });

  it('shows who deleted a client, and says plainly if the audit knows of no deletion', async () => {
    const name = await applied([
      { clientId: 'lost', ...WEB },
      { clientId: 'ended', ...WEB, expiresInSeconds: 1 },
    ]);
    await server.call('DELETE', '/v1/domain/default/client/lost', { key: keys.alice });
    await until('the client has ended', async () => {
      return (await server.call('GET', '/v1/domain/default/client/ended')).status === 404;
    });
    const more = file([...JSON.parse(readFileSync(name, 'utf8')), { clientId: 'never', ...WEB }]);
    const told = await cli(['drift', '-f', more]);
    expect([told.code, told.stderr, told.stdout.replaceAll(/\d{4}-\S+Z/g, 'THEN')]).toEqual([
      2,
      '',
      `- default/lost
    Not in the registry; deleted THEN by alice (v1)

- default/ended
    Not in the registry; deleted THEN by server (expiry)

- default/never
    Not in the registry; by whom it was deleted is not known: the audit has no entry of it

Drift: 0 not as the file says, 3 missing, 0 as the file says.
`,
    ]);
    expect(await drifted(more)).toEqual([
      { domain: 'default', clientId: 'lost', kind: 'missing', lastChange: by('alice', 'v1', 'client.deleted') },
      expect.objectContaining({
        clientId: 'ended',
        lastChange: expect.objectContaining({ dialect: 'expiry', credential: { id: null, name: 'server' } }),
      }),
      { domain: 'default', clientId: 'never', kind: 'missing', lastChange: { unknown: 'not_in_audit' } },
    ]);
  });

  it('shows clients that the file does not name, and who made them, only where that is asked for', async () => {
    const domain = 'named.example.com';
    await server.call('POST', '/v1/domain', { body: { domain } });
    const name = await applied([
      { clientId: 'one', domain, ...WEB },
      { clientId: 'two', domain, ...WEB },
    ]);
    const { apiKey } = await server.issue({ name: 'carol', domain });
    const unnamed = Array.from({ length: 120 }, (_, index) => `unnamed-${String(index).padStart(3, '0')}`);
    const body = unnamed.map((clientId) => JSON.stringify({ clientId, ...WEB })).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    await server.call('POST', `/admin/domains/${domain}/import`, { body, headers, key: apiKey });
    expect(await drifted(name)).toEqual([]);
    const found = await drifted(name, '--unnamed');
    expect(found.map(({ clientId }: { clientId: string }) => clientId)).toEqual(unnamed);
    expect(found[0]).toEqual({
      ...{ domain, clientId: 'unnamed-000', kind: 'unnamed' },
      lastChange: by('carol', 'admin', 'client.created'),
    });
    const { stdout } = await cli(['drift', '-f', name, '--unnamed']);
    expect(stdout).toMatch(
      /^\+ named\.example\.com\/unnamed-000\n {4}Not in the file; created \S+ by carol \(admin\)\n/,
    );
    expect(stdout).toMatch(/\nDrift: 0 not as the file says, 0 missing, 120 not in the file, 2 as the file says\.\n$/);
  });

  it('does not take for drift that apply renews a client for a while, but that it has an end or none', async () => {
    const name = await applied([
      { clientId: 'preview', ...WEB, expiresInSeconds: 86_400 },
      { clientId: 'lasting', ...WEB, expiresInSeconds: 0 },
      { clientId: 'either', ...WEB },
    ]);
    expect((await cli(['apply', '-f', name, '--plan'])).code).toBe(2);
    expect(await drifted(name)).toEqual([]);
    for (const [id, seconds] of [
      ['preview', 0],
      ['lasting', 3600],
      ['either', 3600],
    ] as const) {
      await server.call('PUT', `/v1/domain/default/client/${id}?expiresInSeconds=${seconds}`, {
        ...{ body: WEB, key: keys.alice },
      });
    }
    const renewed = { field: 'expiresAt', lastChange: by('alice', 'v1', 'client.renewed') };
    expect(await drifted(name)).toEqual([
      expect.objectContaining({
        clientId: 'preview',
        fields: [{ ...renewed, file: expect.stringMatching(/Z$/), registry: null }],
      }),
      expect.objectContaining({
        clientId: 'lasting',
        fields: [{ ...renewed, file: null, registry: expect.stringMatching(/Z$/) }],
      }),
    ]);
  });

  it('compares who manages and locks a client, and shows one that another manages', async () => {
    const clients = [
      { clientId: 'claimed', ...WEB },
      { clientId: 'taken', ...WEB },
    ];
    const name = await applied({ managedBy: 'shop', clients });
    expect(await drifted(name)).toEqual([]);
    const say = (id: string, body: object) =>
      server.call('PUT', `/admin/domains/default/clients/${id}/about`, {
        ...{ body, key: keys.alice, headers: { 'managed-by': 'shop' } },
      });
    await say('claimed', { locked: false });
    await say('taken', { managedBy: 'others' });
    const lastChange = by('alice', 'admin', 'client.described');
    expect(await drifted(name)).toEqual([
      expect.objectContaining({ fields: [{ field: 'locked', file: true, registry: false, lastChange }] }),
      expect.objectContaining({ fields: [{ field: 'managedBy', file: 'shop', registry: 'others', lastChange }] }),
    ]);
  });

  it('works without audit:read: it says that it may not read who did it, and still ends with 2', async () => {
    const name = await applied([{ clientId: 'secretive', ...MACHINE }]);
    await through.v1('secretive', { ...MACHINE, scope: 'stock' }, 'alice');
    const permissions = ['clients:read', 'clients:write'];
    const { apiKey } = await server.issue({ domain: 'default', permissions });
    const env = { CLIENTELE_API_KEY: apiKey };
    const told = await cli(['drift', '-f', name], { env });
    expect([told.code, told.stderr]).toEqual([2, 'Who did it is not known: the key has no audit:read.\n']);
    expect(told.stdout).toContain(
      `    scope  "orders" → "stock"\n           by whom it was changed is not known: the key may not read the audit\n`,
    );
    const { stdout } = await cli(['drift', '-f', name, '--json'], { env });
    expect(JSON.parse(stdout)[0].fields[0].lastChange).toEqual({ unknown: 'not_permitted' });
  });

  it('says so of a change that is no longer in the audit, and of one before an earlier end of the client', async () => {
    const name = await applied([
      { clientId: 'forgotten', ...MACHINE },
      { clientId: 'reborn', ...MACHINE },
    ]);
    for (const id of ['forgotten', 'reborn']) await through.v1(id, { ...MACHINE, scope: 'stock' }, 'alice');
    await server.call('DELETE', '/v1/domain/default/client/reborn');
    await through.v1('reborn', { ...MACHINE, scope: 'stock' }, 'bob');
    await server.database.query(
      `delete from audit_entries where client_id = 'forgotten' or (client_id = 'reborn' and credential_name = 'bob')`,
    );
    const unknown = { lastChange: { unknown: 'not_in_audit' } };
    expect(await drifted(name)).toMatchObject([
      { clientId: 'forgotten', fields: [{ field: 'scope', ...unknown }] },
      { clientId: 'reborn', fields: [{ field: 'scope', ...unknown }] },
    ]);
    expect((await cli(['drift', '-f', name])).stdout).toContain(
      'by whom it was changed is not known: the audit has no entry of it\n',
    );
  });

  it('asks the audit only about clients that differ', async () => {
    const clients = Array.from({ length: 20 }, (_, index) => ({ clientId: `many-${index}`, ...WEB }));
    const name = await applied(clients);
    await through.v1('many-3', { ...WEB, scope: 'x' }, 'alice');
    await server.call('DELETE', '/v1/domain/default/client/many-7');
    const asked = () =>
      logged()
        .split('\n')
        .filter((line) => line.includes('/admin/audit')).length;
    const before = asked();
    expect(await drifted(name)).toHaveLength(2);
    await until('the requests are logged', () => asked() >= before + 2);
    expect(asked()).toBe(before + 2);
  });

  it('finds who changed a field behind many other changes', async () => {
    const name = await applied([{ clientId: 'busy', ...MACHINE }]);
    await through.v1('busy', { ...MACHINE, scope: 'stock' }, 'alice');
    for (let index = 0; index < 60; index += 1) await through.accounts('busy', { clientName: `Busy ${index}` }, 'bob');
    expect((await drifted(name))[0].fields[0].lastChange).toEqual(by('alice', 'v1'));
  });

  it('names the mistakes of a file as apply does, with 1, a server that is away with 3, and bad options with 64', async () => {
    const name = file('- clientId: NO\n  clientType: Public\n  grantType: Password\n');
    const { code, stdout, stderr } = await cli(['drift', '-f', name, '--json']);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('clients.yaml:1: NO: clientId must be')]);
    expect(await cli(['apply', '-f', name, '--plan'])).toMatchObject({ code: 1, stderr });
    const nowhere = await cli(['drift', '-f', file([{ clientId: 'x', domain: 'nowhere.example.com', ...WEB }])]);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('There is no such domain.')]);
    const away = await warmCommandLine(`http://localhost:${await freePort()}`)([
      'drift',
      '-f',
      file([{ clientId: 'x' }]),
    ]);
    expect([away.code, away.stdout]).toEqual([3, '']);
    expect((await cli(['drift'])).code).toBe(64);
  });

  it('as docs/infrastructure-code.md has it in CI: fails if anything differs, and not while the server is away', async () => {
    const document = readFileSync('docs/infrastructure-code.md', 'utf8');
    const [, script] = /^```sh\n(# drift\.sh[\s\S]*?)^```$/m.exec(document)!;
    const clientele = `clientele() { '${process.execPath}' '${path.resolve(CLI)}' "$@"; }\n`;
    const run = (url: string) =>
      promisify(execFile)('sh', ['-ec', `${clientele}${script}`], { cwd: folder, env: settingsFor(url) }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }) => ({ code, stdout }),
      );
    await applied([{ clientId: 'in-ci', ...MACHINE }]);
    expect(await run(server.url)).toEqual({ code: 0, stdout: 'No drift: 1 as the file says.\n' });
    await through.v1('in-ci', { ...MACHINE, scope: 'stock' }, 'alice');
    expect(await run(server.url)).toEqual({ code: 1, stdout: expect.stringContaining('by alice (v1)') });
    const away = await run(`http://localhost:${await freePort()}`);
    expect(away).toEqual({ code: 0, stdout: 'Clientele is away: not compared.\n' });
  });

  it(
    'after any one change through either dialect names exactly what apply would change back, and its author',
    async () => {
      const change = fc.oneof(
        v1Body.map((body) => ({ dialect: 'v1' as const, author: 'alice', body })),
        accountsBody.map((body) => ({ dialect: 'accounts' as const, author: 'bob', body })),
      );
      const cases = fc
        .sample(fc.record({ declared: v1Body, change }), { numRuns: runs })
        .map((each, index) => ({ ...each, id: `any-${index}` }));
      const name = await applied(cases.map(({ id, declared }) => ({ clientId: id, ...declared })));
      expect(await drifted(name)).toEqual([]);

      const expected: [id: string, fields: unknown[]][] = [];
      for (const { id, declared, change } of cases) {
        const view = async (): Promise<Body> => (await server.call('GET', `/v1/domain/default/client/${id}`)).body;
        const before = await view();
        const { status } = await through[change.dialect](id, change.body, change.author);
        expect([id, status]).toEqual([id, 200]);
        const after = await view();
        const fields = Object.keys(before)
          .filter((field) => field !== 'updatedAt' && !isDeepStrictEqual(before[field], after[field]))
          .map((field) => ({ field, file: before[field], registry: after[field] }));
        // Grants of which the one word (`grantType`) does not tell.
        const plan = await server.call('PUT', `/v1/domain/default/client/${id}?dryRun=true`, { body: declared });
        const grants = plan.body.changes.find(({ field }: Body) => field === 'grantTypes');
        if (grants) fields.push({ field: 'grantTypes', file: grants.after, registry: grants.before });
        const lastChange = by(change.author, change.dialect);
        if (fields.length > 0) expected.push([id, fields.map((field) => ({ ...field, lastChange }))]);
      }
      const found: { clientId: string; fields: { field: string }[] }[] = await drifted(name);
      expect(found.map(({ clientId, fields }) => [clientId, fields])).toEqual(expected);
      expect(expected.length).toBeGreaterThan(runs / 4);
      const plan: { clientId: string; action: string; changes: { field: string }[] }[] = JSON.parse(
        (await cli(['apply', '-f', name, '--plan', '--json'])).stdout,
      );
      const named = (id: string, fields: { field: string }[]) => [id, fields.map(({ field }) => field)];
      expect(found.map(({ clientId, fields }) => named(clientId, fields))).toEqual(
        plan.flatMap(({ clientId, action, changes }) => (action === 'none' ? [] : [named(clientId, changes)])),
      );
      await applied(readFileSync(name, 'utf8'));
      expect(await drifted(name)).toEqual([]);
    },
    30_000 + 300 * runs,
  );
});
