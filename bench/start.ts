// `npm run bench -- --start`: the time from starting the process to its first good answer, against a bare Nest +
// TypeORM + Swagger server. On all processors: a start compiles, and nothing else runs.
import { compiled } from './compiled.js';
import { ALL, memoryOf } from './cpu.js';
import { type Figure, fixed, median } from './numbers.js';
import { startPostgres, temporaryFolder, withClient } from './postgres.js';
import { spawnProduct } from './product.js';
import { progress } from './progress.js';
import { saveResults } from './results.js';
import { Server } from './server.js';
import { settings } from './settings.js';
import { markdown } from './table.js';
import type { Undo } from './undo.js';

const PAUSE_MS = 5;
const LIST = '/clients?page=1&size=10';
const isGood = ({ status }: Response) => status === 200;

interface Contestant {
  readonly name: string;
  readonly start: () => Promise<Server>;
  readonly path: string;
  readonly times: number[];
  /** MiB at the first answer. */
  readonly memory: Figure[];
}

export async function measure(undo: Undo): Promise<void> {
  const postgres = await startPostgres(undo);
  const DATA_DIR = await temporaryFolder(undo);
  const nest = { DATABASE_URL: postgres.url('nest') };
  await withClient(postgres.url(), (client) => client.query('create database nest'));
  const floor = compiled('bench/floor-nest.ts');
  const contestants: Contestant[] = [
    {
      name: 'bare Nest + TypeORM + Swagger',
      start: () => Server.start('nest', [floor], { env: nest, cpus: ALL }),
      path: '/clients',
    },
    { name: 'product', start: () => spawnProduct(undo, { DATABASE_URL: postgres.url() }, { cpus: ALL }), path: LIST },
    { name: 'product, embedded PostgreSQL', start: () => spawnProduct(undo, { DATA_DIR }, { cpus: ALL }), path: LIST },
  ].map((contestant) => ({ ...contestant, times: [], memory: [] }));
  // The first start makes the tables, and the embedded PostgreSQL; it does not count.
  for (let round = 0; round <= Math.max(3, settings.rounds); round += 1) {
    progress(round === 0 ? 'starting for the first time' : `starting: round ${round}`);
    for (const contestant of contestants) await once(contestant, round > 0);
  }
  progress('');
  report(contestants);
}

async function once({ start, path, times, memory }: Contestant, counts: boolean) {
  const begin = performance.now();
  const server = await start();
  try {
    await server.answers({ path, pause: PAUSE_MS, isGood });
    if (!counts) return;
    times.push(performance.now() - begin);
    memory.push(memoryOf(server.pid)?.now);
  } finally {
    await server.stop();
  }
}

function report(contestants: readonly Contestant[]) {
  const floor = contestants[0]!;
  const rows = contestants.map(({ name, times, memory }) => {
    const ratios = times.map((time, round) => time / floor.times[round]!);
    const more = times.map((time, round) => (time - floor.times[round]!) / 1000);
    return [
      name,
      fixed(median(ratios), 2),
      `${fixed(Math.min(...ratios), 2)}..${fixed(Math.max(...ratios), 2)}`,
      fixed(median(more), 2),
      fixed(median(times)! / 1000, 2),
      fixed(median(memory), 0),
    ];
  });
  const columns = ['start to first answer', 'to bare Nest', 'min..max', 's more', 's', 'RSS then, MiB'];
  process.stdout.write(`\n${markdown(columns, rows)}\n`);
  const figures = contestants.map(({ name, times, memory }) => ({ name, times, memory }));
  process.stderr.write(`\nAll figures: ${saveResults('start', { figures })}\n`);
}
