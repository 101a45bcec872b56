import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bench/free-port.js';
import type { Server } from '../../bench/server.js';
import { call, type Target } from '../call.js';
import { hasHaproxy, startHaproxy } from '../haproxy.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';

export const title = 'rolling restart of three instances behind HAProxy';

const INSTANCES = 3;
const CALLERS = 12;
/** Until the proxy has sent some requests to the new one. */
const PAUSE_MS = 700;
const MOST_STOP_MS = 10_000;

const client = (n: number) => `/v1/domain/default/client/app-${n}`;
const v1 = (mark: string) => ({
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: [`https://app.example.com/${mark}`],
});
type Step = [method: string, path: string, status: number, body?: object];

/** One caller's round: what it sends, and what must come. */
const ROUND: readonly ((n: number, mark: string) => Step)[] = [
  (n, mark) => ['PUT', client(n), 200, v1(mark)],
  (n) => ['GET', client(n), 200],
  (n) => ['GET', `/client?clientID=app-${n}`, 200],
  (n, mark) => ['PUT', `/client?clientID=app-${n}`, 200, { clientName: mark }],
  () => ['GET', '/client?size=5', 200],
  (_, mark) => ['POST', '/client', 201, { clientID: mark, clientName: mark }],
  (_, mark) => ['DELETE', `/client?clientID=${mark}`, 204],
];

export async function run(stage: Stage): Promise<Outcome> {
  if (!hasHaproxy()) return { counts: { 'NOT COVERED': 'there is no haproxy here' }, failures: [] };
  const restarts = stage.size(20, 2);
  const postgres = await stage.postgres();
  const settings = { DATABASE_URL: postgres.url() };
  const start = (port: number) => stage.product({ ...settings, PORT: String(port) });
  const ports = await Promise.all(Array.from({ length: INSTANCES }, freePort));
  const servers: Server[] = [];
  for (const port of ports) servers.push(await start(port));
  const { url, said } = await startHaproxy(stage.undo, await stage.folder(), ports);
  const load = new Load({ url, headers: servers[0]!.headers });
  const failures: string[] = [];
  let slowest = 0;
  for (let round = 1; round <= restarts; round += 1) {
    for (const [index, port] of ports.entries()) {
      stage.progress(`restart ${round} of ${restarts}, instance ${index + 1}; ${load.answers} answers`);
      await sleep(PAUSE_MS);
      const begin = performance.now();
      const code = await servers[index]!.stop();
      const ms = performance.now() - begin;
      slowest = Math.max(slowest, ms);
      if (code !== 0 || ms > MOST_STOP_MS) failures.push(`An instance ended with ${code} after ${Math.round(ms)} ms.`);
      servers[index] = await start(port);
    }
  }
  await sleep(PAUSE_MS);
  await load.stop();
  const slow = said().match(/is DOWN.*timeout/gi) ?? [];
  return {
    counts: {
      'rolling restarts': restarts,
      'requests answered as they should be': load.answers,
      'requests that failed': load.failed,
      'slowest answer, ms': load.slowest,
      'slowest stop, ms': slowest,
      'servers given up because they were slow': slow.length,
    },
    failures: [...failures, ...load.failures],
  };
}

/** Callers of both dialects that never pause. */
class Load {
  answers = 0;
  failed = 0;
  readonly failures: string[] = [];
  slowest = 0;
  #isOver = false;
  readonly #running: Promise<void>[];

  constructor(proxy: Target) {
    this.#running = Array.from({ length: CALLERS }, (_, n) => this.#caller(proxy, n));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #caller(proxy: Target, n: number) {
    for (let round = 0; !this.#isOver; round += 1) {
      for (const step of ROUND) {
        const [method, path, expected, body] = step(n, `m${n}-${round}`);
        const { status, ms, error, body: said } = await call(proxy, method, path, { body });
        this.slowest = Math.max(this.slowest, ms);
        if (status === expected) this.answers += 1;
        else {
          this.failed += 1;
          if (this.failures.length < 5)
            this.failures.push(
              `${method} ${path}: ${status} after ${Math.round(ms)} ms, ${error ?? JSON.stringify(said)}`,
            );
        }
      }
    }
  }
}
