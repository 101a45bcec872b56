import { asTheSdkPutsIt, expectProblem, LEGACY_CLIENT, rawRequest } from '../support/accounts.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

// ec.sdk 0.40.2 is not on npm, where 0.30.4 is the last one: what it sends, as recorded from a build of its source.

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.stop());

/** A request as 0.40.2 sends it; it has a Content-Type always, and repeats the last body in DELETE and GET. */
const send = (method: string, path: string, body?: object): Promise<Answer> =>
  rawRequest(server, method, path, {
    headers: {
      accept: 'application/hal+json',
      'content-type': body ? 'application/json' : 'application/hal+json',
      'x-user-agent': 'ec.sdk/0.40.2',
      authorization: `Bearer ${server.operatorToken}`,
    },
    body: body && JSON.stringify(body),
  });
/** A client of its own for each test, made as createClient does. */
const create = async (clientID: string): Promise<Answer> => {
  expect((await send('GET', '/')).status).toBe(200);
  const answer = await send('POST', '/client', { ...LEGACY_CLIENT, clientID });
  expect(answer.status).toBe(201);
  return answer;
};
const stored = (clientID: string) => send('GET', `/client?clientid=${clientID}`);

describe('42. ec.sdk 0.40.2', () => {
  it('createClient, save: PUT /client without a query, the id is in the body', async () => {
    const { body } = await create('created-saved');
    const saved = await send('PUT', '/client', asTheSdkPutsIt({ ...body, callbackURL: 'https://my-app.com/another' }));
    expect(saved.status).toBe(200);
    expect(saved.body).toMatchObject({
      clientID: 'created-saved',
      callbackURL: 'https://my-app.com/another',
      redirectURIs: ['https://my-app.com/another'],
      config: { tokenMethod: 'cookie' },
    });
    expect((await stored('created-saved')).body).toEqual(saved.body);
  });

  it('createClient, del: DELETE /client without a query and with the body of the POST', async () => {
    await create('created-deleted');
    const { total } = (await send('GET', '/client?_list=true')).body;
    expect((await send('DELETE', '/client', { ...LEGACY_CLIENT, clientID: 'created-deleted' })).status).toBe(204);
    expectProblem(await stored('created-deleted'), 404, 1102, 'clientID');
    expect((await send('GET', '/client?_list=true')).body.total).toBe(total - 1);
  });

  it('createClient, save, del: DELETE /client with the body of the PUT', async () => {
    const body = asTheSdkPutsIt({ ...(await create('created-saved-deleted')).body, clientName: 'Saved' });
    expect((await send('PUT', '/client', body)).body.clientName).toBe('Saved');
    expect((await send('DELETE', '/client', body)).status).toBe(204);
    expectProblem(await stored('created-saved-deleted'), 404, 1102, 'clientID');
  });

  it('client, save, resolve, del: all on the URL it was loaded from, with the body of the PUT', async () => {
    await create('loaded');
    const body = asTheSdkPutsIt({ ...(await stored('loaded')).body, clientName: 'Saved' });
    const saved = await send('PUT', '/client?clientid=loaded', body);
    expect({ status: saved.status, name: saved.body.clientName }).toEqual({ status: 200, name: 'Saved' });
    expect((await send('GET', '/client?clientID=loaded', body)).body).toEqual(saved.body);
    expect((await send('DELETE', '/client?clientID=loaded', body)).status).toBe(204);
    expectProblem(await stored('loaded'), 404, 1102, 'clientID');
  });

  it('clientList, save and del of an item: on its self link', async () => {
    await create('listed');
    const list = (await send('GET', '/client?size=3&_list=true&clientID=listed')).body;
    const [item] = list._embedded['ec:acc/client'];
    const { pathname, search } = new URL(item._links.self.href);
    const body = asTheSdkPutsIt({ ...item, clientName: 'Saved' });
    expect((await send('PUT', pathname + search, body)).body.clientName).toBe('Saved');
    expect((await send('DELETE', pathname + search, body)).status).toBe(204);
    expectProblem(await stored('listed'), 404, 1102, 'clientID');
  });

  it('deleteResource: DELETE /client?clientid=id with a Content-Type and no body', async () => {
    await create('unwanted');
    expect((await send('DELETE', '/client?clientid=unwanted')).status).toBe(204);
    expectProblem(await send('DELETE', '/client?clientid=unwanted'), 404, 1102, 'clientID');
  });
});
