import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Books } from '../books.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';
import { statementsEnded, until } from '../until.js';
import { Writers } from '../writers.js';

export const title = 'kill -9 of the server mid-write, and while clients and suspensions end by themselves';

/** How many writes are acknowledged before the next kill, and up to how long it waits beyond that, to hit anything. */
const WRITES_PER_ROUND = 40;
const MOST_DELAY_MS = 30;

export async function run(stage: Stage): Promise<Outcome> {
  const rounds = stage.size(200, 2);
  const database = await stage.database();
  const { query } = database;
  const settings = { DATABASE_URL: database.url() };
  let server = await stage.product(settings);
  const books = new Books();
  let [unknown, unfinished] = [0, 0];
  for (let round = 1; round <= rounds; round += 1) {
    stage.progress(`round ${round} of ${rounds}, ${books.acknowledged} writes acknowledged`);
    const writers = new Writers(() => server, { alsoForAWhile: true });
    await until('writes are acknowledged', () => writers.acknowledged.length >= WRITES_PER_ROUND);
    await sleep(randomInt(MOST_DELAY_MS));
    await stage.kill(server);
    await Promise.all([writers.stop(), statementsEnded(query)]);
    await books.check(query, writers);
    const next = stage.product(settings);
    if (writers.unknown > 0) unfinished += 1;
    unknown += writers.unknown;
    stage.failures.push(...writers.wrong);
    server = await next;
  }
  await until('everything has ended whose time has come', async () => {
    const [due] = await query<{ clients: string }>(
      'select count(*) as clients from clients where expires_at is not null or suspended_until is not null',
    );
    return due!.clients === '0';
  });
  await books.check(query, { acknowledged: [], refused: [] });
  const secrets = await books.verifySecrets(server);
  return {
    counts: {
      kills: rounds,
      'kills that cut writes short': unfinished,
      'writes acknowledged': books.acknowledged,
      'writes without an answer': unknown,
      'acknowledged writes lost': books.lost,
      'clients, secrets or audit half done': books.halfDone,
      'clients that ended by themselves, once each': books.ended,
      'suspensions that did': books.resumed,
      'secrets that verify at the end': secrets,
    },
    failures: books.failures,
  };
}
