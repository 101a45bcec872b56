// The usual run: the product against floors and peers, one table.
import { compare, type Result, type Round } from './compare.js';
import { type Memory, memoryOf } from './cpu.js';
import { generator } from './load/closed.js';
import { fixed } from './numbers.js';
import { operations } from './operations.js';
import type { Options } from './options.js';
import { PEERS, startPeers } from './peers.js';
import { keepForDocuments, saveComparison } from './results.js';
import { settings } from './settings.js';
import { participantsIn, sidesOf } from './sides.js';
import { Stage } from './stage.js';
import { comparisonTable, coreTable, markdown, neighbourTable } from './table.js';
import { targetTable } from './targets.js';
import type { Undo } from './undo.js';

export async function measure(undo: Undo, { filter, peers, save }: Options): Promise<void> {
  const stage = new Stage(undo);
  const participants = new Set(operations(stage).flatMap((operation) => participantsIn(operation, filter)));
  if (participants.size === 0) throw new Error(`No operation has "${filter}" in its name.`);
  try {
    await stage.start(settings.clients);
    const wanted = peers ? PEERS.filter((name) => participants.has(name)) : [];
    if (wanted.length > 0) await startPeers(stage, wanted);
    const results = await compare(stage, operations(stage), {
      sidesOf: (operation) => sidesOf(stage, operation, filter),
      hasNeighbour: true,
    });
    const memory = Object.values(stage.servers)
      .flat()
      .map(({ name, pid }) => ({ name, ...memoryOf(pid) }));
    const notes = [...stage.failures, ...remarksOn(stage, results)];
    const tables = [comparisonTable, neighbourTable, coreTable, targetTable].map((table) => table(results));
    process.stdout.write(`\n${[...tables, memoryTable(memory)].join('\n\n')}\n`);
    process.stdout.write(
      notes
        .map((note) => `\n- ${note}`)
        .join('')
        .concat('\n'),
    );
    const figures = { results, memory, notes };
    process.stderr.write(`\nAll figures: ${saveComparison(figures)}\n`);
    if (save) process.stderr.write(`For the documents: ${keepForDocuments(figures)}\n`);
  } catch (error) {
    process.stderr.write(stage.lastWords());
    throw error;
  }
}

function memoryTable(memory: readonly ({ readonly name: string } & Partial<Memory>)[]) {
  const rows = memory.map(({ name, now, most }) => [name, fixed(now, 0), fixed(most, 0)]);
  return markdown(['memory (RSS)', 'MiB', 'MiB at most'], rows);
}

/** What must be known to read the table. */
function remarksOn(stage: Stage, results: readonly Result[]) {
  const loaded = results.flatMap(({ operation, sides }) =>
    sides
      .filter(({ name, closed }) => name !== 'pgbench' && isCramped(closed[settings.usualConnections]))
      .map(({ name }) => `${name} ${operation}`),
  );
  return [
    generator === 'wrk' ? '' : 'Without wrk: autocannon, which takes a good part of CPU 1 itself. Install wrk.',
    stage.hasPgbench ? '' : 'Without pgbench, which is not installed here.',
    loaded.length > 0 ? `CPU 1 (PostgreSQL and load) was full, not the server: ${loaded.join(', ')}.` : '',
  ].filter((note) => note !== '');
}

/** Whether PostgreSQL and the load took nearly all of their processor. */
function isCramped(rounds: readonly Round[] = []) {
  const shares = rounds.map(
    ({ perSecond, postgresCpu = 0, loadCpu = 0 }) => (perSecond * (postgresCpu + loadCpu)) / 1e6,
  );
  return shares.length > 0 && shares.every((share) => share > 0.9);
}
