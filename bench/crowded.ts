// `npm run bench -- --crowded`: what it takes from readers and writers when instances write a domain as hard as they can:
// in their own domain, and in another one. What both cost alike is the price of a busy machine and not of the domain.
import { setTimeout as sleep } from 'node:timers/promises';
import { pinToLoad } from './cpu.js';
import { Data } from './data.js';
import { closedLoop } from './load/closed.js';
import { type OpenLoad, openLoop } from './load/open.js';
import { type Figure, fixed, median, ratios, span, spreadOf } from './numbers.js';
import type { Options } from './options.js';
import { startPostgres } from './postgres.js';
import { startProducts } from './product.js';
import { progress } from './progress.js';
import { type Home, type RequestOf, type Requests, requestsIn } from './requests.js';
import { saveResults } from './results.js';
import type { Server } from './server.js';
import { settings } from './settings.js';
import { markdown } from './table.js';
import { homesIn } from './tenants.js';
import type { Undo } from './undo.js';

const INSTANCES = 3;
const WRITERS = 64;
/** Requests a second of those who are watched in the open loop: few, so that what they wait for is the writers. */
const RATE = 100;
/** The writers begin earlier than the watched, and end later: requests are made in between. */
const BEFORE_SECONDS = 1;
const AROUND_SECONDS = 4;
const MOST_PER_SECOND = 12_000;
/** Takes its own from both dialects' requests. */
type Choice = (requests: Record<'accounts' | 'v1', Requests>) => RequestOf;
const WATCHED: Record<string, Choice> = {
  'hot read': ({ v1 }) => v1.read,
  'cold read': ({ v1 }) => v1.readCold,
  'list of 10': ({ v1 }) => v1.list(10),
  'PUT changed': ({ v1 }) => v1.putChanged,
};
/** Which domain is written hard meanwhile; the watched are in the first one. */
const STATES: Record<string, number | undefined> = {
  quiet: undefined,
  'another domain written': 1,
  'their domain written': 0,
};

/** What those who are watched got, and the writers' requests/s. */
type Seen = Pick<OpenLoad, 'p50' | 'p99'> & { readonly perSecond: number };
type Round = Seen & { readonly written: Figure };

interface Result {
  readonly name: string;
  /** By state. */
  readonly rounds: Record<string, Round[]>;
}

export async function measure(undo: Undo, { filter }: Options): Promise<void> {
  const watched = Object.entries(WATCHED).filter(([name]) => name.includes(filter));
  if (watched.length === 0) throw new Error(`Nothing has "${filter}" in its name.`);
  pinToLoad();
  process.stderr.write(`Starting PostgreSQL and ${INSTANCES} instances, and loading clients …\n`);
  const crowd = await start(undo);
  const results: Result[] = [];
  for (const [name, requestOf] of watched) {
    const rounds: Result['rounds'] = Object.fromEntries(Object.keys(STATES).map((state) => [state, []]));
    await crowd.watch(requestOf, settings.warmUpSeconds);
    for (let round = 0; round < settings.rounds; round += 1) {
      const states = Object.entries(STATES);
      for (const [state, written] of round % 2 === 0 ? states : states.toReversed()) {
        progress(`round ${round + 1}: ${name}, ${state}`);
        rounds[state]!.push(await crowd.underWrites(written, () => crowd.watch(requestOf)));
      }
    }
    results.push({ name, rounds });
  }
  progress('');
  process.stdout.write(`\n${tableOf(results)}\n`);
  process.stderr.write(`\nAll figures: ${saveResults('crowded', { results })}\n`);
}

async function start(undo: Undo) {
  const postgres = await startPostgres(undo);
  const DATABASE_URL = postgres.url();
  const servers = await startProducts(undo, { DATABASE_URL }, { count: INSTANCES });
  const { homeOf, domain } = await homesIn(servers[0]!, '2');
  const data = new Data(DATABASE_URL, { hasFloor: false, domains: [domain] });
  await undo.add(() => data.close());
  await data.fill(settings.clients);
  await data.addCold(settings.coldClients);
  return new Crowd(servers, postgres.pid, homeOf);
}

class Crowd {
  private last = 0;
  private readonly requests: ReturnType<typeof requestsIn>;

  constructor(
    private readonly servers: readonly Server[],
    private readonly postgresPid: number,
    private readonly homeOf: (number: number) => Home,
  ) {
    this.requests = requestsIn(homeOf);
  }

  /** What those who are watched get, with the writers' requests/s. */
  async underWrites(home: number | undefined, watch: () => Promise<Seen>): Promise<Round> {
    const seconds = 2 * settings.pairSeconds + AROUND_SECONDS;
    const writing = home === undefined ? undefined : this.closed(WRITERS, seconds, ({ v1 }) => v1.putChanged, home);
    // Looked at below, when the watched are done.
    writing?.catch(() => {});
    await sleep(BEFORE_SECONDS * 1000);
    const seen = await watch();
    return { ...seen, written: (await writing)?.perSecond };
  }

  /** Requests/s of sixteen callers of each instance, and the time of an answer at a low rate, at one instance. */
  async watch(requestOf: Choice, seconds = settings.pairSeconds): Promise<Seen> {
    const { perSecond } = await this.closed(settings.usualConnections, seconds, requestOf, 0);
    const nextRequest = () => this.next(requestOf, 0);
    const options = { rate: RATE, seconds: settings.pairSeconds, connections: settings.usualConnections, nextRequest };
    const { p50, p99 } = await openLoop(this.servers[0]!, options);
    return { perSecond, p50, p99 };
  }

  private closed(connections: number, seconds: number, requestOf: Choice, home: number) {
    const nextRequest = () => this.next(requestOf, home);
    const options = { connections, seconds, nextRequest, isRepeatable: true, most: MOST_PER_SECOND };
    return closedLoop(this.servers, { postgresPid: this.postgresPid, ...options });
  }

  /** The next that goes to a client of the domain with this number. */
  private next(requestOf: Choice, home: number) {
    const request = requestOf(this.requests);
    const path = `/domain/${this.homeOf(home).name}/`;
    for (;;) {
      this.last += 1;
      const made = request(this.last);
      if (made.path.includes(path)) return made;
    }
  }
}

function tableOf(results: readonly Result[]) {
  const columns = ['watched', 'requests/s', 'to quiet', 'p50 ms', 'p99 ms', 'p99 min..max', 'written/s'];
  const rows = results.flatMap(({ name, rounds }) =>
    Object.entries(rounds).map(([state, each]) => {
      const of = (figure: keyof Round) => each.map((round) => round[figure]);
      return [
        `${name}, ${state}`,
        fixed(median(of('perSecond')), 0),
        fixed(median(ratios(each, rounds.quiet!, 'perSecond')), 2),
        fixed(median(of('p50')), 1),
        fixed(median(of('p99')), 1),
        span(spreadOf(of('p99')), 1),
        fixed(median(of('written')), 0),
      ];
    }),
  );
  return markdown(columns, rows);
}
