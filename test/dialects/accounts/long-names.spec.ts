import { incompressible } from '../../../libs/clients/src/testing/incompressible.js';
import { startServer, type TestServer } from '../../support/test-server.js';

/** As long as a name may be, of letters that take most room, and different only at their ends. */
const nameOf = (end: string) => `${incompressible(999)}${end}`;

describe('names as long as names may be', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const nameIn = async (clientID: string) => (await server.call('GET', `/client?clientID=${clientID}`)).body.clientName;

  it('are taken by POST, by PUT and by an import, whose dry run says so', async () => {
    const post = await server.call('POST', '/client', { body: { clientID: 'posted', clientName: nameOf('b') } });
    expect([post.status, post.body.clientName]).toEqual([201, nameOf('b')]);

    await server.call('POST', '/client', { body: { clientID: 'changed', clientName: 'short' } });
    const put = await server.call('PUT', '/client?clientID=changed', { body: { clientName: nameOf('a') } });
    expect([put.status, await nameIn('changed')]).toEqual([200, nameOf('a')]);

    const line = {
      clientId: 'imported',
      clientType: 'Public',
      grantType: 'AuthorizationCode',
      clientName: nameOf('c'),
    };
    const send = (query: string) =>
      server.call('POST', `/admin/domains/default/import${query}`, {
        body: `${JSON.stringify({ ...line, redirectUris: ['https://app.example.com/'] })}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      });
    for (const query of ['?dryRun=true', '']) {
      const { status, text } = await send(query);
      expect([status, text]).toEqual([200, expect.stringContaining('"created":1')]);
    }
    expect(await nameIn('imported')).toBe(nameOf('c'));
  });

  it('are listed in their order, page by page, there and back', async () => {
    const idOn = async (path: string) => {
      const { body } = await server.call('GET', path);
      const { next, prev } = body._links;
      const [client] = [body._embedded['ec:acc/client']].flat();
      return { id: client.clientID, next: next?.href, prev: prev?.href };
    };
    const pathOf = (href: string) => href.slice(server.url.length);
    let page = await idOn('/client?sort=clientName&size=1');
    const walked = [page.id];
    for (const direction of ['next', 'prev'] as const) {
      while (page[direction]) {
        page = await idOn(pathOf(page[direction]));
        walked.push(page.id);
      }
    }
    expect(walked).toEqual(['changed', 'posted', 'imported', 'posted', 'changed']);
  });
});
