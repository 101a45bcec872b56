import { promisify } from 'node:util';
import traverson from 'traverson';
// @ts-expect-error It has no types.
import JsonHalAdapter from 'traverson-hal';
import { PROPERTIES } from '../support/accounts.js';
import { startServer, type TestServer } from '../support/test-server.js';

traverson.registerMediaType(JsonHalAdapter.mediaType, JsonHalAdapter);

type Builder = ReturnType<typeof traverson.from>;
// biome-ignore lint/suspicious/noExplicitAny: documents of every shape
type Document = any;
const ALL = Array.from({ length: 12 }, (_, index) => `client-${String(index + 1).padStart(2, '0')}`);
const callbackOf = (clientID: string) => `https://${clientID}.example.com/callback`;

let server: TestServer;

/** From the entry point on; what is got is the document, and a status of 400 or more is an error. */
const api = (token: string | null = server.operatorToken): Builder =>
  traverson
    .from(server.url)
    .jsonHal()
    .convertResponseToObject()
    .withRequestOptions(token === null ? {} : { headers: { authorization: `Bearer ${token}` } });
const follow = (...relations: [string, ...string[]]): Builder => api().follow(...relations);
const the = (clientID: string): Builder => follow('ec:client').withTemplateParameters({ clientID });
const search = (parameters: Record<string, unknown>): Builder => follow('search').withTemplateParameters(parameters);

const get = (builder: Builder): Promise<Document> => promisify<Document>((done) => builder.get(done))();
const post = (builder: Builder, data: object) => promisify<Document>((done) => builder.post(data, done))();
const put = (builder: Builder, data: object) => promisify<Document>((done) => builder.put(data, done))();
const urlOf = (builder: Builder) => promisify<string>((done) => builder.getUrl(done))();
/** The HTTP response, since there is no document. */
const del = (builder: Builder) =>
  promisify<Document>((done) => (builder as Document).convertResponseToObject(false).delete(done))();
const ids = ({ _embedded }: Document): string[] =>
  (_embedded?.['ec:client'] ?? []).map(({ clientID }: Document) => clientID);

beforeAll(async () => {
  server = await startServer();
  for (const clientID of ALL) await post(follow('ec:clients'), { clientID, callbackURL: callbackOf(clientID) });
});
afterAll(() => server.stop());

describe('45. traverson 7 with traverson-hal 7', () => {
  it('create: post to the list', async () => {
    const created = await post(follow('ec:acc/clients'), { clientID: 'created', clientName: 'Created' });
    expect(created).toMatchObject({ clientID: 'created', clientName: 'Created', clientType: 'Legacy Client' });
    expect(Object.keys(created)).toEqual(expect.arrayContaining(PROPERTIES));
    expect(await get(the('created'))).toEqual(created);
    await del(the('created'));
  });

  it.each(['ec:client', 'ec:acc/client/by-id'])('read: %s, expanded', async (relation) => {
    const client = await get(follow(relation).withTemplateParameters({ clientID: 'client-07' }));
    expect(client).toMatchObject({ clientID: 'client-07', callbackURL: callbackOf('client-07') });
  });

  it.each<[string, string]>([
    ['ec:acc/clients', 'ec:acc/client[1]'],
    ['ec:clients', 'ec:client[1]'],
    ['ec:clients', 'ec:client[clientID:client-02]'],
  ])('list: %s, %s is the second client', async (list, item) => {
    expect(await get(follow(list, item))).toMatchObject({ clientID: 'client-02' });
  });

  it('list: the items, counted', async () => {
    const list = await get(follow('ec:clients'));
    expect(list).toMatchObject({ count: 10, total: ALL.length });
    expect(ids(list)).toEqual(ALL.slice(0, 10));
    expect(await get(follow('ec:clients', 'ec:client[$all]'))).toEqual(list._embedded['ec:client']);
  });

  it('list: relations by their full URL', async () => {
    const relation = (name: string) => `${server.url}/doc/rel/${name}`;
    expect(await urlOf(follow(relation('acc/clients')))).toBe(`${server.url}/client`);
    expect(await get(follow(relation('clients'), 'ec:client[1]'))).toMatchObject({ clientID: 'client-02' });
    const byId = follow(relation('acc/client/by-id')).withTemplateParameters({ clientID: 'client-03' });
    expect(await get(byId)).toMatchObject({ clientID: 'client-03' });
  });

  it('content negotiation: our media type is known', async () => {
    const client = await get(api().useContentNegotiation().follow('ec:acc/clients', 'ec:acc/client[1]', 'self'));
    expect(client).toMatchObject({ clientID: 'client-02' });
  });

  it('content negotiation: an error is of a type of its own, to be registered like any other', async () => {
    const read = () => get(the('nobody').useContentNegotiation());
    await expect(read()).rejects.toThrow('application/problem+json');
    traverson.registerMediaType('application/problem+json', JsonHalAdapter);
    await expect(read()).rejects.toMatchObject({ name: 'HTTPError', httpStatus: 404, doc: { code: 1102 } });
  });

  it('page: next leads through each client once', async () => {
    const pages: string[][] = [];
    let builder = search({ size: 5 });
    for (;;) {
      const [page, traversal] = await new Promise<[Document, Document]>((resolve, reject) =>
        builder.get((error, document, next) => (error ? reject(error) : resolve([document, next]))),
      );
      pages.push(ids(page));
      if (!page._links.next) break;
      builder = traversal.continue().follow('next');
    }
    expect(pages).toEqual([ALL.slice(0, 5), ALL.slice(5, 10), ALL.slice(10)]);
  });

  it.each<[string[], string]>([
    [['next', 'ec:client[0]'], 'client-11'],
    [['next', 'prev', 'ec:client[1]'], 'client-02'],
    [['next', 'first', 'ec:client[2]'], 'client-03'],
  ])('page: ec:clients, %s in one walk', async (walk, clientID) => {
    expect(await get(follow('ec:clients', ...walk))).toMatchObject({ clientID });
  });

  it('filter and sort: the search link', async () => {
    expect(ids(await get(search({ callbackURL: callbackOf('client-03') })))).toEqual(['client-03']);
    expect(ids(await get(search({ callbackURL: callbackOf('nobody') })))).toEqual([]);
    expect(ids(await get(search({ clientID: 'client-03,client-01' })))).toEqual(['client-01', 'client-03']);
    expect(ids(await get(search({ sort: '-clientID', size: 3 })))).toEqual([...ALL].reverse().slice(0, 3));
    expect(ids(await get(search({ sort: '-callbackURL', size: 5, page: 3 })))).toEqual(['client-02', 'client-01']);
  });

  it('save: put of what was read and one edit', async () => {
    const { modified, ...read } = await get(the('client-05'));
    const saved = await put(the('client-05'), { ...read, modified, clientName: 'Edited' });
    expect(saved).toEqual({ ...read, clientName: 'Edited', modified: expect.any(String) });
    expect(Date.parse(saved.modified)).toBeGreaterThan(Date.parse(modified));
    expect(await get(the('client-05'))).toEqual(saved);
  });

  it('save: put to the self link of an item', async () => {
    const callbackURL = 'https://item.example.com/callback';
    const saved = await put(follow('ec:clients', 'ec:client[1]', 'self'), { callbackURL });
    expect(saved).toMatchObject({ clientID: 'client-02', callbackURL, config: { tokenMethod: 'query' } });
    await put(the('client-02'), { callbackURL: callbackOf('client-02') });
  });

  it('delete: the client is gone', async () => {
    await post(follow('ec:clients'), { clientID: 'deleted' });
    expect(await del(the('deleted'))).toMatchObject({ statusCode: 204, body: '' });
    await expect(get(the('deleted'))).rejects.toMatchObject({ name: 'HTTPError', httpStatus: 404 });
    expect((await get(follow('ec:clients'))).total).toBe(ALL.length);
  });

  it.each<[string, () => Promise<Document>, number, number, string]>([
    ['an unknown client', () => get(the('nobody')), 404, 1102, 'clientID'],
    ['its put', () => put(the('nobody'), { clientName: 'x' }), 404, 1102, 'clientID'],
    ['a duplicate', () => post(follow('ec:clients'), { clientID: 'client-01' }), 409, 1359, 'clientID'],
    ['no id', () => post(follow('ec:clients'), { clientName: 'x' }), 400, 1201, 'clientID'],
    ['a wrong id', () => post(follow('ec:clients'), { clientID: 'BAD ID' }), 400, 1211, 'clientID'],
    ['a wrong sort', () => get(search({ sort: 'nope' })), 400, 1215, 'nope'],
    ['no token', () => get(api(null).follow('ec:clients', 'ec:client[0]')), 401, 1400, ''],
    ['an invalid token', () => get(api('a.e30.c').follow('ec:clients')), 401, 1401, ''],
  ])('an error is an HTTPError with its document: %s', async (_, call, status, code, detail) => {
    await expect(call()).rejects.toMatchObject({
      name: 'HTTPError',
      httpStatus: status,
      doc: { status, code, detail, type: `${server.url}/doc/errors/${code}` },
    });
  });

  it('an error is a response without one when documents are not asked for', async () => {
    const response = await del(the('nobody'));
    expect(response.statusCode).toBe(404);
    expect(JSON.parse(response.body)).toMatchObject({ status: 404, code: 1102, detail: 'clientID' });
  });
});
