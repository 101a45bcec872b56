import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Answer, type AnsweringServer, answeringServer } from '../support/answering-server.js';
import { type CommandLine, commandLine, warmCommandLine } from '../support/command-line.js';

let server: AnsweringServer;
let cli: CommandLine;
const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-foreign-'));
const copy = path.join(folder, 'copy.ndjson');

beforeAll(async () => {
  server = await answeringServer();
  cli = warmCommandLine(server.url);
});
afterAll(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});

const HTML = '<!doctype html><title>Sign in</title><form></form>\n';
const PAGE: Answer = { status: 200, type: 'text/html; charset=utf-8', body: HTML };
/** What people read in place of it; nothing of the page itself, nor a parser's words. */
const expectPlain = (stderr: string, place: string, came: string) =>
  expect(stderr).toBe(
    `clientele: ${server.url}${place} answers with ${came}, which is not what Clientele says: is CLIENTELE_URL right, or does somebody want a login on the way?\n`,
  );

const DOMAIN = '/v1/domain/default';
const COMMANDS: [args: string, place: string, input?: string][] = [
  ['export', '/admin/domains/default/export'],
  [`export -o ${copy}`, '/admin/domains/default/export'],
  ['import -', '/admin/domains/default/import', '{"clientId":"a"}\n'],
  ['domain list', '/v1/domain'],
  ['domain create', '/v1/domain'],
  ['domain delete x --yes', '/v1/domain/x'],
  ['credential list', '/admin/credentials'],
  ['credential create ci', '/admin/credentials'],
  ['credential revoke x --yes', '/admin/credentials/x'],
  ['client list', `${DOMAIN}/client`],
  ['client show x', `${DOMAIN}/client/x`],
  ['client list --columns clientId', '/admin/domains/default/export'],
  ['client delete x --yes', `${DOMAIN}/client/x`],
  ['client suspend x --yes', '/admin/domains/default/clients/x/suspension'],
  ['client resume x', '/admin/domains/default/clients/x/suspension'],
  ['client list --suspended', '/admin/domains/default/suspensions'],
  ['client list --owner x', '/admin/domains/default/clients'],
  ['client about x', '/admin/domains/default/clients/x'],
  ['client lock x --managed-by x', '/admin/domains/default/clients/x/about'],
  ['client restore x', '/admin/domains/default/clients/x/restore'],
  ['secret revoke x y --yes', `${DOMAIN}/client/x/secrets/y`],
  ['secret list x', `${DOMAIN}/client/x/secrets`],
  ['secret rotate x', `${DOMAIN}/client/x/secrets`],
  ['apply -f - --yes', `${DOMAIN}/client/x`, '- clientId: x\n'],
  ['client apply x -f - --plan', `${DOMAIN}/client/x`, 'scope: x\n'],
  ['check', '/admin/domains/default/findings'],
  ['audit tail', '/admin/changes'],
  ['audit tail --follow', '/admin/changes'],
];

describe('where a login page, or another server, answers', () => {
  it.each(COMMANDS)('says which URL and what came, and nothing on stdout: %s', async (args, place, input) => {
    server.answersWith(PAGE);
    const { code, stdout, stderr } = await cli(args.split(' '), { input });
    expect([code, stdout]).toEqual([1, '']);
    expectPlain(stderr, place, '200 and text/html');
    expect(existsSync(copy)).toBe(false);
  });

  const FOREIGN: [what: string, Answer, came: string][] = [
    ['a page with an error', { ...PAGE, status: 403 }, '403 and text/html'],
    ['a page that asks for a credential', { ...PAGE, status: 401 }, '401 and text/html'],
    ['a page in place of what is not there', { ...PAGE, status: 404 }, '404 and text/html'],
    ['a page that says it is JSON', { ...PAGE, type: 'application/json' }, '200 and application/json'],
    [
      'JSON of another kind',
      { status: 200, type: 'application/json', body: '{"login":"/"}' },
      '200 and application/json',
    ],
    [
      'JSON of another kind, with an error',
      { status: 400, type: 'application/json', body: '{}' },
      '400 and application/json',
    ],
    ['a problem that says it is a page', { ...PAGE, status: 409, body: '{"detail":"Taken."}' }, '409 and text/html'],
    ['nothing', { status: 200 }, '200 and no content type'],
    ['nothing, with an error', { status: 500 }, '500 and no content type'],
    ['XML', { status: 200, type: 'application/xml', body: '<a/>' }, '200 and application/xml'],
  ];
  it.each(FOREIGN)('says so of %s', async (_, answer, came) => {
    server.answersWith(answer);
    const { code, stdout, stderr } = await cli(['domain', 'list']);
    expect([code, stdout]).toEqual([1, '']);
    expectPlain(stderr, '/v1/domain', came);
  });

  it.each([
    ['lines', ['import', '-'], 'application/x-ndjson', HTML, '/admin/domains/default/import'],
    [
      'events',
      ['audit', 'tail', '--follow'],
      'text/event-stream',
      `id: 1\nevent: change\ndata: ${HTML}\n`,
      '/admin/changes',
    ],
  ])('says so of %s that are none', async (_, args, type, body, place) => {
    server.answersWith({ status: 200, type, body });
    const { code, stdout, stderr } = await cli(args, { input: '{}\n' });
    expect([code, stdout]).toEqual([1, '']);
    expectPlain(stderr, place, `200 and ${type}`);
  });

  it.each([429, 502, 503, 504])('still says to try again later where a proxy says so: %d', async (status) => {
    server.answersWith({ ...PAGE, status });
    for (const args of [['domain', 'list'], ['export']]) {
      const { code, stdout, stderr } = await cli(args);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/^clientele: The server at \S+ cannot serve at the moment \(\d+\): [A-Z][\w ]+\n$/);
    }
  });

  it.each(['export', 'import -', 'audit tail --follow'])('ends at once, however long the page is: %s', async (args) => {
    server.answersWith({ ...PAGE, body: HTML + ' '.repeat(4_000_000) });
    const { code, stdout, stderr } = await commandLine(server.url)(args.split(' '), { input: '{}\n' });
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/answers with 200 and text\/html/)]);
  });

  it('waits for the answer to an import as long as it takes, where Node’s fetch would give up', async () => {
    const summary = { dryRun: false, created: 0, changed: 0, removed: 0, unchanged: 1 };
    const body = `${JSON.stringify(summary)}\n`;
    server.answersWith({ status: 200, type: 'application/x-ndjson', body, afterMs: 1500 });
    const impatient = pathToFileURL('test/support/impatient-fetch.mjs').href;
    const options = { input: '{}\n', env: { NODE_OPTIONS: `--import=${impatient}` } };
    const cold = commandLine(server.url);
    const { code, stdout, stderr } = await cold(['import', '-', '--json'], options);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: body, stderr: '' });
    expect((await cold(['export'], options)).stderr).toMatch(/cannot be reached: Headers Timeout/);
  });

  it('makes nothing of an answer that breaks off, and asks again where that is safe', async () => {
    server.answersWith({ status: 200, type: 'application/json', body: '[{"domain":', breaksOff: true });
    const list = await cli(['domain', 'list']);
    expect([list.code, list.stdout, server.visits]).toEqual([3, '', 1]);
    expect(list.stderr).toMatch(
      /^clientele: The server at \S+ cannot be reached: other side closed \(UND_ERR_SOCKET\)\.\n$/,
    );
    server.answersWith({ status: 201, type: 'application/json', body: '{"clientSecret":', breaksOff: true });
    expect((await cli(['secret', 'rotate', 'x'])).code).toBe(3);
    expect(server.visits).toBe(4);
  });
});
