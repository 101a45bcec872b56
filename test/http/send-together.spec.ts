import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { sendTogether } from '../../src/http/send-together.js';

const logged: string[] = [];
let events: string[];
let app: FastifyInstance;

beforeEach(async () => {
  events = [];
  logged.length = 0;
  app = fastify({ logger: { level: 'error', stream: { write: (line: string) => void logged.push(line) } } });
  const note =
    (event: string) =>
    ({ url }: { url: string }, _reply: unknown, payload: unknown, done: (error: null, payload: unknown) => void) => {
      events.push(`${event} ${url}`);
      done(null, payload);
    };
  app.addHook('onSend', note('made'));
  sendTogether(app);
  app.addHook('onSend', note('sent'));
  app.get('/text/:n', async () => 'text');
  app.get('/stream', async () => Readable.from(['text']));
  app.get('/bad', async (_request, reply) => reply.header('x-name', 'two\nlines').send('text'));
  await app.ready();
});

afterEach(() => app.close());

const get = (url: string) => app.inject({ url });

describe('answers that are ready in the same turn', () => {
  it('are sent when all of them are made', async () => {
    const answers = await Promise.all(['/text/1', '/text/2', '/text/3'].map(get));
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, 'text'],
      [200, 'text'],
      [200, 'text'],
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

  it('do not wait for a stream, nor it for them', async () => {
    await Promise.all([get('/text/1'), get('/stream')]);
    expect(events).toEqual(['made /text/1', 'made /stream', 'sent /stream', 'sent /text/1']);
  });

  it('are sent even if one of them cannot be, whose connection is cut', async () => {
    const bad = get('/bad').catch((error: Error) => error);
    const good = get('/text/1');
    expect((await good).body).toBe('text');
    expect(await bad).toBeInstanceOf(Error);
    await nextTurn();
    expect(logged.join()).toContain('an answer could not be sent');
  });
});
