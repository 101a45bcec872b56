import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../bench/free-port.js';
import { answeringServer } from '../support/answering-server.js';
import { CLI, type CommandLine, inBash, warmCommandLine } from '../support/command-line.js';
import { startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let cli: CommandLine;
const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-completion-'));
const bin = path.join(folder, 'bin');

beforeAll(async () => {
  mkdirSync(bin);
  for (const file of ['clients.yaml', 'other file.yaml']) writeFileSync(path.join(folder, file), '');
  // What is entered is only shown; what completes is the command line itself.
  const clientele = `#!/bin/sh
case $1 in complet*) exec '${process.execPath}' '${path.resolve(CLI)}' "$@";; esac
printf '<%s>' "$@"; echo
`;
  writeFileSync(path.join(bin, 'clientele'), clientele, { mode: 0o755 });
  server = await startServer();
  cli = warmCommandLine(server.url);
  await server.call('POST', '/v1/domain', { body: { domain: 'shop.example.com' } });
  const body = { clientType: 'Confidential', grantType: 'ClientCredentials' };
  await server.call('PUT', '/v1/domain/default/client/web-1', { body });
  await server.call('PUT', '/v1/domain/shop.example.com/client/till', { body });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

const offered = async (words: string[], url = server.url) => {
  const { code, stdout, stderr } = await warmCommandLine(url)(['complete', '--', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  return { values: lines.slice(0, -1).map((line) => line.split('\t')[0]), directive: lines.at(-1) };
};
const NO_FILES = ':4';

describe('clientele completion', () => {
  it('completes in a real bash, also when it was sourced twice: commands, options, files and values', async () => {
    const typed: [keys: string, entered: string][] = [
      ['dom\tcr\tx', '<domain><create><x>'],
      ['audit tail --fol\t', '<audit><tail><--follow>'],
      ['apply -f cli\t', '<apply><-f><clients.yaml>'],
      ['apply --file=cli\t', '<apply><--file=clients.yaml>'],
      ['client apply x -f oth\t', '<client><apply><x><-f><other file.yaml>'],
      ['import cli\t', '<import><clients.yaml>'],
      ['export -o cli\t', '<export><-o><clients.yaml>'],
      ['convert --from key\t--ids cli\toth\t', '<convert><--from><keycloak><--ids><clients.yaml><other file.yaml>'],
      // Where no file may stand, none is offered.
      ['client show cli\t', '<client><show><cli>'],
      ['operator cli\t', '<operator><cli>'],
      ['client show w\t', '<client><show><web-1>'],
      ['client show -d sh\tt\t', '<client><show><-d><shop.example.com><till>'],
      [
        'promote --from-domain sh\t-c t\t--map cli\t',
        '<promote><--from-domain><shop.example.com><-c><till><--map><clients.yaml>',
      ],
      ['client list --domain=sh\t', '<client><list><--domain=shop.example.com>'],
      ['credential create x -p clients:r\t-p sec\t', '<credential><create><x><-p><clients:read><-p><secrets:verify>'],
      ['check --code secret_never_u\t', '<check><--code><secret_never_used>'],
      ['client list --columns clientId,clientN\t,sc\t', '<client><list><--columns><clientId,clientName,scope>'],
    ];
    const source = 'source <(clientele completion bash)\n';
    const lines = [`cd '${folder}'\n`, source, source, ...typed.map(([keys]) => `clientele ${keys}\n`), 'exit\n'];
    const { stdout } = await inBash(server.url, bin, lines.join(''));
    const shown = stdout.replaceAll('\r', '\n');
    expect(shown.match(/^<.*>$/gm)).toEqual(typed.map(([, entered]) => entered));
    expect(shown).not.toMatch(/readonly|error|command not found/i);
  });

  it.each(['zsh', 'fish', 'powershell'])('prints what %s needs to complete', async (shell) => {
    const { code, stdout, stderr } = await cli(['completion', shell]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/complete .*clientele|compdef .*clientele|ArgumentCompleter.*clientele/);
    expect(stdout).toContain('clientele complete ');
  });

  it('offers what the kind of a value allows', async () => {
    expect((await offered(['completion', ''])).values).toEqual(['bash', 'zsh', 'fish', 'powershell']);
    expect((await offered(['audit', 'list', '--order', ''])).values).toEqual(['asc', 'desc']);
    expect((await offered(['client', 'sh'])).values).toEqual(['show']);
    expect((await offered(['client', 'show', 'web-1', ''])).values).toEqual([]);
    expect((await offered(['client', 'list', '--search', 'w'])).values).toEqual([]);
    expect((await offered(['secret', 'revoke', 'web-1', ''])).values).toHaveLength(1);
    expect((await offered(['credential', 'revoke', ''])).values).toHaveLength(1);
    expect((await offered(['domain', 'delete', ''])).values).toEqual(['default', 'shop.example.com']);
    expect(await offered(['apply', '-f', ''])).toEqual({ values: [], directive: ':0' });
  });

  it('is silent where no server answers, or another, and offers nothing that a shell would run', async () => {
    const nobody = `http://localhost:${await freePort()}`;
    expect(await offered(['client', 'show', ''], nobody)).toEqual({ values: [], directive: NO_FILES });
    expect(await offered(['client', 'show', ''], 'no-url')).toEqual({ values: [], directive: NO_FILES });
    const other = await answeringServer();
    other.answersWith({ status: 200, type: 'text/html', body: '<html>' });
    expect(await offered(['client', 'show', ''], other.url)).toEqual({ values: [], directive: NO_FILES });
    const names = ['$(touch x)', '`x`', 'a b', "'", 'a;b', 'good.example.com'];
    const body = JSON.stringify(names.map((domain) => ({ domain })));
    other.answersWith({ status: 200, type: 'application/json', body });
    expect((await offered(['client', 'list', '-d', ''], other.url)).values).toEqual(['good.example.com']);
    other.stop();
  });
});
