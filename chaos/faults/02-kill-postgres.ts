import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '../../bench/postgres.js';
import type { Server } from '../../bench/server.js';
import { Books } from '../books.js';
import type { Answer } from '../call.js';
import { Embedded } from '../embedded.js';
import { Probes } from '../probes.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';
import { ANSWER_MS, RECOVERY_MS, SLACK_MS } from '../trouble.js';
import { statementsEnded, until } from '../until.js';
import { Writers } from '../writers.js';

export const title = 'kill -9 of PostgreSQL';

const WRITES_BEFORE = 20;
const AWAY_MS = 1500;

/** A product, and the PostgreSQL that is killed. */
interface Setting {
  readonly server: Server;
  readonly postgres: { readonly query: Query; kill(how: { readonly family: boolean }): Promise<void> };
  /** Settles when it accepts connections again. */
  readonly isBack: () => Promise<void>;
}

interface Sum {
  readonly name: string;
  readonly books: Books;
  kills: number;
  unavailable: number;
  slowest: number;
  recovery: number;
}

export async function run(stage: Stage): Promise<Outcome> {
  const rounds = stage.size(15, 2);
  const external = await outside(stage);
  const embedded = await inside(stage);
  const sums: Sum[] = [];
  for (const [name, { server, postgres, isBack }] of Object.entries({ external, embedded })) {
    const books = new Books();
    const sum: Sum = { name, books, kills: 0, unavailable: 0, slowest: 0, recovery: 0 };
    sums.push(sum);
    for (let round = 1; round <= rounds; round += 1) {
      stage.progress(`${name}, round ${round} of ${rounds}, ${books.acknowledged} writes acknowledged`);
      // In turn all processes at once, and the first alone, which leaves the others to end by themselves.
      await kill(stage, { server, postgres, isBack, family: round % 2 === 1 }, sum);
    }
    await books.verifySecrets(server);
    if (server.hasExited()) stage.failures.push(`${name}: the server ended.`);
    stage.failures.push(...books.failures.map((failure) => `${name}: ${failure}`));
  }
  return { counts: Object.assign({}, ...sums.map(countsOf)), failures: [] };
}

async function kill(
  stage: Stage,
  { server, postgres, isBack, family }: Setting & { readonly family: boolean },
  sum: Sum,
) {
  const refused: { begun: number; ended: number }[] = [];
  const onAnswer = ({ status, ms }: Answer<unknown>) => {
    if (status === 503) refused.push({ begun: performance.now() - ms, ended: performance.now() });
  };
  const writers = new Writers(() => server, { onAnswer });
  const probes = new Probes(server);
  await until('writes are acknowledged', () => writers.acknowledged.length >= WRITES_BEFORE);
  const begun = performance.now();
  await postgres.kill({ family });
  await isBack();
  const back = performance.now();
  await sleep(RECOVERY_MS + SLACK_MS);
  const late = probes.answers.length;
  await until('writes go on', () => probes.answers.length > late + 10);
  await Promise.all([writers.stop(), probes.stop()]);
  const query: Query = (sql, values) => postgres.query(sql, values);
  await statementsEnded(query);
  await sum.books.check(query, writers);

  const bad = probes.bad();
  const all = [...refused, ...bad];
  const waits = all.map(({ begun: from, ended }) => ended - from);
  const recovery = Math.max(0, ...all.map(({ ended }) => ended - back));
  sum.kills += 1;
  sum.unavailable += waits.length;
  sum.slowest = Math.max(sum.slowest, ...waits);
  sum.recovery = Math.max(sum.recovery, recovery);
  const fail = (sentence: string) => stage.failures.push(`${sum.name}, kill ${sum.kills}: ${sentence}`);
  for (const problem of new Set([...writers.wrong, ...bad.flatMap(({ problem: each }) => each ?? [])])) fail(problem);
  if (Math.max(0, ...waits) > ANSWER_MS + SLACK_MS) fail(`a 503 took ${Math.round(Math.max(...waits))} ms.`);
  if (recovery > RECOVERY_MS + SLACK_MS) fail(`there were 503s ${Math.round(recovery)} ms after it accepted.`);
  if (back - begun > AWAY_MS) {
    for (const name of ['ready', 'v1', 'accounts', 'list']) {
      if (!bad.some((each) => each.name === name)) fail(`${name} was never unavailable.`);
    }
  }
}

/** A PostgreSQL that stays away for a while. */
async function outside(stage: Stage): Promise<Setting> {
  const postgres = await stage.postgres();
  const server = await stage.product({ DATABASE_URL: postgres.url() });
  const isBack = async () => {
    await sleep(AWAY_MS);
    await postgres.start();
  };
  return { server, postgres, isBack };
}

/** One that the product starts again at once. */
async function inside(stage: Stage): Promise<Setting> {
  const folder = await stage.folder();
  const server = await stage.product({ DATA_DIR: folder });
  const postgres = new Embedded(folder);
  const accepts = () =>
    postgres.query('select 1').then(
      () => true,
      () => false,
    );
  return { server, postgres, isBack: () => until('PostgreSQL is back', accepts) };
}

function countsOf({ name, books, kills, unavailable, slowest, recovery }: Sum) {
  return {
    [`${name}: kills`]: kills,
    [`${name}: writes acknowledged`]: books.acknowledged,
    [`${name}: acknowledged writes lost`]: books.lost,
    [`${name}: half done`]: books.halfDone,
    [`${name}: answers 503`]: unavailable,
    [`${name}: slowest 503, ms`]: Math.round(slowest),
    [`${name}: last 503 after it accepted, ms`]: Math.round(recovery),
  };
}
