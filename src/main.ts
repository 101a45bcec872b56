import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartError } from '#persistence';
import { createApp } from './app.js';
import { type Config, ConfigError, readConfig } from './config.js';
import { firstSuccess } from './first-success.js';
import { createLog } from './operations/index.js';

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  // One sentence is all that helps; a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel, config.logPretty);
  // Before anything is set up: the operator's credential is shown once, and must not get lost in a start that fails.
  await requireFreePort(config);
  const server = await createApp(config, log);
  if (server.operator) process.stdout.write(firstSuccess(config, server.operator));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      log.info(`${signal}: answering what is in flight, then stopping`);
      await server.stop();
      process.exit(0);
    });
  }
  await server.app.listen(config.port, config.host);
  log.info({ docs: `${config.publicUrl}/docs` }, `Clientele listens on http://${config.host}:${config.port}`);
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
        : `The server cannot listen on ${host}:${port}: ${message}`,
    );
  }
  probe.close();
  await once(probe, 'close');
}
