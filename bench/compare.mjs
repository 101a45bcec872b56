import { measureClosed, measureOne, measureOpen } from './measure.mjs';
import { median } from './numbers.mjs';
import { progress } from './progress.mjs';
import { settings } from './settings.mjs';

/** The servers that are warm. */
const warm = new Set();

/** Where the targets lie, all rounds, and each process at least once; elsewhere one there and one back. */
const USUAL = {
  connections: settings.connections,
  roundsAt: (connections) =>
    connections === settings.usualConnections
      ? Math.max(settings.rounds, settings.processes)
      : Math.min(settings.rounds, 2),
  seconds: settings.seconds,
  hasOpenLoop: true,
};

/**
 * Measures every operation on all its sides: the base, a subject, another, …, and the same backwards, and so on. A side
 * has groups of servers: a round is measured on one group, on all its servers at once, and the next round on the next.
 * Gives for each operation its sides, with the rounds at each number of connections and those of the open loop.
 */
export async function compare(stage, operations, { sidesOf, ...how }) {
  const plan = { ...USUAL, ...how };
  const results = [];
  for (const operation of operations) {
    const asked = sidesOf(operation);
    if (asked.length === 0) continue;
    await operation.prepare?.(stage);
    const sides = await able(stage, operation, asked);
    await warmUp(stage, operation, sides);
    const closed = await measureAll(stage, operation, sides, plan);
    const open = plan.hasOpenLoop ? await measureClock(stage, operation, sides, plan, closed) : [];
    results.push({
      operation: operation.name,
      sides: sides.map(({ name, isProduct = false }, index) => ({
        name,
        isProduct,
        closed: closed[index],
        open: open[index] ?? [],
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
    await attempt(stage, side, () => side.groups && checked(stage, operation, side));
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
  const rows = side.rows ?? stage.data;
  const noted = await rows.changesNoted();
  await measureOne(stage, operation, side);
  const hasWritten = (await rows.changesNoted()) > noted;
  if (hasWritten === operation.writes) return;
  const not = hasWritten ? 'not ' : '';
  throw new Error(`${side.name} ${operation.name} was ${not}expected to change a client.`);
}

/** Lets the servers compile what they run often. */
async function warmUp(stage, operation, sides) {
  for (const side of sides) {
    for (const group of side.groups ?? []) {
      progress(`warming up: ${side.name} ${operation.name}`);
      // Those of a group share the time, and a processor.
      const seconds = settings.warmUpSeconds * group.length * (warm.has(group[0]) ? 0.2 : 1);
      warm.add(group[0]);
      await attempt(stage, side, () =>
        measureClosed(stage, operation, side, { group, connections: settings.usualConnections, seconds }),
      );
    }
  }
  await stage.data.settle();
}

async function measureAll(stage, operation, sides, { connections: all, roundsAt, seconds }) {
  const closed = sides.map(() => ({}));
  for (const connections of all) {
    progress(`measuring: ${operation.name}, ${connections} connection${connections === 1 ? '' : 's'}`);
    const isUsual = connections === settings.usualConnections;
    const some = sides.filter(({ isMain }) => isMain || isUsual);
    await rounds(some, roundsAt(connections), async (side, group, process) => {
      const kept = closed[sides.indexOf(side)];
      const how = { group, connections, seconds };
      const result = await attempt(stage, side, () => measureClosed(stage, operation, side, how));
      if (result) kept[connections] = [...(kept[connections] ?? []), { ...result, process }];
    });
    if (operation.isRepeatable === false) await stage.data.settle();
  }
  return closed;
}

/** The open loop, at a rate that all of the main sides can bear. */
async function measureClock(stage, operation, sides, { roundsAt }, closed) {
  const main = sides.filter(({ isMain, hasFailed }) => isMain && !hasFailed);
  if (main.length === 0) return sides.map(() => []);
  const speeds = main.map((side) =>
    median(closed[sides.indexOf(side)][settings.usualConnections].map(({ perSecond }) => perSecond)),
  );
  const rate = Math.max(1, Math.floor(Math.min(...speeds) * settings.openShare));
  progress(`measuring: ${operation.name}, ${rate} requests a second`);
  const open = sides.map(() => []);
  await rounds(main, roundsAt(settings.usualConnections), async (side, [server], process) => {
    const result = await attempt(stage, side, () => measureOpen(stage, operation, side, { server, rate }));
    if (result) open[sides.indexOf(side)].push({ ...result, process });
  });
  if (operation.isRepeatable === false) await stage.data.settle();
  return open;
}

/** A B C, C B A, …; each round with the next processes. */
async function rounds(sides, count, measure) {
  for (let round = 0; round < count; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const { groups = [undefined] } = side;
      const process = round % groups.length;
      await measure(side, groups[process], process);
    }
  }
}
