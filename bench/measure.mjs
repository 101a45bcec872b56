import { closedLoop } from './load/closed.mjs';
import { openLoop } from './load/open.mjs';
import { MOST_PER_SECOND } from './load/wrk.mjs';
import { pgbench } from './pgbench.mjs';
import { settings } from './settings.mjs';

/** The number that the latest request was made from; no number comes twice. */
let last = 0;

/** The closed loop over one side of an operation. */
export function measureClosed(stage, operation, side, { group, connections, seconds }) {
  const wholeSeconds = Math.max(1, Math.round(seconds));
  const { isRepeatable = true, mostPerSecond: most = MOST_PER_SECOND } = operation;
  return measure(stage, operation, side, wholeSeconds * most * (group?.length ?? 1), async (nextRequest) => {
    if (side.run) return side.run(wholeSeconds);
    if (side.script) return pgbench(stage, side.script, { connections, seconds: wholeSeconds });
    const options = { connections, seconds, postgresPid: stage.postgres.pid, nextRequest, isRepeatable, most };
    return closedLoop(group, options);
  });
}

/** The open loop, longer: the slowest hundredth needs many requests. */
export function measureOpen(stage, operation, side, { server, rate }) {
  const seconds = settings.seconds * 1.5;
  const options = { rate, seconds, connections: Math.max(...settings.connections) };
  return measure(stage, operation, side, Math.ceil(rate * (seconds + 1)), (nextRequest) =>
    openLoop(server, { ...options, nextRequest }),
  );
}

/** One request by hand: when it is refused, the answer says why. */
export function measureOne(stage, operation, side) {
  return measure(stage, operation, side, 1, async (nextRequest) => {
    const { method, path, headers, body } = nextRequest();
    const [[{ name, url, headers: always }]] = side.groups;
    const answer = await fetch(url + path, { method, headers: { ...always, ...headers }, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${name} answers ${answer.status} ${text}`);
    return { requests: 1 };
  });
}

async function measure(stage, operation, side, most, run) {
  const first = last + 1;
  if (operation.dooms) await (side.rows ?? stage.data).addDoomed(first, last + most, operation);
  const nextRequest = () => {
    last += 1;
    return side.request(last);
  };
  try {
    const result = await run(nextRequest);
    // Of those that were made, some have not been sent; what is needed beforehand is wanted once more.
    if (!operation.dooms) last = Math.min(last, first + result.requests + Math.max(...settings.connections));
    return result;
  } catch (error) {
    error.message = `${side.name} ${operation.name}: ${error.message}`;
    throw error;
  } finally {
    if (operation.dooms) await (side.rows ?? stage.data).settle();
  }
}
