import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { BatchingAdapter } from '../../src/http/response-batching.js';

let events: string[];
let adapter: BatchingAdapter;
let app: FastifyInstance;

beforeEach(async () => {
  events = [];
  app = fastify();
  adapter = new BatchingAdapter(app as never);
  const answer = async (reply: FastifyReply) => {
    events.push(`made ${reply.request.url}`);
    await adapter.reply(reply, 'text', 201);
  };
  app.addHook('onSend', async ({ url }) => void events.push(`sent ${url}`));
  app.get('/text/:n', (_request, reply) => answer(reply));
  app.get('/bad', (_request, reply) => answer(reply.header('x-name', 'two\nlines')));
  app.setErrorHandler((error, _request, reply) => {
    events.push(`failed ${reply.request.url} ${(error as NodeJS.ErrnoException).code}`);
    void reply.removeHeader('x-name').code(500).send('failed');
  });
  await app.ready();
});

afterEach(() => app.close());

const get = (url: string) => app.inject({ url });

describe('answers that are ready in the same turn', () => {
  it('are sent when all of them are made', async () => {
    const answers = await Promise.all(['/text/1', '/text/2', '/text/3'].map(get));
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [201, 'text'],
      [201, 'text'],
      [201, 'text'],
    ]);
    expect(events).toEqual([
      ...['made /text/1', 'made /text/2', 'made /text/3'],
      ...['sent /text/1', 'sent /text/2', 'sent /text/3'],
    ]);
  });

  it('do not wait for more than thirty-one others', async () => {
    const urls = Array.from({ length: 40 }, (_, n) => `/text/${n}`);
    await Promise.all(urls.map(get));
    const [first, last] = [urls.slice(0, 32), urls.slice(32)];
    const all = (event: string, of: string[]) => of.map((url) => `${event} ${url}`);
    expect(events).toEqual([...all('made', first), ...all('sent', first), ...all('made', last), ...all('sent', last)]);
  });

  it('are sent even if one of them cannot be, which then fails like any other', async () => {
    const [bad, good] = await Promise.all(['/bad', '/text/1'].map(get));
    expect([bad!.statusCode, bad!.body]).toEqual([500, 'failed']);
    expect([good!.statusCode, good!.body]).toEqual([201, 'text']);
    expect(events).toContain('failed /bad ERR_INVALID_CHAR');
  });
});
