import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { atTerminal, type CommandLine, warmCommandLine } from '../support/command-line.js';

/** A title for the window, a bell, a colour in both spellings, another direction, and line breaks of all kinds. */
const EVIL = 'a\x1b]0;owned\x07\x1b[31m\x9b1m\u202e\u2028\x7f\r\nb\u{e0041}\ue000';
const SHOWN =
  'a<U+001B>]0;owned<U+0007><U+001B>[31m<U+009B>1m<U+202E><U+2028><U+007F><U+000D><U+000A>b<U+E0041><U+E000>';
const INVISIBLE = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

const CLIENT = { clientId: EVIL, audiences: [EVIL, 'b'], scope: EVIL, clientType: 'Public', etag: '"1"' };
const CREDENTIAL = {
  ...{ id: EVIL, name: EVIL, hint: EVIL, subscription: EVIL, domain: EVIL, expiresAt: EVIL, lastUsedAt: EVIL },
  ...{ revokedAt: EVIL, apiKey: EVIL, accessToken: EVIL, permissions: [EVIL] },
};
const SECRET = {
  id: EVIL,
  name: EVIL,
  hint: EVIL,
  createdAt: EVIL,
  expiresAt: EVIL,
  lastUsedAt: EVIL,
  clientSecret: EVIL,
};
const SUSPENSION = { reason: EVIL, until: EVIL, since: EVIL, by: EVIL };
const ABOUT = {
  ...{ owner: EVIL, contact: EVIL, description: EVIL, labels: { [EVIL]: EVIL } },
  ...{ managedBy: EVIL, locked: true },
};
const CHANGES = [{ field: EVIL, before: [EVIL], after: [`${EVIL}${EVIL}`] }];
const ENTRY = {
  ...{ id: '1', at: EVIL, domain: EVIL, credential: { id: EVIL, name: EVIL }, dialect: EVIL, action: EVIL },
  ...{ clientId: EVIL, changes: { [EVIL]: { before: EVIL, after: EVIL } } },
};
const FINDING = {
  ...{ code: EVIL, clientId: EVIL, secretId: EVIL, sentence: EVIL, whatToDo: EVIL },
  source: { name: EVIL, href: EVIL },
};
const SUMMARY = { dryRun: true, created: 0, changed: 1, removed: 0, unchanged: 0 };

/** What the server says to each request: JSON, or lines of it. */
const ANSWERS: Record<string, unknown> = {
  'GET /v1/domain': [{ domain: EVIL }],
  'POST /v1/domain': { domain: EVIL },
  'GET /admin/credentials': [CREDENTIAL],
  'POST /admin/credentials': CREDENTIAL,
  'GET /v1/domain/default/client': [{ clientId: EVIL }],
  'GET /v1/domain/default/client/x': CLIENT,
  'PUT /v1/domain/default/client/x?dryRun=true': { created: false, changes: CHANGES, clientSecret: EVIL },
  'PUT /v1/domain/default/client/x': { clientSecret: EVIL },
  'GET /v1/domain/default/client/x/secrets': [SECRET],
  'POST /v1/domain/default/client/x/secrets': SECRET,
  'PUT /admin/domains/default/clients/x/suspension': SUSPENSION,
  'GET /admin/domains/default/clients/x': { suspension: SUSPENSION, about: ABOUT },
  'PUT /admin/domains/default/clients/x/about': ABOUT,
  'GET /admin/domains/default/clients?owner=x': [{ clientId: EVIL, clientName: EVIL, about: ABOUT }],
  'GET /admin/domains/default/suspensions': [{ ...SUSPENSION, clientId: EVIL, clientName: EVIL }],
  'POST /admin/domains/default/clients/x/restore': { clientId: EVIL, clientSecret: EVIL },
  'GET /admin/domains/default/export': `${JSON.stringify(CLIENT)}\n`,
  'GET /admin/domains/default/findings': [FINDING],
  'POST /admin/domains/default/import?dryRun=true&prune=false&empty=false': `${JSON.stringify(SUMMARY)}\n${JSON.stringify(
    {
      clientId: EVIL,
      action: 'changed',
      changes: CHANGES,
      clientSecret: EVIL,
    },
  )}\n`,
  'POST /admin/domains/other/import?dryRun=true&prune=false&empty=false': `${JSON.stringify(SUMMARY)}\n${JSON.stringify(
    { clientId: EVIL, action: 'changed', changes: CHANGES },
  )}\n`,
  'GET /admin/audit?domain=default&clientId=x&order=desc&limit=50': [{ ...ENTRY, changes: { [EVIL]: {} } }],
  'GET /admin/audit': [ENTRY],
  'GET /admin/audit?order=desc': [ENTRY],
  'GET /admin/changes': 'id: 1\nevent: position\ndata: {"id":"1"}\n\n',
};

let cli: CommandLine;
let url: string;
/** Who answers. */
let answer: RequestListener;
const server = createServer((request, response) => {
  request.resume().once('end', () => answer(request, response));
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cli = warmCommandLine(url);
});
afterAll(() => {
  server.close().closeAllConnections();
});

const canned: RequestListener = ({ method, url }, response) => {
  const canned = ANSWERS[`${method} ${url}`];
  const type = /export$|\/import\?/.test(url!) ? 'x-ndjson' : url!.startsWith('/admin/changes') ? '' : 'json';
  response.setHeader('content-type', type === '' ? 'text/event-stream' : `application/${type}`);
  response.statusCode = canned === undefined ? 404 : 200;
  response.end(typeof canned === 'string' ? canned : JSON.stringify(canned));
};

function textsIn(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [value];
}

const COMMANDS: [args: string, input?: string][] = [
  ['domain list'],
  ['domain create'],
  ['credential list'],
  ['credential create x'],
  ['client list'],
  ['client list --columns audiences'],
  ['client restore x'],
  ['client suspend x --yes'],
  ['client list --suspended'],
  ['client list --owner x'],
  ['client about x'],
  ['client about x --owner x'],
  ['client lock x --managed-by x'],
  ['secret list x'],
  ['secret rotate x'],
  ['check'],
  ['apply -f - --plan', '- clientId: x'],
  ['apply -f - --yes', '- clientId: x'],
  ['drift -f -', '- clientId: x'],
  ['promote --from-domain default --to-domain other --map - --plan', 'a.example: b.example'],
  ['apply -f - --plan', 'managedBy: x\nclients: [{ clientId: x }]'],
  ['import - --dry-run', '{}\n'],
  ['audit list'],
  ['audit tail'],
];

describe('what a server says', () => {
  beforeEach(() => {
    answer = canned;
  });

  it.each(COMMANDS)('is shown to people with what cannot be seen: %s', async (args, input) => {
    const { stdout, stderr } = await cli(args.split(' '), { input });
    expect(stdout).toContain(SHOWN);
    expect(stdout).not.toMatch(INVISIBLE);
    expect(stderr).not.toMatch(INVISIBLE);
  });

  it.each([...COMMANDS, ['export'] as [string], ['client show x'] as [string]])(
    'is escaped in JSON, and is the same: %s',
    async (args, input) => {
      const { stdout } = await cli([...args.split(' '), '--json'], { input });
      expect(stdout).not.toMatch(INVISIBLE);
      const isWhole = !/^(import|promote|audit|export)/.test(args);
      const values = (isWhole ? [stdout] : stdout.trimEnd().split('\n')).map((text) => JSON.parse(text));
      expect(values.length).toBeGreaterThan(0);
      const texts = textsIn(values);
      expect(texts).toContain(EVIL);
    },
  );

  it('is shown at a terminal, too, where colours are ours alone', async () => {
    const { stdout } = await atTerminal(url, ['credential', 'list'], '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    const withoutOurs = stdout.replace(/\x1b\[(1|22)m/g, '').replaceAll('\r\n', '\n');
    expect(withoutOurs).toContain(SHOWN);
    expect(withoutOurs).not.toMatch(INVISIBLE);
  });

  it('is YAML of the same value when a client is shown', async () => {
    const { stdout, stderr } = await cli(['client', 'show', 'x']);
    expect(stdout).not.toMatch(INVISIBLE);
    expect(stderr).toContain(SHOWN);
    expect(stderr).not.toMatch(INVISIBLE);
    expect(parse(stdout)).toEqual(CLIENT);
  });

  it('goes into a file as it came', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-export-'));
    const file = path.join(folder, 'clients.ndjson');
    await cli(['export', '-o', file]);
    expect(readFileSync(file, 'utf8')).toBe(ANSWERS['GET /admin/domains/default/export']);
    rmSync(folder, { recursive: true });
  });

  it.each<[string, number, object]>([
    ['in a problem’s violations', 400, { errors: { [EVIL]: [EVIL] } }],
    ['in its detail', 409, { detail: EVIL }],
    ['in its title', 418, { title: EVIL }],
    ['when it cannot serve', 503, { detail: EVIL }],
  ])('is shown when it refuses: %s', async (_, status, problem) => {
    const headers = { 'content-type': 'application/problem+json' };
    answer = (_, response) => response.writeHead(status, headers).end(JSON.stringify(problem));
    for (const args of ['domain list', 'export', 'apply -f - --plan']) {
      const { stdout, stderr } = await cli(args.split(' '), { input: '- clientId: x' });
      expect(stdout).toBe('');
      expect(stderr).toContain(SHOWN);
      expect(stderr).not.toMatch(INVISIBLE);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it('is shown when it makes no sense', async () => {
    const reason = Buffer.from('a\x9b1m').toString('latin1');
    answer = (_, response) => response.writeHead(503, reason, { 'content-type': reason }).end();
    const { stderr } = await cli(['domain', 'list']);
    expect(stderr).toContain('a<U+009B>1m');
    expect(stderr).not.toMatch(INVISIBLE);
  });
});

describe('what was typed', () => {
  it.each([
    ['a command', [EVIL]],
    ['a command below another', ['client', EVIL]],
    ['an option', ['client', 'list', `--${EVIL}`]],
    ['the value of an option', ['secret', 'rotate', 'x', '--overlap', EVIL]],
  ])('is shown with what cannot be seen when it cannot be understood: %s', async (_, args) => {
    const { code, stderr } = await cli(args);
    expect(code).toBe(64);
    expect(stderr).toContain('<U+001B>');
    expect(stderr).not.toMatch(INVISIBLE);
  });
});
