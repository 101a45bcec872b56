import { Server } from './server.mjs';

const API_KEY = 'operator-key-for-the-benchmark-0123456789';

/** Starts the product with an operator's key, and waits until it is ready. */
export async function startProduct(undo, env, { name = 'product', cpus, ...ready } = {}) {
  const server = await spawnProduct(undo, env, { name, cpus });
  await server.answers({ path: '/health/ready', isGood: ({ ok }) => ok, ...ready });
  return server;
}

export async function spawnProduct(undo, env, { name = 'product', cpus, main = 'dist/src/main.js' } = {}) {
  const server = await Server.start(name, ['--max-semi-space-size=8', main], {
    env: {
      BOOTSTRAP_API_KEY: API_KEY,
      SECRET_PEPPER: 'a pepper for the benchmark',
      LOG_LEVEL: 'warn',
      MALLOC_ARENA_MAX: '1',
      ...env,
    },
    headers: { 'x-api-key': API_KEY },
    cpus,
  });
  await undo.add(() => server.stop());
  return server;
}
