// `npm run bench -- --growth`: what an operation costs with more and more clients, against the first size, all sizes
// in one PostgreSQL and interleaved.
import { statfsSync } from 'node:fs';
import os from 'node:os';
import { compare } from './compare.js';
import { pinToLoad } from './cpu.js';
import { GrowthDatabase } from './growth-database.js';
import { deepPages, growthOperations } from './growth-operations.js';
import type { Options } from './options.js';
import { startPostgres } from './postgres.js';
import { saveResults } from './results.js';
import { settings } from './settings.js';
import { alone } from './sides.js';
import { comparisonTable } from './table.js';
import type { Undo } from './undo.js';

const SETTINGS = { max_wal_size: '4GB', autovacuum: 'off' };
/** What a client and the entry about it take on the disk with their indexes, and what PostgreSQL writes ahead. */
const CLIENT_BYTES = 1000;
const WAL_BYTES = 6 * 2 ** 30;

export async function measure(undo: Undo, { filter }: Options): Promise<void> {
  const databases = settings.sizes.map((size) => new GrowthDatabase(size));
  requireSpace(databases);
  pinToLoad();
  const postgres = await startPostgres(undo, SETTINGS);
  const failures: string[] = [];
  const stage = { undo, postgres, data: { settle: () => {} }, failures };
  for (const database of databases) {
    const begin = performance.now();
    await database.start(undo, postgres);
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    const mebibytes = ((await database.bytes()) / 2 ** 20).toFixed(0);
    stage.failures.push(`${database.name}: loaded in ${seconds} s, ${mebibytes} MiB with indexes.`);
    database.pages = await deepPages(database);
  }
  await databases[0]!.pool.query('alter system reset autovacuum');
  await databases[0]!.pool.query('select pg_reload_conf()');
  const notes = stage.failures.splice(0);
  const sidesOf = (operation: (typeof growthOperations)[number]) =>
    databases.map((database) => ({
      name: database.name,
      ...(operation.runOn
        ? { run: operation.runOn(database) }
        : { groups: alone(database.servers), request: operation.requestOn!(database), isMain: true }),
      rows: database,
      mayFail: true,
    }));
  const chosen = growthOperations.filter(({ name }) => name.includes(filter));
  const results = await compare(stage, chosen, { sidesOf, connections: [settings.usualConnections] });
  const table = comparisonTable(results, [settings.usualConnections]);
  notes.push(...stage.failures);
  process.stdout.write(`\nAgainst ${databases[0]!.name} clients:\n\n${table}\n\n- ${notes.join('\n- ')}\n`);
  process.stderr.write(`\nAll figures: ${saveResults('growth', { results, notes })}\n`);
  const words = databases.flatMap(({ name, servers }) =>
    servers.map(({ output }) => output && `${name} printed last:\n${output}\n`),
  );
  process.stderr.write(words.join(''));
  if (stage.failures.length > 0) throw new Error('Not everything could be measured: see above.');
}

function requireSpace(databases: readonly GrowthDatabase[]) {
  const { bavail, bsize } = statfsSync(os.tmpdir());
  const needed = databases.reduce((sum, { clients }) => sum + clients * CLIENT_BYTES, WAL_BYTES);
  if (bavail * bsize > needed) return;
  const gibibytes = (bytes: number) => (bytes / 2 ** 30).toFixed(0);
  throw new Error(
    `${gibibytes(needed)} GiB are needed in ${os.tmpdir()}, ${gibibytes(bavail * bsize)} are free: set BENCH_SIZES or TMPDIR.`,
  );
}
