import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LivenessProbe } from '../../../libs/persistence/src/testing/index.js';

const SILENT = /the database is silent/;
/** A fifth of the real ones. */
const TIMES = { lateMs: 160, answerMs: 140, lostMs: 600, slowMs: 6000 };

/** A host that answers a probe after so many milliseconds; undefined = never. */
async function host(delayMs?: number) {
  let voice = delayMs;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', async () => {
      if (voice === undefined) return;
      await sleep(voice);
      socket.write('N');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  let givenUp = 0;
  const { port } = server.address() as AddressInfo;
  const probe = new LivenessProbe(
    { host: '127.0.0.1', port },
    () => {
      givenUp += 1;
    },
    TIMES,
  );
  const speak = () => {
    voice = 0;
  };
  return { probe, close, speak, givenUp: () => givenUp };
}

const answerIn = (ms: number) => () => sleep(ms, 'answer');
const never = () => new Promise<string>(() => {});

describe.each([
  ['says something', 0],
  ['says something late', 300],
])('while the database %s', (_, delayMs) => {
  it('a long statement is waited for, at the latest from the second on', async () => {
    const { probe, close, givenUp } = await host(delayMs);
    const first = probe.inTime(answerIn(700));
    if (delayMs === 0) expect(await first).toBe('answer');
    else await expect(first).rejects.toThrow(SILENT);
    await sleep(delayMs);
    expect(await probe.inTime(answerIn(700))).toBe('answer');
    expect(givenUp()).toBe(0);
    close();
  });
});

describe('while the database is silent', () => {
  it('nobody waits long, later callers do not wait at all, and its connections are given up; until it answers again', async () => {
    const { probe, close, speak, givenUp } = await host();
    const asked = performance.now();
    await Promise.all(
      [0, 50, 120].map((ms) => expect(sleep(ms).then(() => probe.inTime(never))).rejects.toThrow(SILENT)),
    );
    expect(performance.now() - asked).toBeLessThan(1500);
    let isAsked = false;
    const ask = async () => {
      isAsked = true;
    };
    await expect(probe.inTime(ask)).rejects.toThrow(SILENT);
    expect(isAsked).toBe(false);
    await sleep(1000);
    expect(givenUp()).toBe(1);
    speak();
    await sleep(1500);
    expect(await probe.inTime(answerIn(0))).toBe('answer');
    close();
  });
});

describe('what the database answers in time', () => {
  it('goes through, errors included', async () => {
    const { probe, close } = await host();
    expect(await probe.inTime(answerIn(0))).toBe('answer');
    await expect(probe.inTime(() => Promise.reject(new Error('no such table')))).rejects.toThrow('no such table');
    close();
  });
});
