import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../call.js';

/** What is said at first, and then each time. */
interface Talk {
  readonly head?: string;
  readonly text?: string;
}

export interface Flooded {
  /** When each connection was ended, the first ones first. */
  readonly times: readonly number[];
  /** The longest that somebody else waited. */
  readonly probe: number;
  /** How many requests of somebody else failed. */
  readonly refused: number;
}

const PROBE_EVERY_MS = 50;
const DRIP_EVERY_MS = 200;
const LONG_MS = 40_000;
const SLOW_HEAD = 'PUT /v1/domain/default/client/slow HTTP/1.1\r\nhost: x\r\n';

/**
 * Opens `count` connections that say nothing, or each time `text` once `head` is said, and waits until the server has
 * ended all of them; meanwhile a caller who was there before asks on. In milliseconds.
 */
export async function flood(
  { url, headers }: Target,
  { count, head = '', text }: Talk & { readonly count: number },
): Promise<Flooded> {
  const port = Number(new URL(url).port);
  const probe = new Probe(port, headers);
  await probe.once();
  const begin = performance.now();
  const ends = Array.from({ length: count }, () => endOf(port, head, text, begin));
  const asking = probe.run();
  const times = await Promise.all(ends);
  await probe.stop(asking);
  return { times: times.sort((one, other) => one - other), probe: probe.worst, refused: probe.refused };
}

/** A slow loris: a header without end. */
export const slowHeaders: Talk = { head: SLOW_HEAD, text: 'x' };
/** A body that would be there in some hours. */
export const slowBody = (key: string): Talk => ({
  head: `${SLOW_HEAD}x-api-key: ${key}\r\ncontent-length: 60000\r\n\r\n{`,
  text: ' ',
});

/** When a connection was ended; Infinity if it was not. */
async function endOf(port: number, head: string, text: string | undefined, begin: number) {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  socket.once('connect', () => head && socket.write(head));
  const drip = text === undefined ? undefined : setInterval(() => socket.write(text), DRIP_EVERY_MS);
  const late = sleep(LONG_MS, Number.POSITIVE_INFINITY, { ref: false });
  const closed = once(socket, 'close').then(() => performance.now() - begin);
  const time = await Promise.race([closed, late]);
  clearInterval(drip);
  socket.destroy();
  return time;
}

/** A caller with one connection, who asks again and again. */
class Probe {
  worst = 0;
  refused = 0;
  #isOver = false;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  readonly #options: http.RequestOptions;

  constructor(port: number, headers: Target['headers']) {
    const path = '/v1/domain/default/client?limit=1';
    this.#options = { port, host: '127.0.0.1', agent: this.#agent, path, headers };
  }

  async run(): Promise<void> {
    for (; !this.#isOver; await sleep(PROBE_EVERY_MS)) await this.once();
  }

  async stop(running: Promise<void>): Promise<void> {
    this.#isOver = true;
    await running;
    this.#agent.destroy();
  }

  async once(): Promise<void> {
    const begin = performance.now();
    const status = await new Promise<number>((resolve) => {
      const request = http.get({ ...this.#options, timeout: LONG_MS }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode!));
      });
      request.once('error', () => resolve(0)).once('timeout', () => request.destroy());
    });
    this.worst = Math.max(this.worst, performance.now() - begin);
    if (status !== 200) this.refused += 1;
  }
}
