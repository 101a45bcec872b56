import fc from 'fast-check';
import type { Outcome } from '../report.js';
import { operationsOf } from './operations.js';
import { type FuzzRequest, requests } from './requests.js';
import { type Came, Wire } from './wire.js';

interface Server {
  readonly url: string;
  readonly key: string;
}

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly progress?: (sent: number) => void;
  readonly isAlive?: () => boolean;
}

const BATCH = 500;
const AT_ONCE = 16;
const IDS_KEPT = 50;
const FAILURES_SHOWN = 5;

/**
 * Sends `count` requests that are made from the server's own OpenAPI documents, and looks whether each is answered, and
 * none with 500 or more. The same seed makes the same requests, but for the ids that the server gives out.
 */
export async function fuzz(
  { url, key }: Server,
  { count, seed, progress = () => {}, isAlive = () => true }: Options,
): Promise<Outcome> {
  const known: string[] = [];
  const arbitrary = requests(await operationsOf(url), known, key);
  const wire = new Wire(url);
  const statuses = new Map<number, number>();
  const failures: string[] = [];
  let [sent, silent, hung, wrong] = [0, 0, 0, 0];

  const fail = (what: string, request: FuzzRequest, text: string) => {
    if (failures.length < FAILURES_SHOWN)
      failures.push(`${what} (seed ${seed}): ${shown(request)}\n  ${text.slice(0, 600)}`);
  };
  const judge = (request: FuzzRequest, { statuses: got, text, hung: isHung }: Came) => {
    for (const status of got) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (got.length === 0 && request.way !== 'abort') silent += 1;
    if (isHung) {
      hung += 1;
      fail('No end to this', request, text);
    }
    if (got.some((status) => status >= 500)) {
      wrong += 1;
      fail(`Answered with ${got.join(', ')}`, request, text);
    }
    if (got[0] === 201) remember(text, known);
  };
  try {
    for (let batch = 0; sent < count && isAlive(); batch += 1) {
      const waiting = fc.sample(arbitrary, { seed: seed + batch, numRuns: Math.min(BATCH, count - sent) });
      sent += waiting.length;
      const worker = async () => {
        for (let request = waiting.pop(); request; request = waiting.pop()) judge(request, await wire.send(request));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      progress(sent);
    }
  } finally {
    wire.close();
  }
  const answers = [...statuses].sort(([one], [other]) => one - other);
  const good = answers.filter(([status]) => status < 300).reduce((sum, [, times]) => sum + times, 0);
  const all = answers.reduce((sum, [, times]) => sum + times, 0);
  if (good < all / 20) failures.push(`Only ${good} of ${all} answers were successes: that tests little.`);
  return {
    counts: {
      seed,
      'requests sent': sent,
      answers: answers.map(([status, times]) => `${status} × ${times}`).join(', '),
      'answers of 500 or more': wrong,
      'requests without end': hung,
      'connections closed without an answer': silent,
    },
    failures,
  };
}

/** The ids of what was just made: credentials and secrets, never the operator. */
function remember(text: string, known: string[]) {
  const id = /"id":"([0-9a-f-]{36})"/.exec(text)?.[1];
  if (id) known.unshift(id);
  known.length = Math.min(known.length, IDS_KEPT);
}

function shown({ way, method, target, headers, body }: FuzzRequest) {
  const names = headers.map(([name, value]) => `${name}: ${value}`).join('; ');
  return `${way}: ${method} ${target} [${names.slice(0, 300)}] ${(body ?? '').toString('latin1').slice(0, 300)}`;
}
