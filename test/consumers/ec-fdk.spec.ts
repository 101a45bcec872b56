import { PROPERTIES } from '../support/accounts.js';
import { startServer, type TestServer } from '../support/test-server.js';

// npm answers 404 for ec.fdk, and its hosts are hard-coded: what its admin functions send, by fetch as they do it,
// and what they make of the answer.

let server: TestServer;
beforeAll(async () => (server = await startServer()));
afterAll(() => server.stop());

/** It asks for no media type, sends a Content-Type with every write, and escapes nothing. */
const send = (method: string, path: string, value?: object): Promise<Response> =>
  fetch(`${server.url}/${path}`, {
    method,
    headers: {
      ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
      Authorization: `Bearer ${server.operatorToken}`,
    },
    body: value && JSON.stringify(value),
  });
// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
const json = async (response: Response | Promise<Response>): Promise<any> => (await response).json();
/** It sorts its parameters by name, takes the first relation that is embedded, and makes an array of a single item. */
const resourceList = async (options: Record<string, string> = {}) => {
  const parameters = Object.entries({ size: '25', page: '1', _list: 'true', ...options });
  const query = parameters.sort(([a], [b]) => a.localeCompare(b)).map((parameter) => parameter.join('='));
  const { count, total, _embedded } = await json(send('GET', `client?${query.join('&')}`));
  const items = _embedded ? Object.values(_embedded)[0] : [];
  return { count, total, items: Array.isArray(items) ? items : [items] };
};
const ids = async (options = {}) => (await resourceList(options)).items.map(({ clientID }) => clientID);

describe('44. ec.fdk 0.9.31', () => {
  it('resourceList of no client is an empty list', async () => {
    expect(await resourceList()).toEqual({ count: 0, total: 0, items: [] });
    expect(await resourceList({ 'clientID~': 'nobody' })).toEqual({ count: 0, total: 0, items: [] });
  });

  it('createAccountClient without a config, resourceList, resourceGet', async () => {
    const value = { clientID: 'my-app', callbackURL: 'https://my-app.com/callback' };
    const response = await send('POST', 'client', value);
    expect(response.status).toBe(201);
    const created = await json(response);
    expect(created).toMatchObject({ ...value, config: { tokenMethod: 'query' } });
    expect(Object.keys(created)).toEqual(expect.arrayContaining(PROPERTIES));
    expect(await resourceList()).toEqual({ count: 1, total: 1, items: [created] });
    expect(await json(send('GET', 'client?clientID=my-app'))).toEqual(created);
  });

  it('resourceList with filters and a sort, none of them escaped', async () => {
    for (const clientID of ['app-a', 'app-b']) await send('POST', 'client', { clientID, clientName: 'An app, or two' });
    expect(await ids()).toEqual(['app-a', 'app-b', 'my-app']);
    expect(await ids({ callbackURL: 'https://my-app.com/callback' })).toEqual(['my-app']);
    expect(await ids({ 'callbackURL!': '' })).toEqual(['my-app']);
    expect(await ids({ 'clientID~': 'APP-' })).toEqual(['app-a', 'app-b']);
    expect(await ids({ clientName: '(An app, or two)', sort: '-clientID' })).toEqual(['app-b', 'app-a']);
    expect(await ids({ sort: '+clientID' })).toEqual(['app-a', 'app-b', 'my-app']);
    expect(await ids({ _fields: 'clientID,callbackURL' })).toEqual(['app-a', 'app-b', 'my-app']);
  });

  it('resourceList, editAccountClient with all that was read, resourceGet', async () => {
    const [item] = (await resourceList({ clientID: 'my-app' })).items;
    const response = await send('PUT', 'client?clientID=my-app', {
      ...item,
      callbackURL: 'https://my-app.com/another',
      clientName: 'Edited',
    });
    expect(response.status).toBe(200);
    const edited = await json(response);
    expect(edited).toMatchObject({ callbackURL: 'https://my-app.com/another', clientName: 'Edited' });
    expect(await json(send('GET', 'client?clientID=my-app'))).toEqual(edited);
  });

  it('deleteAccountClient sends a Content-Type without a body', async () => {
    const response = await send('DELETE', 'client?clientID=my-app');
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 204, text: '' });
    expect(await ids()).toEqual(['app-a', 'app-b']);
  });

  it.each([
    ['GET', 'client?clientID=nobody', undefined, 404, 'Not Found', 1102],
    ['DELETE', 'client?clientID=nobody', undefined, 404, 'Not Found', 1102],
    ['POST', 'client', { clientID: 'app-a' }, 409, 'Conflict', 1359],
    ['POST', 'client', { clientID: 'BAD ID' }, 400, 'Bad Request', 1211],
  ])('an error of %s %s is told by its reason phrase: its document is no application/json', async (...given) => {
    const [method, path, value, status, statusText, code] = given;
    const response = await send(method, path, value);
    expect(response).toMatchObject({ status, statusText });
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await json(response)).toMatchObject({
      code,
      title: expect.stringMatching(/./),
      detail: 'clientID',
      verbose: expect.any(String),
    });
  });
});
