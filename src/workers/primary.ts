import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { startDatabase } from '../store.js';
import type { ToPrimary, ToWorker } from './ipc.js';
import { Relay } from './relay.js';

const PAUSE_MS = 1000;

/**
 * Runs `config.workers` processes that share the port and are one instance. Replaces a worker that dies. `stop` lets all
 * of them answer the requests in flight. undefined = a worker could not start, and has printed the reason.
 */
export async function startWorkers(config: Config, log: Logger): Promise<{ stop(): Promise<void> } | undefined> {
  const database = await startDatabase(config, (sentence) => log.warn(sentence));
  const { url, folder } = database;
  const relay = new Relay();
  let isStopping = false;

  const start = async (isFirst: boolean): Promise<boolean> => {
    const worker = cluster.fork();
    worker.on('message', ({ type }: ToPrimary) => {
      if (type !== 'begin') return;
      worker.send({ type: 'database', database: { url, folder }, isFirst } satisfies ToWorker);
      // Not earlier, because before this the worker could not answer the others.
      relay.add(worker);
    });
    const hasStarted = await Promise.race([
      once(worker, 'listening').then(() => true),
      once(worker, 'exit').then(() => false),
    ]);
    if (hasStarted) worker.once('exit', () => void replace(worker, isFirst));
    return hasStarted;
  };
  const replace = async ({ process: { pid, exitCode, signalCode } }: Worker, isFirst: boolean): Promise<void> => {
    if (isStopping) return;
    log.error(`Worker ${pid} ended unexpectedly (${signalCode ?? exitCode}) and is replaced.`);
    while (!isStopping && !(await start(isFirst))) await sleep(PAUSE_MS);
  };
  const stop = async (): Promise<void> => {
    isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(
      workers.map((worker) => {
        const ended = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        return ended;
      }),
    );
    await database.stop();
  };

  // Starts one first: what prevents its start would prevent that of all, and so is printed only once.
  const haveStarted =
    (await start(true)) &&
    (await Promise.all(Array.from({ length: config.workers - 1 }, () => start(false)))).every(Boolean);
  if (haveStarted) return { stop };
  await stop();
  return undefined;
}
