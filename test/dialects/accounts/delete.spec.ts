import { auditRowsOf, expectProblem, secretsOf } from '../../support/accounts.js';
import { startServer, type TestServer } from '../../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let count = 0;
async function create(body: object = {}): Promise<string> {
  const clientID = `client-${++count}`;
  const { status } = await server.call('POST', '/client', { body: { clientID, ...body } });
  expect(status).toBe(201);
  return clientID;
}
const statusOf = async (clientID: string) => (await server.call('GET', `/client?clientID=${clientID}`)).status;
const total = async (): Promise<number> => (await server.call('GET', '/client?size=1')).body.total;

describe('deleting a client', () => {
  it.each(['/client?clientid=', '/client?clientID=', '/clients?clientID='])(
    '33. DELETE %s… with a leftover JSON body → 204, empty, no Content-Type; again → 404/1102',
    async (path) => {
      const [clientID, bystander] = [await create(), await create()];
      const request = { body: { clientID: bystander, clientName: 'left over' } };
      const { status, headers, text } = await server.call('DELETE', path + clientID, request);
      expect({ status, text }).toEqual({ status: 204, text: '' });
      expect(headers.get('content-type')).toBeNull();
      expect(await statusOf(clientID)).toBe(404);
      expect(await statusOf(bystander)).toBe(200);
      expectProblem(await server.call('DELETE', path + clientID, request), 404, 1102, 'clientID');
    },
  );

  it.each(['application/json', 'application/hal+json'])(
    '33. DELETE with Content-Type %s and an empty body → 204; again → 404/1102',
    async (type) => {
      const path = `/client?clientID=${await create()}`;
      const request = { headers: { 'content-type': type } };
      expect((await server.call('DELETE', path, request)).status).toBe(204);
      expectProblem(await server.call('DELETE', path, request), 404, 1102, 'clientID');
    },
  );

  it('33. DELETE with a body that is no JSON → 204: nobody asked for one', async () => {
    const { status } = await server.call('DELETE', `/client?clientID=${await create()}`, { body: '{bad' });
    expect(status).toBe(204);
  });

  it.each([
    ['no id and no body', '/client', undefined],
    ['an empty id', '/client?clientID=', undefined],
    ['two ids', '/client?clientID=client-1&clientID=client-2', undefined],
    ['a body without an id', '/client', { clientName: 'x' }],
    ['an empty id in the body', '/client', { clientID: '' }],
    ['an id in the body that is no string', '/client', { clientID: ['x'] }],
    ['a body that is no JSON', '/clients', '{bad'],
    ['a body that is no object', '/client', '["client-1"]'],
  ])('34. DELETE with %s → 400/1202 detail clientID, total unchanged', async (_, path, body) => {
    await create();
    const before = await total();
    expectProblem(await server.call('DELETE', path, { body }), 400, 1202, 'clientID');
    expect(await total()).toBe(before);
  });

  it.each(['/client', '/clients'])('34. DELETE %s with body {clientID} → 204', async (path) => {
    const [clientID, bystander] = [await create(), await create()];
    const before = await total();
    expect((await server.call('DELETE', path, { body: { clientID } })).status).toBe(204);
    expect(await statusOf(clientID)).toBe(404);
    expect(await statusOf(bystander)).toBe(200);
    expect(await total()).toBe(before - 1);
  });

  it('an id with commas, or one that no client can have → 404/1102, nothing deleted', async () => {
    const ids = [await create(), await create()];
    expectProblem(await server.call('DELETE', `/client?clientID=${ids.join(',')}`), 404, 1102, 'clientID');
    expectProblem(await server.call('DELETE', '/client?clientID=*'), 404, 1102, 'clientID');
    expect(await Promise.all(ids.map(statusOf))).toEqual([200, 200]);
  });

  it('takes the secrets along and leaves an audit row', async () => {
    const clientID = await create({ tokenEndpointAuthMethod: 'client_secret_basic' });
    expect(await secretsOf(server, clientID)).toHaveLength(1);
    await server.call('DELETE', `/client?clientID=${clientID}`);
    expect(await secretsOf(server, clientID)).toEqual([]);
    expect(await auditRowsOf(server, clientID)).toBe(2);
  });

  it('of many who delete the same client one gets 204, the others 404', async () => {
    const path = `/client?clientID=${await create()}`;
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.call('DELETE', path)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(5).fill(404)]);
  });

  it('a client made again under the same id inherits nothing, not even an ETag', async () => {
    const clientID = await create({
      callbackURL: 'https://example.com',
      tokenEndpointAuthMethod: 'client_secret_basic',
    });
    const path = `/client?clientID=${clientID}`;
    const old = await server.call('GET', path);
    await server.call('DELETE', path);
    const made = await server.call('POST', '/client', { body: { clientID } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ callbackURL: null, tokenEndpointAuthMethod: 'none', clientSecret: null });
    expect(made.headers.get('etag')).not.toBe(old.headers.get('etag'));
    expect(await secretsOf(server, clientID)).toEqual([]);
  });
});

describe('conditional deletion (item 8 of the decisions)', () => {
  it('If-Match that does not hold → 412/1112 and the client stays; that holds → 204', async () => {
    const clientID = await create();
    const path = `/client?clientID=${clientID}`;
    const etag = (await server.call('GET', path)).headers.get('etag')!;
    expectProblem(await server.call('DELETE', path, { headers: { 'if-match': '"other"' } }), 412, 1112);
    expect(await statusOf(clientID)).toBe(200);
    expect((await server.call('DELETE', path, { headers: { 'if-match': etag } })).status).toBe(204);
  });

  it('If-Unmodified-Since compares whole seconds', async () => {
    const clientID = await create();
    const path = `/client?clientID=${clientID}`;
    await server.database.query(`update clients set updated_at = '2024-05-06T07:08:09.987Z' where client_id = $1`, [
      clientID,
    ]);
    const since = (time: string) => ({ headers: { 'if-unmodified-since': new Date(time).toUTCString() } });
    expectProblem(await server.call('DELETE', path, since('2024-05-06T07:08:08Z')), 412, 1112);
    expect(await statusOf(clientID)).toBe(200);
    expect((await server.call('DELETE', path, since('2024-05-06T07:08:09Z'))).status).toBe(204);
  });
});
