import { closedLoop, type Load } from './load/closed.js';
import { type OpenLoad, openLoop } from './load/open.js';
import { MOST_PER_SECOND } from './load/wrk.js';
import type { Operation } from './operations.js';
import { pgbench } from './pgbench.js';
import type { Database } from './postgres.js';
import type { Request, RequestOf } from './requests.js';
import type { Server } from './server.js';
import { settings } from './settings.js';

/** Who adds and removes rows; not everybody can do everything. */
export interface Rows {
  addDoomed?(from: number, to: number, operation: Operation): Promise<unknown>;
  addCold?(count: number): Promise<unknown>;
  settle(): unknown;
  /** How many changes the product has noted. */
  changesNoted?(): Promise<number>;
}

/** Where it is measured. */
export interface MeasuringStage {
  readonly postgres: Database;
  readonly data: Rows;
  /** Sentences on what could not be measured. */
  readonly failures: string[];
}

/** Who is measured: servers that get requests, or what does without them. */
export interface Side {
  readonly name: string;
  /** A round is measured on one group, on all its servers at once, and the next round on the next. */
  readonly groups?: readonly (readonly Server[])[];
  readonly request?: RequestOf;
  readonly run?: (seconds: number) => Promise<Load>;
  readonly script?: string;
  /** Who adds and removes rows for it, if that is not the stage. */
  readonly rows?: Rows;
  /** The targets are about it, so it is measured at every number of connections and in the open loop. */
  readonly isMain?: boolean;
  readonly isProduct?: boolean;
  readonly mayFail?: boolean;
  hasFailed?: boolean;
}

interface ClosedOptions {
  readonly group: readonly Server[] | undefined;
  readonly connections: number;
  readonly seconds: number;
}

/** The number that the latest request was made from; no number comes twice. */
let last = 0;

/** The closed loop over one side of an operation. */
export function measureClosed(
  stage: MeasuringStage,
  operation: Operation,
  side: Side,
  { group, connections, seconds }: ClosedOptions,
): Promise<Load> {
  const wholeSeconds = Math.max(1, Math.round(seconds));
  const { isRepeatable = true, mostPerSecond: most = MOST_PER_SECOND } = operation;
  return measure(stage, operation, side, wholeSeconds * most * (group?.length ?? 1), async (nextRequest) => {
    if (side.run) return side.run(wholeSeconds);
    if (side.script) return pgbench(stage, side.script, { connections, seconds: wholeSeconds });
    const options = { connections, seconds, postgresPid: stage.postgres.pid, nextRequest, isRepeatable, most };
    return closedLoop(group!, options);
  });
}

/** The open loop, longer: the slowest hundredth needs many requests. */
export function measureOpen(
  stage: MeasuringStage,
  operation: Operation,
  side: Side,
  { server, rate }: { readonly server: Server; readonly rate: number },
): Promise<OpenLoad> {
  const seconds = settings.seconds * 1.5;
  const options = { rate, seconds, connections: Math.max(...settings.connections) };
  return measure(stage, operation, side, Math.ceil(rate * (seconds + 1)), (nextRequest) =>
    openLoop(server, { ...options, nextRequest }),
  );
}

/** One request by hand: when it is refused, the answer says why. */
export function measureOne(stage: MeasuringStage, operation: Operation, side: Side): Promise<{ requests: number }> {
  return measure(stage, operation, side, 1, async (nextRequest) => {
    const { method, path, headers, body } = nextRequest();
    const { name, url, headers: always } = side.groups![0]![0]!;
    const answer = await fetch(url + path, { method, headers: { ...always, ...headers }, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${name} answers ${answer.status} ${text}`);
    return { requests: 1 };
  });
}

async function measure<Result extends { readonly requests: number }>(
  stage: MeasuringStage,
  operation: Operation,
  side: Side,
  most: number,
  run: (nextRequest: () => Request) => Promise<Result>,
): Promise<Result> {
  const first = last + 1;
  if (operation.dooms) await (side.rows ?? stage.data).addDoomed!(first, last + most, operation);
  const nextRequest = () => {
    last += 1;
    return side.request!(last);
  };
  try {
    const result = await run(nextRequest);
    // Of those that were made, some have not been sent; what is needed beforehand is wanted once more.
    if (!operation.dooms) last = Math.min(last, first + result.requests + Math.max(...settings.connections));
    return result;
  } catch (error) {
    throw new Error(`${side.name} ${operation.name}: ${(error as Error).message}`, { cause: error });
  } finally {
    if (operation.dooms) await (side.rows ?? stage.data).settle();
  }
}
