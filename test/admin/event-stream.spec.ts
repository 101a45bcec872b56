import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedPage, TrailEntry } from '#audit';
import { changeEvents } from '../../src/admin/change-events.js';
import { eventStream } from '../../src/admin/event-stream.js';
import { until } from '../support/processes.js';

const CHECK_MS = 10;

/** A server that sends chunks; what came of the stream. */
async function serving(chunks: (signal: AbortSignal) => AsyncIterable<string>, isStillAdmitted = async () => true) {
  const stream = new AbortController();
  const server = http.createServer((_, response) => {
    eventStream(chunks(stream.signal), response, { stream, isStillAdmitted, checkMs: CHECK_MS }).pipe(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, stream, stop: () => server.close() };
}

describe('a stream of events', () => {
  it('goes no faster than its reader', async () => {
    let sent = 0;
    const { port, stream, stop } = await serving(async function* () {
      for (; sent < 1000; sent += 1) yield 'x'.repeat(1024 * 1024);
    });
    const socket = connect(port, '127.0.0.1').pause();
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    let before = -1;
    await until('it takes no more', () => {
      const isSame = sent > 0 && sent === before;
      before = sent;
      return isSame;
    });
    expect(sent).toBeLessThan(100);
    socket.destroy();
    await until('the stream has ended', () => stream.signal.aborted);
    stop();
  });

  it('goes on when there was nothing to say for a while', async () => {
    const { port, stream, stop } = await serving(async function* () {
      yield 'first ';
      await sleep(200);
      yield 'last';
    });
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('first last');
    expect(stream.signal.aborted).toBe(true);
    stop();
  });

  it('ends at once when its reader was gone before it began', async () => {
    const stream = new AbortController();
    const server = http.createServer(async ({ socket }, response) => {
      const closed = once(response, 'close');
      socket.destroy();
      await closed;
      eventStream(Readable.from(['for nobody']), response, {
        stream,
        isStillAdmitted: async () => true,
        checkMs: CHECK_MS,
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    http.get({ port: (server.address() as AddressInfo).port, agent: false }).on('error', () => {});
    await until('it has ended', () => stream.signal.aborted);
    server.close();
  });

  it('ends with its connection also when it waits there behind another answer', async () => {
    const stream = new AbortController();
    const server = http.createServer(({ url }, response) => {
      if (url === '/first') return;
      eventStream(Readable.from(['later']), response, { stream, isStillAdmitted: async () => true, checkMs: CHECK_MS });
      response.req.socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    socket.write(request('/first') + request('/second'));
    await until('it has ended', () => stream.signal.aborted);
    server.close();
  });

  it('is silent while nobody can tell whether the reader is still admitted, and ends when it is not', async () => {
    let admitted: () => Promise<boolean> = () => Promise.reject(new Error('away'));
    const { port, stop } = await serving(
      async function* (signal) {
        yield 'secret ';
        while (!signal.aborted) await sleep(5);
      },
      () => admitted(),
    );
    let text = '';
    http
      .get({ port, agent: false }, (response) => {
        response.on('error', () => {});
        response.on('data', (chunk) => (text += chunk));
      })
      .on('error', () => {});
    await sleep(100);
    expect(text).toBe('');
    admitted = async () => true;
    await until('it is sent', () => text === 'secret ');
    admitted = async () => false;
    const closed = new Promise((resolve) => stop().once('close', resolve));
    await closed;
  });
});

describe('the events of the feed', () => {
  const entry = (position: string) => ({ position, at: new Date(0), changes: {} }) as TrailEntry;
  async function* pages(...given: (FeedPage | number)[]): AsyncGenerator<FeedPage, void> {
    for (const page of given) {
      if (typeof page === 'number') await sleep(page);
      else yield page;
    }
  }
  const collect = async (events: AsyncGenerator<string, void>) => {
    let text = '';
    for await (const chunk of events) text += chunk;
    return text.split('\n\n').map((block) => /^id: \d+|^:/m.exec(block)?.[0]);
  };

  it('break the silence with a comment, or with the position when that has moved unseen', async () => {
    const given = pages({ entries: [entry('6')], position: '6' }, 400, { entries: [], position: '9' }, 400);
    const [start, change, ...silence] = await collect(changeEvents(given, '5', 50));
    expect([start, change]).toEqual(['id: 5', 'id: 6']);
    expect(silence).toEqual(expect.arrayContaining([':', 'id: 9']));
    expect(silence.indexOf(':')).toBeLessThan(silence.indexOf('id: 9'));
    expect(silence.filter((each) => each === 'id: 9')).toHaveLength(1);
  });

  it('leave nothing behind for each heartbeat, however long the silence', async () => {
    let reactions = 0;
    const never = new Promise<never>(() => {});
    const page = Object.assign(never.then(), {
      // biome-ignore lint/suspicious/noThenProperty: counts who waits for it
      then: (...given: Parameters<typeof never.then>) => {
        reactions += 1;
        return never.then(...given);
      },
    });
    const silent = { next: () => page, return: async () => ({}) } as unknown as AsyncGenerator<FeedPage, void>;
    const events = changeEvents(silent, '5', 1);
    for (let heartbeat = 0; heartbeat < 20; heartbeat += 1) await events.next();
    expect(reactions).toBeLessThan(5);
  });
});
