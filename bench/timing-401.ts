// `node scripts/run.mjs bench/timing-401.ts`: does the time of v1's one 401 tell which of its causes it was? Measures the median of each
// cause, twice in one run, all interleaved over one connection, and prints how far the causes lie apart against how far
// the two runs of one cause do. Judges nothing.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../libs/persistence/src/embedded/embedded-postgres.js';
import { randomToken } from '../libs/secrets/src/index.js';
import { pinToLoad } from './cpu.js';
import { Server } from './server.js';
import { markdown } from './table.js';

const REQUESTS = 2000;
const WARM_UPS = 300;
const RUNS = ['first', 'second'];
const OPERATOR_KEY = 'operator-key-for-the-benchmark-0123456789';
const FOREIGN_DOMAINS = `
  insert into domains (name, subscription)
  select kind || '-' || run || '-' || n, 'stranger'
    from unnest('{foreign,used,other}'::text[]) kind, unnest($1::text[]) run, generate_series(1, $2::int) n`;

/** Whom somebody claims to be (null = nobody), and which domain he asks for. */
interface Asked {
  readonly key: string | null;
  readonly domain: string;
}

/** `n` counts the requests of a run from 1. */
type Ask = (run: string, n: number) => Asked;

interface Cause {
  readonly name: string;
  readonly request: Ask;
  /** What somebody else asks for right before it. */
  readonly before?: Ask;
}

/** What is told of a credential. */
interface Issued {
  readonly id: string;
  readonly apiKey: string;
}

type Series = Cause & { readonly run: string; readonly times: number[] };

const undo: (() => unknown)[] = [];
try {
  const { server, url } = await start();
  const causes = await prepareCauses(server, url);
  const series: Series[] = RUNS.flatMap((run) => causes.map((cause) => ({ ...cause, run, times: [] })));
  await measure(server, series);
  report(causes, series);
} finally {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}

async function start() {
  pinToLoad();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-timing-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  // As root, PostgreSQL runs as another user, who has to get in.
  chmodSync(folder, 0o711);
  const postgres = await EmbeddedPostgres.start({ folder, durable: false });
  undo.push(() => postgres.stop());
  const url = postgres.url();
  const server = await Server.start('product', ['dist/src/main.js'], {
    env: {
      DATABASE_URL: url,
      BOOTSTRAP_API_KEY: OPERATOR_KEY,
      SECRET_PEPPER: 'a pepper for the benchmark',
      LOG_LEVEL: 'warn',
    },
  });
  undo.push(() => server.stop());
  await server.answers();
  return { server, url };
}

async function prepareCauses(server: Server, url: string): Promise<Cause[]> {
  const call = async (method: string, where: string, body?: object): Promise<Issued> => {
    const headers = { 'x-api-key': OPERATOR_KEY, 'content-type': 'application/json' };
    const answer = await fetch(server.url + where, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${where} answers ${answer.status}.`);
    return (answer.status === 201 ? await answer.json() : {}) as Issued;
  };
  await call('POST', '/v1/domain', { domain: 'own', subscription: 'tenant' });
  await call('POST', '/v1/domain', { domain: 'foreign', subscription: 'stranger' });
  const { apiKey } = await call('POST', '/admin/credentials', { name: 'good', subscription: 'tenant' });
  const owner = await call('POST', '/admin/credentials', { name: 'owner', subscription: 'stranger' });
  const revoked = await call('POST', '/admin/credentials', { name: 'revoked', subscription: 'tenant' });
  await call('DELETE', `/admin/credentials/${revoked.id}`);
  const client = new pg.Client(url);
  await client.connect();
  await client.query(FOREIGN_DOMAINS, [['warm', ...RUNS], REQUESTS]);
  await client.query('vacuum analyze');
  await client.end();
  const unknown = randomToken('clk_');
  const always = (key: string | null, domain: string) => () => ({ key, domain });
  return [
    { name: 'no key', request: always(null, 'own') },
    { name: 'a malformed key', request: always('nonsense', 'own') },
    { name: 'an unknown key', request: always(unknown, 'own') },
    { name: 'a revoked key', request: always(revoked.apiKey, 'own') },
    { name: 'a foreign domain', request: always(apiKey, 'foreign') },
    { name: 'an unknown domain', request: always(apiKey, 'nobodys') },
    {
      name: 'a foreign domain, asked for the first time',
      request: (run, n) => ({ key: apiKey, domain: `foreign-${run}-${n}` }),
    },
    {
      name: 'an unknown domain, asked for the first time',
      request: (run, n) => ({ key: apiKey, domain: `nobodys-${run}-${n}` }),
    },
    {
      name: 'a foreign domain that its owner has just used',
      before: (run, n) => ({ key: owner.apiKey, domain: `used-${run}-${n}` }),
      request: (run, n) => ({ key: apiKey, domain: `used-${run}-${n}` }),
    },
    {
      name: 'an unknown domain when another has just been used',
      before: (run, n) => ({ key: owner.apiKey, domain: `other-${run}-${n}` }),
      request: (run, n) => ({ key: apiKey, domain: `unused-${run}-${n}` }),
    },
  ];
}

async function measure(server: Server, series: readonly Series[]) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  undo.push(() => agent.destroy());
  for (let n = 1; n <= WARM_UPS; n += 1) {
    for (const { before, request } of shuffled(series)) {
      if (before) await timed(server, agent, before('warm', n), 404);
      await timed(server, agent, request('warm', n));
    }
  }
  for (let n = 1; n <= REQUESTS; n += 1) {
    for (const { before, request, run, times } of shuffled(series)) {
      if (before) await timed(server, agent, before(run, n), 404);
      times.push(await timed(server, agent, request(run, n)));
    }
    if (n % 500 === 0) process.stderr.write(`${n} of ${REQUESTS} requests of each cause and run\n`);
  }
}

/** Microseconds until the last byte of the answer. */
async function timed(server: Server, agent: http.Agent, { key, domain }: Asked, status = 401) {
  const headers = key === null ? {} : { 'x-api-key': key };
  const begin = performance.now();
  const request = http.get(`${server.url}/v1/domain/${domain}/client/app`, { agent, headers });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  await once(response, 'end');
  const time = (performance.now() - begin) * 1000;
  if (response.statusCode !== status) throw new Error(`${domain}: ${response.statusCode} instead of ${status}.`);
  return time;
}

function report(causes: readonly Cause[], series: readonly Series[]) {
  const rows = causes.map(({ name }) => {
    const [first, second] = series.filter((each) => each.name === name).map(({ times }) => median(times)) as [
      number,
      number,
    ];
    return { name, first, second, both: (first + second) / 2, noise: Math.abs(first - second) };
  });
  const lines = rows.map((row) => [row.name, cell(row.first), cell(row.second), cell(row.noise)]);
  print([['cause', 'median µs, first run', 'second run', 'apart'], ...lines]);
  const among: [name: string, rows: typeof rows][] = [
    ['all causes', rows],
    ['the causes that are no domain’s', rows.filter(({ name }) => name.endsWith('key'))],
    ['foreign and unknown domain', rows.filter(({ name }) => name.endsWith(' domain'))],
    ['the same, asked for the first time', rows.filter(({ name }) => name.endsWith('first time'))],
    ['the same, when the foreign one is in use', rows.filter(({ name }) => name.endsWith('used'))],
  ];
  const spreads = among.map(([name, some]) => {
    const medians = some.map(({ both }) => both);
    const spread = Math.max(...medians) - Math.min(...medians);
    const noise = Math.max(...some.map((row) => row.noise));
    return [name, cell(spread), cell(noise), (spread / noise).toFixed(1)];
  });
  process.stdout.write('\n');
  print([['between', 'spread µs', 'noise µs', 'spread / noise'], ...spreads]);
}

function print([head, ...body]: [string[], ...string[][]]) {
  process.stdout.write(`${markdown(head, body)}\n`);
}

function cell(value: number) {
  return value.toFixed(1);
}

function median(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** A new order each time, so that no cause always comes behind the same other. */
function shuffled<Each>(list: readonly Each[]): Each[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
