// `npm run bench -- --workers`: the product as one process against the product as two, on both processors, which
// PostgreSQL and the load have to share with it.
import { compare } from './compare.js';
import { ALL, childrenOf, memoryOf } from './cpu.js';
import { Data } from './data.js';
import type { Options } from './options.js';
import { startPostgres } from './postgres.js';
import { startProducts } from './product.js';
import { accounts, type RequestOf, v1 } from './requests.js';
import { saveResults } from './results.js';
import type { Server } from './server.js';
import { settings } from './settings.js';
import { alone } from './sides.js';
import { comparisonTable } from './table.js';
import type { Undo } from './undo.js';

const COUNTS = [1, 2];
const CONNECTIONS = [16, 64];
const operations = [
  { name: 'v1 read one', request: v1.read },
  { name: 'accounts read one', request: accounts.read },
  { name: 'v1 PUT changed', request: v1.putChanged },
];

export async function measure(undo: Undo, { filter }: Options): Promise<void> {
  const postgres = await startPostgres(undo);
  const DATABASE_URL = postgres.url();
  const data = new Data(DATABASE_URL);
  await undo.add(() => data.close());
  const products: { name: string; servers: Server[]; pids: number[] }[] = [];
  for (const count of COUNTS) {
    const env = { DATABASE_URL, WORKERS: String(count) };
    const name = `WORKERS=${count}`;
    const servers = await startProducts(undo, env, { name, cpus: ALL });
    const pids = servers.flatMap(({ pid }) => (count === 1 ? [pid] : childrenOf(pid)));
    if (pids.length < count * servers.length) {
      throw new Error(`${name} started ${pids.length} worker processes: does the product know the setting?`);
    }
    products.push({ name, servers, pids });
  }
  await data.fill(settings.clients);
  const stage = { undo, postgres, data, failures: [] };
  const sidesOf = ({ request }: { readonly request: RequestOf }) =>
    products.map(({ name, servers }) => ({ name, groups: alone(servers), request, isMain: true }));
  const chosen = operations.filter(({ name }) => name.includes(filter));
  const results = await compare(stage, chosen, { sidesOf, connections: CONNECTIONS });
  const memory = products.flatMap(({ name, pids }) =>
    pids.map((pid) => `${name}: process ${pid} holds ${memoryOf(pid)?.now.toFixed(0)} MiB`),
  );
  process.stdout.write(
    `\nAgainst WORKERS=1:\n\n${comparisonTable(results, CONNECTIONS)}\n\n- ${memory.join('\n- ')}\n`,
  );
  process.stderr.write(`\nAll figures: ${saveResults('workers', { results, memory })}\n`);
}
