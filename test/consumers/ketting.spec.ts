import { bearerAuth, Ketting, LinkNotFound, Problem, type Resource, type State } from 'ketting';
import { auditRowsOf, PROPERTIES } from '../support/accounts.js';
import { startServer, type TestServer } from '../support/test-server.js';

const ALL = Array.from({ length: 12 }, (_, index) => `client-${String(index + 1).padStart(2, '0')}`);
const callbackOf = (clientID: string) => `https://${clientID}.example.com/callback`;

let server: TestServer;
let root: Resource;

/** A fresh Ketting at the entry point: it remembers what it has read. */
const enter = (token?: string): Resource => {
  const ketting = new Ketting(server.url);
  if (token) ketting.use(bearerAuth(token));
  return ketting.go('/');
};
const data = async (resource: Resource | PromiseLike<Resource>) => (await (await resource).get()).data;
const idsOf = async (resource: Resource): Promise<string[]> =>
  Promise.all((await resource.followAll('ec:client')).map(async (item) => (await item.get()).data.clientID));

beforeAll(async () => {
  server = await startServer();
  root = enter(server.operatorToken);
  const list = await root.follow('ec:clients');
  for (const clientID of ALL) await list.post({ data: { clientID, callbackURL: callbackOf(clientID) } });
});
afterAll(() => server.stop());
beforeEach(() => {
  root = enter(server.operatorToken);
});

describe('45. ketting 8', () => {
  it('create: postFollow goes where Location says', async () => {
    const created = await (await root.follow('ec:clients')).postFollow({
      data: { clientID: 'created', clientName: 'Created' },
    });
    expect(created.uri).toBe(`${server.url}/client?clientID=created`);
    const client = await data(created);
    expect(client).toMatchObject({ clientID: 'created', clientName: 'Created', clientType: 'Legacy Client' });
    expect(Object.keys(client).sort()).toEqual([...PROPERTIES].sort());
    await created.delete();
  });

  it.each(['ec:client', 'ec:acc/client/by-id'])('read: %s, expanded', async (relation) => {
    const client = await root.follow(relation, { clientID: 'client-07' });
    expect(await data(client)).toMatchObject({ clientID: 'client-07', callbackURL: callbackOf('client-07') });
  });

  it.each([
    ['ec:clients', 'ec:client'],
    ['ec:acc/clients', 'ec:acc/client'],
  ])('list: %s → followAll(%s) gives all items, without reading them again', async (list, item) => {
    const resource = await root.follow(list);
    const state = await resource.get();
    expect(state.data).toEqual({ count: 10, total: ALL.length });
    const items = await resource.followAll(item);
    expect(items.map(({ uri }) => uri)).toEqual(
      ALL.slice(0, 10).map((clientID) => `${server.url}/client?clientID=${clientID}`),
    );
    for (const [index, { client, uri }] of items.entries()) {
      expect(client.cache.get(uri)?.data).toMatchObject({ clientID: ALL[index] });
    }
  });

  it('page: next leads through each client once, prev and first lead back', async () => {
    const pages: string[][] = [];
    let resource: Resource = await root.follow('search', { size: '5' });
    for (;;) {
      pages.push(await idsOf(resource));
      if (!(await resource.hasLink('next'))) break;
      resource = await resource.follow('next');
    }
    expect(pages).toEqual([ALL.slice(0, 5), ALL.slice(5, 10), ALL.slice(10)]);
    expect(await idsOf(await resource.follow('prev'))).toEqual(pages[1]);
    expect(await idsOf(await resource.follow('first'))).toEqual(pages[0]);
    await expect(resource.follow('next')).rejects.toThrow(LinkNotFound);
  });

  it('filter and sort: the search link', async () => {
    const search = async (variables: Record<string, string>) => idsOf(await root.follow('search', variables));
    expect(await search({ callbackURL: callbackOf('client-03') })).toEqual(['client-03']);
    expect(await search({ callbackURL: callbackOf('nobody') })).toEqual([]);
    expect(await search({ clientID: 'client-03,client-01' })).toEqual(['client-01', 'client-03']);
    expect(await search({ sort: '-clientID', size: '3' })).toEqual([...ALL].reverse().slice(0, 3));
    expect(await search({ sort: '-callbackURL', size: '5', page: '3' })).toEqual(['client-02', 'client-01']);
    expect(await data(root.follow('search', { clientID: 'client-03' }))).toMatchObject({ clientID: 'client-03' });
  });

  it('save: put({data}) of what was read and one edit', async () => {
    const client = await root.follow('ec:client', { clientID: 'client-05' });
    const read = await data(client);
    await client.put({ data: { ...read, clientName: 'Edited' } });
    const { modified, ...edited } = await data(client);
    expect(edited).toEqual({ ...read, modified: undefined, clientName: 'Edited' });
    expect(Date.parse(modified)).toBeGreaterThan(Date.parse(read.modified));
    expect(await auditRowsOf(server, 'client-05')).toBe(2);
  });

  it('save: put({data}) of an item of a list', async () => {
    const [item] = await (await root.follow('ec:clients')).followAll('ec:client');
    await item!.put({ data: { callbackURL: 'https://item.example.com/callback' } });
    expect(await data(item!)).toMatchObject({
      clientID: 'client-01',
      callbackURL: 'https://item.example.com/callback',
      config: { tokenMethod: 'query' },
    });
    await item!.put({ data: { callbackURL: callbackOf('client-01') } });
  });

  it('delete: the client is gone', async () => {
    const client = await (await root.follow('ec:clients')).postFollow({ data: { clientID: 'deleted' } });
    await client.delete();
    await expect(client.get()).rejects.toMatchObject({ status: 404, body: { code: 1102 } });
    expect((await (await root.follow('ec:clients')).refresh()).data.total).toBe(ALL.length);
  });

  const list = () => root.follow('ec:clients');
  const client = (clientID: string) => root.follow('ec:client', { clientID });
  it.each<[string, () => Promise<State | undefined | void>, number, number, string]>([
    ['an unknown client', async () => (await client('nobody')).get(), 404, 1102, 'clientID'],
    ['its delete', async () => (await client('nobody')).delete(), 404, 1102, 'clientID'],
    ['its put', async () => (await client('nobody')).put({ data: { clientName: 'x' } }), 404, 1102, 'clientID'],
    ['a duplicate', async () => (await list()).post({ data: { clientID: 'client-01' } }), 409, 1359, 'clientID'],
    ['no id', async () => (await list()).post({ data: { clientName: 'x' } }), 400, 1201, 'clientID'],
    ['a wrong id', async () => (await list()).post({ data: { clientID: 'BAD ID' } }), 400, 1211, 'clientID'],
    ['patch', async () => (await client('client-01')).patch({ data: {} }), 405, 1110, 'PATCH'],
    ['a wrong sort', async () => (await root.follow('search', { sort: 'nope' })).get(), 400, 1215, 'nope'],
    ['no token', async () => (await enter().follow('ec:clients')).get(), 401, 1400, ''],
    ['an invalid token', async () => (await enter('a.e30.c').follow('ec:clients')).get(), 401, 1401, ''],
  ])('an error is a Problem with its code: %s', async (_, call, status, code, detail) => {
    const problem = await call().catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    const { body, message } = problem as Problem;
    expect(body).toMatchObject({ status, code, detail, type: `${server.url}/doc/errors/${code}` });
    expect(message).toBe(`HTTP Error ${status}: ${body.title}`);
  });
});
