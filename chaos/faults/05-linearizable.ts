import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../bench/server.js';
import { violationIn } from '../linearizability.js';
import { type Recorded, Registers } from '../registers.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';
import { cutWatches } from '../watches.js';

export const title = 'linearizable writes, coherent reads over three instances';

const INSTANCES = 3;
const WORKERS = 20;
const CLIENTS = 200;
const BETWEEN_KILLS_MS = 2000;
/** Of a history, around what does not fit. */
const SHOWN = 12;

/** Disturbs the servers until `isOver()`. */
type Harass = (servers: Server[], isOver: () => boolean) => Promise<unknown>;

export async function run(stage: Stage): Promise<Outcome> {
  const seconds = stage.size(60, 5);
  const database = await stage.database();
  const start = () => stage.product({ DATABASE_URL: database.url() });
  const counts: Record<string, number> = {};
  const failures: string[] = [];
  const ways: [how: string, harass: Harass][] = [
    ['undisturbed', async () => {}],
    ['watch cut', (_, until) => cutWatches(database, until)],
    ['instances killed', killing],
    ['killed and cut', (servers, until) => Promise.all([killing(servers, until), cutWatches(database, until)])],
  ];
  for (const [how, harass] of ways) {
    const servers = await Promise.all(Array.from({ length: INSTANCES }, start));
    const registers = new Registers((n) => servers[n]!, {
      name: how.replaceAll(' ', '-'),
      instances: INSTANCES,
      clients: CLIENTS,
      workers: WORKERS,
    });
    const end = performance.now() + seconds * 1000;
    const fault = harass(servers, () => performance.now() > end);
    for (let left = seconds; left > 0; left -= 1) {
      stage.progress(`${how}, ${left} s to go, ${registers.answers} answers`);
      await sleep(1000);
    }
    await fault;
    await registers.stop();
    stage.progress(`${how}, judging ${registers.answers} answers`);
    const { violations, stale } = judge(registers.histories);
    counts[`${how}: answers`] = registers.answers;
    counts[`${how}: requests without an answer, or with a 503`] = registers.unanswered;
    counts[`${how}: clients read in an older state elsewhere`] = stale;
    counts[`${how}: violations`] = violations.length;
    failures.push(...[...violations.slice(0, 3), ...registers.wrong.slice(0, 3)].map((each) => `${how}: ${each}`));
    for (const server of servers) await stage.kill(server);
  }
  return { counts, failures };

  async function killing(servers: Server[], isOver: () => boolean) {
    while (!isOver()) {
      await sleep(BETWEEN_KILLS_MS);
      const victim = randomInt(INSTANCES);
      await stage.kill(servers[victim]!);
      servers[victim] = await start();
    }
  }
}

function judge(histories: readonly Recorded[][]) {
  const violations: string[] = [];
  let stale = 0;
  for (const [client, history] of histories.entries()) {
    const culprit = violationIn(history);
    if (culprit) violations.push(`client ${client}: ${excerpt(history, culprit)}`);
    else if (violationIn(history, { staleMs: 0 })) stale += 1;
  }
  return { violations, stale };
}

function excerpt(history: readonly Recorded[], culprit: Recorded) {
  const sorted = [...history].sort((one, other) => one.start - other.start);
  const at = sorted.indexOf(culprit);
  return sorted
    .slice(Math.max(0, at - SHOWN), at + 2)
    .map((each) => {
      const { start, end, instance, method, path, was, wasNot, leaves } = each;
      const mark = each === culprit ? '>>> ' : '';
      return `\n  ${mark}${start.toFixed(1)}–${end.toFixed(1)} instance ${instance} ${method} ${path} ${JSON.stringify({ was, wasNot, leaves })}`;
    })
    .join('');
}
