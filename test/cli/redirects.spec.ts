import { warmCommandLine } from '../support/command-line.js';
import { type RedirectingServer, redirectingServer } from '../support/redirecting-server.js';
import { OPERATOR_KEY } from '../support/test-server.js';

let server: RedirectingServer;
beforeAll(async () => {
  server = await redirectingServer();
});
afterAll(() => server.stop());

const STATUSES = [301, 302, 303, 307, 308];
const IMPORT = { input: '{"clientId":"a"}\n' };

describe('a server that points elsewhere', () => {
  it.each(STATUSES)('is not followed with a key: %d', async (status) => {
    for (const to of ['elsewhere', 'itself'] as const) {
      server.answersWith(status, to);
      const { code, stdout, stderr } = await warmCommandLine(server.url)(['domain', 'list']);
      expect([code, stdout]).toEqual([1, '']);
      const target = `${to === 'elsewhere' ? server.elsewhere : `${server.url}/moved`}/v1/domain`;
      expect(stderr).toBe(
        `clientele: ${server.url} points to ${target}, where the key is not sent: is CLIENTELE_URL right?\n`,
      );
      expect(server.visits).toEqual([expect.objectContaining({ at: 'named', url: '/v1/domain' })]);
      expect(server.visits[0]!.headers['x-api-key']).toBe(OPERATOR_KEY);
    }
  });

  it.each<[string, string[], { input?: string }?]>([
    ['asks', ['client', 'show', 'my-app']],
    ['asks for pages', ['credential', 'list']],
    ['writes', ['domain', 'create', 'login.example.com']],
    ['writes what may be repeated', ['credential', 'create', 'ci']],
    ['deletes', ['client', 'delete', 'my-app', '--yes']],
    ['plans', ['apply', '-f', '-', '--plan'], { input: '- clientId: a\n' }],
    ['compares', ['drift', '-f', '-'], { input: '- clientId: a\n' }],
    [
      'promotes',
      ['promote', '--from-domain', 'a', '--to-domain', 'b', '--map', '-'],
      { input: 'a.example: b.example\n' },
    ],
    ['exports', ['export']],
    ['imports', ['import', '-'], IMPORT],
    ['follows', ['audit', 'tail', '--follow']],
  ])('whatever a command does with it: it %s', async (_, args, options) => {
    for (const to of ['elsewhere', 'itself'] as const) {
      server.answersWith(307, to);
      const { code, stdout, stderr } = await warmCommandLine(server.url)(args, options);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(
        /^clientele: http:\/\/\S+ points to \S+, where the key is not sent: is CLIENTELE_URL right\?\n$/m,
      );
      expect(server.visits.filter(({ at, url }) => at === 'elsewhere' || url.startsWith('/moved'))).toEqual([]);
    }
  });
});
