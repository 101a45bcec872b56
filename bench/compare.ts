import type { Load } from './load/closed.js';
import type { OpenLoad } from './load/open.js';
import { type MeasuringStage, measureClosed, measureOne, measureOpen, type Side } from './measure.js';
import { startNeighbour } from './neighbour.js';
import { median } from './numbers.js';
import type { Operation } from './operations.js';
import { progress } from './progress.js';
import type { Server } from './server.js';
import { settings } from './settings.js';

/** A round, and which of its side's processes it was measured on. */
export type Round = Load & { readonly process: number };

/** What a side of an operation did: rounds by the number of connections, and those of the open loop. */
export interface MeasuredSide {
  readonly name: string;
  readonly isProduct: boolean;
  readonly closed: Closed;
  readonly open: readonly (OpenLoad & { readonly process: number })[];
  /** Rounds at the usual number of connections beside a busy neighbour. */
  readonly beside: readonly Round[];
}

/** What was measured of an operation, by its name. */
export interface Result {
  readonly operation: string;
  readonly sides: readonly MeasuredSide[];
}

type Closed = Record<number, Round[]>;

interface Plan {
  readonly connections: readonly number[];
  readonly roundsAt: (connections: number) => number;
  readonly seconds: number;
  readonly hasOpenLoop: boolean;
  readonly hasNeighbour: boolean;
}

/** The servers that are warm. */
const warm = new Set<Server>();

/** Where the targets lie, all rounds, and each process at least once; elsewhere one there and one back. */
const USUAL: Plan = {
  connections: settings.connections,
  roundsAt: (connections) =>
    connections === settings.usualConnections
      ? Math.max(settings.rounds, settings.processes)
      : Math.min(settings.rounds, 2),
  seconds: settings.seconds,
  hasOpenLoop: true,
  hasNeighbour: false,
};

/**
 * Measures every operation on all its sides: the base, a subject, another, …, and the same backwards, and so on. A side
 * has groups of servers: a round is measured on one group, on all its servers at once, and the next round on the next.
 * Gives for each operation its sides, with the rounds at each number of connections and those of the open loop.
 */
export async function compare<Kind extends Operation>(
  stage: MeasuringStage,
  operations: readonly Kind[],
  { sidesOf, ...how }: Partial<Plan> & { readonly sidesOf: (operation: Kind) => Side[] },
): Promise<Result[]> {
  const plan = { ...USUAL, ...how };
  const results: Result[] = [];
  for (const operation of operations) {
    const asked = sidesOf(operation);
    if (asked.length === 0) continue;
    await operation.prepare?.(stage);
    const sides = await able(stage, operation, asked);
    await warmUp(stage, operation, sides);
    const closed = await measureAll(stage, operation, sides, plan);
    const open = plan.hasOpenLoop ? await measureClock(stage, operation, sides, plan, closed) : [];
    const beside = plan.hasNeighbour ? await measureBesideNeighbour(stage, operation, sides, plan) : [];
    results.push({
      operation: operation.name,
      sides: sides.map(({ name, isProduct = false }, index) => ({
        name,
        isProduct,
        closed: closed[index]!,
        open: open[index] ?? [],
        beside: beside[index] ?? [],
      })),
    });
  }
  progress('');
  return results;
}

/** Asks every side once; gives those that could answer. */
async function able(stage: MeasuringStage, operation: Operation, sides: readonly Side[]) {
  for (const side of sides) {
    progress(`checking: ${side.name} ${operation.name}`);
    await attempt(stage, side, async () => {
      if (side.groups) await checked(stage, operation, side);
    });
  }
  return sides.filter(({ hasFailed }) => !hasFailed);
}

/** Who may fail is said to have failed and left alone from then on; anybody else ends the run. */
async function attempt<Gained>(stage: MeasuringStage, side: Side, step: () => Promise<Gained>) {
  if (side.hasFailed) return undefined;
  try {
    return await step();
  } catch (error) {
    if (!side.mayFail) throw error;
    side.hasFailed = true;
    stage.failures.push((error as Error).message);
    return undefined;
  }
}

/** Whether the product writes when it should, and only then. */
async function checked(stage: MeasuringStage, operation: Operation, side: Side) {
  if (!side.isProduct || operation.writes === undefined) {
    await measureOne(stage, operation, side);
    return;
  }
  const rows = side.rows ?? stage.data;
  const noted = await rows.changesNoted!();
  await measureOne(stage, operation, side);
  const hasWritten = (await rows.changesNoted!()) > noted;
  if (hasWritten === operation.writes) return;
  const not = hasWritten ? 'not ' : '';
  throw new Error(`${side.name} ${operation.name} was ${not}expected to change a client.`);
}

/** Lets the servers compile what they run often. */
async function warmUp(stage: MeasuringStage, operation: Operation, sides: readonly Side[]) {
  for (const side of sides) {
    for (const group of side.groups ?? []) {
      progress(`warming up: ${side.name} ${operation.name}`);
      // Those of a group share the time, and a processor.
      const seconds = settings.warmUpSeconds * group.length * (warm.has(group[0]!) ? 0.2 : 1);
      warm.add(group[0]!);
      await attempt(stage, side, () =>
        measureClosed(stage, operation, side, { group, connections: settings.usualConnections, seconds }),
      );
    }
  }
  await stage.data.settle();
}

async function measureAll(
  stage: MeasuringStage,
  operation: Operation,
  sides: readonly Side[],
  { connections: all, roundsAt, seconds }: Plan,
) {
  const closed = sides.map((): Closed => ({}));
  for (const connections of all) {
    progress(`measuring: ${operation.name}, ${connections} connection${connections === 1 ? '' : 's'}`);
    const isUsual = connections === settings.usualConnections;
    const some = sides.filter(({ isMain }) => isMain || isUsual);
    await rounds(some, roundsAt(connections), async (side, group, process) => {
      const kept = closed[sides.indexOf(side)]!;
      const how = { group, connections, seconds };
      const result = await attempt(stage, side, () => measureClosed(stage, operation, side, how));
      if (result) kept[connections] = [...(kept[connections] ?? []), { ...result, process }];
    });
    if (operation.isRepeatable === false) await stage.data.settle();
  }
  return closed;
}

/** The open loop, at a rate that all of the main sides can bear. */
async function measureClock(
  stage: MeasuringStage,
  operation: Operation,
  sides: readonly Side[],
  { roundsAt }: Plan,
  closed: readonly Closed[],
): Promise<MeasuredSide['open'][]> {
  const main = sides.filter(({ isMain, hasFailed }) => isMain && !hasFailed);
  if (main.length === 0) return sides.map(() => []);
  const speeds = main.map((side) =>
    median(closed[sides.indexOf(side)]![settings.usualConnections]!.map(({ perSecond }) => perSecond)),
  );
  const rate = Math.max(1, Math.floor(Math.min(...speeds.map((speed) => speed!)) * settings.openShare));
  progress(`measuring: ${operation.name}, ${rate} requests a second`);
  const open = sides.map((): (OpenLoad & { process: number })[] => []);
  await rounds(main, roundsAt(settings.usualConnections), async (side, group, process) => {
    const result = await attempt(stage, side, () => measureOpen(stage, operation, side, { server: group![0]!, rate }));
    if (result) open[sides.indexOf(side)]!.push({ ...result, process });
  });
  if (operation.isRepeatable === false) await stage.data.settle();
  return open;
}

/** As many rounds again for the product and its base, while a neighbour takes what it can get of the processors. */
async function measureBesideNeighbour(
  stage: MeasuringStage,
  operation: Operation,
  sides: readonly Side[],
  { roundsAt, seconds }: Plan,
): Promise<Round[][]> {
  const connections = settings.usualConnections;
  progress(`measuring: ${operation.name}, beside a busy neighbour`);
  const beside = sides.map((): Round[] => []);
  const some = sides.filter(({ isMain, isProduct }) => isMain || isProduct);
  const neighbour = startNeighbour();
  try {
    await rounds(some, roundsAt(connections), async (side, group, process) => {
      const how = { group, connections, seconds };
      const result = await attempt(stage, side, () => measureClosed(stage, operation, side, how));
      if (result) beside[sides.indexOf(side)]!.push({ ...result, process });
    });
  } finally {
    neighbour.stop();
  }
  if (operation.isRepeatable === false) await stage.data.settle();
  return beside;
}

/** A B C, C B A, …; each round with the next processes. */
async function rounds(
  sides: readonly Side[],
  count: number,
  measure: (side: Side, group: readonly Server[] | undefined, process: number) => Promise<void>,
) {
  for (let round = 0; round < count; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const { groups = [undefined] } = side;
      const process = round % groups.length;
      await measure(side, groups[process], process);
    }
  }
}
