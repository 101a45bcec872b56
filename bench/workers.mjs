// `npm run bench -- --workers`: the product as one process against the product as two, on both processors, which
// PostgreSQL and the load have to share with it.

import { compare } from './compare.mjs';
import { ALL, childrenOf, memoryOf } from './cpu.mjs';
import { Data } from './data.mjs';
import { startPostgres } from './postgres.mjs';
import { startProducts } from './product.mjs';
import { accounts, v1 } from './requests.mjs';
import { saveResults } from './results.mjs';
import { settings } from './settings.mjs';
import { alone } from './sides.mjs';
import { comparisonTable } from './table.mjs';

const COUNTS = [1, 2];
const CONNECTIONS = [16, 64];
const operations = [
  { name: 'v1 read one', request: v1.read },
  { name: 'accounts read one', request: accounts.read },
  { name: 'v1 PUT changed', request: v1.putChanged },
];

export async function measure(undo, { filter }) {
  const postgres = await startPostgres(undo);
  const DATABASE_URL = postgres.url();
  const data = new Data(DATABASE_URL);
  await undo.add(() => data.close());
  const products = [];
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
  const sidesOf = ({ request }) =>
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
