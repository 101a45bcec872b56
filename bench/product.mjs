import { Server } from './server.mjs';
import { settings } from './settings.mjs';

const API_KEY = 'operator-key-for-the-benchmark-0123456789';

/** Starts the product with an operator's key, and waits until it is ready. */
export async function startProduct(undo, env, { name = 'product', cpus, main, ...ready } = {}) {
  const server = await spawnProduct(undo, env, { name, cpus, main });
  await server.answers({ path: '/health/ready', isGood: ({ ok }) => ok, ...ready });
  return server;
}

/** Several of the same, `count` of them; one after the other. */
export async function startProducts(undo, env, { count = settings.processes, ...how } = {}) {
  const servers = [];
  while (servers.length < count) servers.push(await startProduct(undo, env, how));
  return servers;
}

export async function spawnProduct(undo, env, { name = 'product', cpus, main = 'dist/src/main.js' } = {}) {
  const server = await Server.start(name, [main], {
    env: {
      BOOTSTRAP_API_KEY: API_KEY,
      SECRET_PEPPER: 'a pepper for the benchmark',
      LOG_LEVEL: 'warn',
      ...env,
    },
    headers: { 'x-api-key': API_KEY },
    cpus,
  });
  await undo.add(() => server.stop());
  return server;
}
