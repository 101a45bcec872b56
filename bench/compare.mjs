import { measureClosed, measureOne, measureOpen } from './measure.mjs';
import { median } from './numbers.mjs';
import { progress } from './progress.mjs';
import { settings } from './settings.mjs';

/** The servers that are warm. */
const warm = new Set();

/**
 * Measures every operation on all its sides: the base, a subject, another, …, and the same backwards, and so on. Gives
 * for each operation its sides, with the rounds at each number of connections and those of the open loop.
 */
export async function compare(stage, operations, { sidesOf, connections = settings.connections }) {
  const results = [];
  for (const operation of operations) {
    const asked = sidesOf(operation);
    if (asked.length === 0) continue;
    await operation.prepare?.(stage);
    const sides = await able(stage, operation, asked);
    await warmUp(stage, operation, sides);
    const closed = await measureAll(stage, operation, sides, connections);
    const open = await measureClock(stage, operation, sides, closed);
    results.push({
      operation: operation.name,
      sides: sides.map(({ name, isProduct = false }, index) => ({
        name,
        isProduct,
        closed: closed[index],
        open: open[index],
      })),
    });
  }
  progress('');
  return results;
}

/** Asks every side once; gives those that could answer. */
async function able(stage, operation, sides) {
  for (const side of sides) {
    progress(`checking: ${side.name} ${operation.name}`);
    await attempt(stage, side, () => side.server && checked(stage, operation, side));
  }
  return sides.filter(({ hasFailed }) => !hasFailed);
}

/** Who may fail is said to have failed and left alone from then on; anybody else ends the run. */
async function attempt(stage, side, step) {
  if (side.hasFailed) return undefined;
  try {
    return await step();
  } catch (error) {
    if (!side.mayFail) throw error;
    side.hasFailed = true;
    stage.failures.push(error.message);
    return undefined;
  }
}

/** Whether the product writes when it should, and only then. */
async function checked(stage, operation, side) {
  if (!side.isProduct || operation.writes === undefined) {
    await measureOne(stage, operation, side);
    return;
  }
  const noted = await stage.data.changesNoted();
  await measureOne(stage, operation, side);
  const hasWritten = (await stage.data.changesNoted()) > noted;
  if (hasWritten === operation.writes) return;
  const not = hasWritten ? 'not ' : '';
  throw new Error(`${side.name} ${operation.name} was ${not}expected to change a client.`);
}

/** Lets the servers compile what they run often. */
async function warmUp(stage, operation, sides) {
  for (const side of sides.filter(({ server }) => server)) {
    progress(`warming up: ${side.name} ${operation.name}`);
    const seconds = settings.warmUpSeconds * (warm.has(side.server) ? 0.2 : 1);
    warm.add(side.server);
    await attempt(stage, side, () =>
      measureClosed(stage, operation, side, { connections: settings.usualConnections, seconds }),
    );
  }
  await stage.data.settle();
}

async function measureAll(stage, operation, sides, allConnections) {
  const closed = sides.map(() => ({}));
  for (const connections of allConnections) {
    progress(`measuring: ${operation.name}, ${connections} connection${connections === 1 ? '' : 's'}`);
    const isUsual = connections === settings.usualConnections;
    const some = sides.filter(({ isMain }) => isMain || isUsual);
    // Where the targets lie, all rounds; elsewhere one there and one back.
    await rounds(some, isUsual ? settings.rounds : Math.min(settings.rounds, 2), async (side) => {
      const kept = closed[sides.indexOf(side)];
      const result = await attempt(stage, side, () => measureClosed(stage, operation, side, { connections }));
      if (result) kept[connections] = [...(kept[connections] ?? []), result];
    });
    if (operation.isRepeatable === false) await stage.data.settle();
  }
  return closed;
}

/** The open loop, at a rate that all of the main sides can bear. */
async function measureClock(stage, operation, sides, closed) {
  const main = sides.filter(({ isMain, hasFailed }) => isMain && !hasFailed);
  if (main.length === 0) return sides.map(() => []);
  const speeds = main.map((side) =>
    median(closed[sides.indexOf(side)][settings.usualConnections].map(({ perSecond }) => perSecond)),
  );
  const rate = Math.max(1, Math.floor(Math.min(...speeds) * settings.openShare));
  progress(`measuring: ${operation.name}, ${rate} requests a second`);
  const open = sides.map(() => []);
  await rounds(main, settings.rounds, async (side) => {
    const result = await attempt(stage, side, () => measureOpen(stage, operation, side, rate));
    if (result) open[sides.indexOf(side)].push(result);
  });
  if (operation.isRepeatable === false) await stage.data.settle();
  return open;
}

/** A B C, C B A, … */
async function rounds(sides, count, measure) {
  for (let round = 0; round < count; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await measure(side);
  }
}
