import { type AnswerOptions, type Environment, Server } from './server.js';
import { settings } from './settings.js';
import type { Undo } from './undo.js';

interface ProductOptions {
  readonly name?: string;
  readonly cpus?: string;
  /** The program; that of this build unless told otherwise. */
  readonly main?: string;
}

const API_KEY = 'operator-key-for-the-benchmark-0123456789';

/** Starts the product with an operator's key, and waits until it is ready. */
export async function startProduct(
  undo: Undo,
  env: Environment,
  { name = 'product', cpus, main, ...ready }: ProductOptions & AnswerOptions = {},
): Promise<Server> {
  const server = await spawnProduct(undo, env, { name, cpus, main });
  await server.answers({ path: '/health/ready', isGood: ({ ok }) => ok, ...ready });
  return server;
}

/** Several of the same, `count` of them; one after the other. */
export async function startProducts(
  undo: Undo,
  env: Environment,
  { count = settings.processes, ...how }: ProductOptions & { readonly count?: number } = {},
): Promise<Server[]> {
  const servers: Server[] = [];
  while (servers.length < count) servers.push(await startProduct(undo, env, how));
  return servers;
}

export async function spawnProduct(
  undo: Undo,
  env: Environment,
  { name = 'product', cpus, main = 'dist/src/main.js' }: ProductOptions = {},
): Promise<Server> {
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
