import { apiClient } from '#api-client';
import { Clientele } from '../../examples/authorization-server/clientele.js';
import { type RedirectingServer, redirectingServer } from '../support/redirecting-server.js';

const KEY = 'a-key-that-stays-here';

describe('a server that points elsewhere gets the key, and nobody else does, from', () => {
  let server: RedirectingServer;
  beforeAll(async () => {
    server = await redirectingServer();
  });
  afterAll(() => server.stop());

  const expectNoOtherVisit = () => {
    expect(server.visits.length).toBeGreaterThan(0);
    for (const { at, url, headers } of server.visits) {
      expect([at, url.startsWith('/moved'), headers['x-api-key']]).toEqual(['named', false, KEY]);
    }
  };

  it.each([301, 302, 303, 307, 308])('the typed client, which hands the answer over: %d', async (status) => {
    for (const to of ['elsewhere', 'itself'] as const) {
      server.answersWith(status, to);
      const api = apiClient({ url: server.url, key: KEY });
      const { data, response } = await api.GET('/v1/domain');
      expect([data, response.status]).toEqual([undefined, status]);
      await api.POST('/v1/domain', { body: { domain: 'login.example.com' } });
      expectNoOtherVisit();
    }
  });

  it('one with a fetch of its own', async () => {
    server.answersWith(308);
    const api = apiClient({
      url: server.url,
      key: KEY,
      fetch: (request) => fetch(request, { signal: AbortSignal.timeout(5000) }),
    });
    expect((await api.GET('/v1/domain')).response.status).toBe(308);
    expectNoOtherVisit();
  });

  it('the example’s authorization server, which fails', async () => {
    server.answersWith(302);
    const clientele = new Clientele({ url: server.url, apiKey: KEY, domain: 'default' });
    await expect(clientele.read('my-app')).rejects.toThrow('302');
    await expect(clientele.verify('my-app', 'secret')).rejects.toThrow('302');
    await expect(clientele.changes().next()).rejects.toThrow('302');
    expectNoOtherVisit();
  });
});
