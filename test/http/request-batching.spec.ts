import fastify, { type FastifyInstance } from 'fastify';
import { batchRequests } from '../../src/http/request-batching.js';
import { sendBytes, sendRequest } from '../support/raw-http.js';

let events: string[];
let app: FastifyInstance;

beforeEach(async () => {
  events = [];
  app = fastify();
  const tell = (event: string) =>
    app.addHook('onRequest', ({ url }, _reply, done) => {
      events.push(`${event} ${url}`);
      done();
    });
  tell('came');
  batchRequests(app);
  tell('begun');
  app.get('/:n', async () => 'text');
  await app.ready();
});

afterEach(() => app.close());

const all = (event: string, urls: readonly string[]) => urls.map((url) => `${event} ${url}`);

describe('requests that come in the same turn', () => {
  it('begin when all of them have come', async () => {
    const urls = ['/1', '/2', '/3'];
    const answers = await Promise.all(urls.map((url) => app.inject({ url })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(events).toEqual([...all('came', urls), ...all('begun', urls)]);
  });

  it('do not wait for more than thirty-one others', async () => {
    const urls = Array.from({ length: 40 }, (_, n) => `/${n}`);
    await Promise.all(urls.map((url) => app.inject({ url })));
    const [first, last] = [urls.slice(0, 32), urls.slice(32)];
    expect(events).toEqual([
      ...all('came', first),
      ...all('begun', first),
      ...all('came', last),
      ...all('begun', last),
    ]);
  });

  it('do not begin when their connection is lost first', async () => {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { status } = await sendBytes(url, 'GET /1 HTTP/1.1\r\nhost: x\r\n\r\nno request\r\n\r\n');
    expect(status).toBe(400);
    expect(events).toEqual(['came /1']);
    expect((await sendRequest(url, { method: 'GET', target: '/2' })).text).toBe('text');
    expect(events).toEqual(['came /1', 'came /2', 'begun /2']);
  });
});
