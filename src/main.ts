import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import type { Logger } from 'pino';
import { StartError } from '#persistence';
import { type Config, ConfigError, readConfig, secretsOf } from './config.js';
import { firstSuccess } from './first-success.js';
import { createLog } from './operations/log.js';
import { fromPrimary, startWorkers } from './workers/index.js';

/** The time that a proxy has after SIGTERM to notice that the server is leaving. Ctrl-C means that there is no proxy. */
const LINGER_MS = 2000;

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  // One sentence helps; a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
  // The channel to the primary would keep a worker alive.
  cluster.worker?.disconnect();
}

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel, config.logPretty, secretsOf(config));
  if (config.workers === 1 || cluster.isWorker) return serve(config, log);
  await requireFreePort(config);
  const workers = await startWorkers(config, log);
  if (!workers) {
    process.exitCode = 1;
    return;
  }
  stopOnSignal(log, () => workers.stop());
  sayWhere(config, log, ` with ${config.workers} workers`);
}

async function serve(config: Config, log: Logger): Promise<void> {
  const given = await fromPrimary();
  // First of all, since the operator's credential is shown only once and a start that fails would lose it.
  if (!given) await requireFreePort(config);
  // Takes more than half of the time that all modules take; the primary of workers, and a start that fails before, go without it.
  const { createApp } = await import('./app.js');
  const server = await createApp(config, log, given);
  if (server.operator) process.stdout.write(firstSuccess(config, server.operator));
  // One worker is enough, since all have the same settings.
  if (given?.isFirst !== false) for (const sentence of [...config.doubts, ...server.withoutEffect]) log.warn(sentence);
  stopOnSignal(given ? undefined : log, (signal) => server.stop(signal === 'SIGTERM' ? LINGER_MS : 0));
  await server.app.listen(config.port, config.host);
  if (!given) sayWhere(config, log);
}

/** Stops once: Ctrl-C reaches workers from the terminal and from their primary. Workers give no log; the primary logs. */
function stopOnSignal(log: Logger | undefined, stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, async () => {
      if (isStopping) return;
      isStopping = true;
      log?.info(`${signal}: answering what is in flight, then stopping`);
      await stop(signal);
      log?.info('Clientele has stopped');
      process.exit(0);
    });
  }
}

function sayWhere({ publicUrl, host, port }: Config, log: Logger, how = ''): void {
  log.info({ docs: `${publicUrl}/docs` }, `Clientele listens on http://${inUrl(host)}:${port}${how}`);
}

function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

async function requireFreePort({ port, host }: Config): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, host), 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StartError(
      code === 'EADDRINUSE'
        ? `Port ${port} on ${host} is in use: stop what listens there, or set PORT.`
        : `The server cannot listen on ${inUrl(host)}:${port}: ${message}`,
    );
  }
  probe.close();
  await once(probe, 'close');
}
