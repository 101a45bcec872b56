import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PROBE_EVERY_MS = 50;
const DRIP_EVERY_MS = 200;
const LONG_MS = 40_000;
const SLOW_HEAD = 'PUT /v1/domain/default/client/slow HTTP/1.1\r\nhost: x\r\n';

/**
 * Opens `count` connections that say nothing, or each time `text` once `head` is said, and waits until the server has
 * ended all of them; meanwhile a caller who was there before asks on. In milliseconds.
 */
export async function flood({ url, headers }, { count, head = '', text }) {
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
export const slowHeaders = { head: SLOW_HEAD, text: 'x' };
/** A body that would be there in some hours. */
export const slowBody = (key) => ({
  head: `${SLOW_HEAD}x-api-key: ${key}\r\ncontent-length: 60000\r\n\r\n{`,
  text: ' ',
});

/** When a connection was ended; Infinity if it was not. */
async function endOf(port, head, text, begin) {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  socket.once('connect', () => head && socket.write(head));
  const drip = text && setInterval(() => socket.write(text), DRIP_EVERY_MS);
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
  isOver = false;

  constructor(port, headers) {
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.options = { port, host: '127.0.0.1', agent: this.agent, path: '/v1/domain/default/client?limit=1', headers };
  }

  async run() {
    for (; !this.isOver; await sleep(PROBE_EVERY_MS)) await this.once();
  }

  async stop(running) {
    this.isOver = true;
    await running;
    this.agent.destroy();
  }

  async once() {
    const begin = performance.now();
    const status = await new Promise((resolve) => {
      const request = http.get({ ...this.options, timeout: LONG_MS }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      });
      request.once('error', () => resolve(0)).once('timeout', () => request.destroy());
    });
    this.worst = Math.max(this.worst, performance.now() - begin);
    if (status !== 200) this.refused += 1;
  }
}
