import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { CLI, type CommandLine, settingsFor, warmCommandLine } from '../support/command-line.js';
import { until } from '../support/processes.js';
import { startServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let cli: CommandLine;
beforeAll(async () => {
  server = await startServer();
  cli = warmCommandLine(server.url);
});
afterAll(() => server.stop());

const linesOf = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
const put = (id: string, scope: string) =>
  server.call('PUT', `/v1/domain/default/client/${id}`, {
    body: { clientType: 'Confidential', grantType: 'ClientCredentials', scope },
  });

/** A way to the server that can be cut. */
async function openProxy() {
  const sockets = new Set<Socket>();
  const proxy = createServer((from) => {
    const to = connect(Number(new URL(server.url).port), '127.0.0.1');
    for (const socket of [from, to]) sockets.add(socket.on('error', () => {}));
    from.pipe(to).pipe(from);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut,
    close: () => {
      proxy.close();
      cut();
    },
  };
}

describe('clientele audit list', () => {
  it('shows changes from either end, and those that are chosen', async () => {
    const { id, apiKey: key } = await server.issue({ domain: 'default' });
    const body = { clientType: 'Confidential', grantType: 'ClientCredentials' };
    for (const name of ['listed-1', 'listed-2', 'listed-3']) {
      await server.call('PUT', `/v1/domain/default/client/${name}`, { key, body });
    }
    await server.call('DELETE', '/v1/domain/default/client/listed-2', { key });
    const listed = async (...args: string[]) => {
      const { code, stdout } = await cli(['audit', 'list', '--credential', id, '--json', ...args]);
      expect(code).toBe(0);
      return linesOf(stdout);
    };
    const names = (entries: { action: string; clientId: string }[]) => entries.map(({ clientId }) => clientId);
    const all = await listed();
    expect(names(all)).toEqual(['listed-2', 'listed-3', 'listed-2', 'listed-1']);
    expect(await listed('--order', 'asc')).toEqual(all.toReversed());
    expect(names(await listed('-n', '1'))).toEqual(['listed-2']);
    expect(names(await listed('--action', 'client.created', '-d', 'default'))).toEqual([
      ...['listed-3', 'listed-2', 'listed-1'],
    ]);
    expect(names(await listed('-c', 'listed-2'))).toEqual(['listed-2', 'listed-2']);
    const { at } = all.at(-1);
    expect(names(await listed('--to', at))).toContain('listed-1');
    expect(await listed('--to', '2020-01-01T00:00:00Z')).toEqual([]);
    const { stdout } = await cli(['audit', 'list', '--from', at, '-n', '1']);
    expect(stdout).toMatch(/^\S+Z {2}client\.deleted +default\/listed-2 {2}by test \(v1\) /);
    const tail = await cli(['audit', 'tail', '--credential', id, '--action', 'client.created', '-n', '2', '--json']);
    expect(names(linesOf(tail.stdout))).toEqual(['listed-2', 'listed-3']);
    const wrong = await cli(['audit', 'list', '--from', 'yesterday']);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('from must be a date')]);
  });
});

describe('clientele audit tail', () => {
  it('shows the last changes, oldest first, also those of one client among many', async () => {
    await put('rare', 'one');
    for (let index = 0; index < 30; index += 1) await put('often', `scope-${index}`);
    const last = linesOf((await cli(['audit', 'tail', '-n', '2', '--json'])).stdout);
    expect(last.map(({ changes }) => changes.scope.after)).toEqual(['scope-28', 'scope-29']);
    const rare = linesOf((await cli(['audit', 'tail', '-n', '2', '-c', 'rare', '--json'])).stdout);
    expect(rare.map(({ action }) => action)).toEqual(['client.created']);
    const { stdout } = await cli(['audit', 'tail', '-n', '1']);
    expect(stdout).toMatch(/^\S+Z {2}client\.changed +default\/often {2}by operator \(v1\) {2}scope\n$/);
  });

  it('follows what happens, each change once and in order, also when the connection is cut', async () => {
    const proxy = await openProxy();
    const follower = spawn(process.execPath, [CLI, 'audit', 'tail', '-n', '1', '--follow', '--json'], {
      env: settingsFor(proxy.url),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    let remarks = '';
    follower.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    follower.stderr.setEncoding('utf8').on('data', (chunk) => (remarks += chunk));
    try {
      await put('followed', 'start');
      await until('the end of the past is shown', () => text.includes('\n'));
      await put('followed', 'first');
      await until('the first change is told', () => /"first"/.test(text));
      proxy.cut();
      await put('followed', 'second');
      await until('what happened meanwhile is told', () => /"second"/.test(text));
      await put('followed', 'third');
      await until('and what happens then', () => /"after":"third"/.test(text));
      expect(
        linesOf(text)
          .slice(-3)
          .map(({ changes }) => changes.scope.after),
      ).toEqual(['first', 'second', 'third']);
      expect(new Set(linesOf(text).map(({ id }) => id)).size).toBe(linesOf(text).length);
      expect(remarks).toMatch(/cannot be reached: .* Waiting for it\.\n/);
    } finally {
      follower.kill();
      await once(follower, 'close');
      proxy.close();
    }
  });

  it('needs audit:read', async () => {
    const { apiKey } = await server.issue({ domain: 'default' });
    const { code, stderr } = await cli(['audit', 'tail', '-f'], { env: { CLIENTELE_API_KEY: apiKey } });
    expect([code, stderr]).toEqual([1, 'clientele: The credential lacks the permission audit:read.\n']);
  });
});
