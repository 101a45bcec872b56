// `npm run bench -- --bulk`: export and import of many clients: how long they take, how much memory they need, and how
// long others wait meanwhile.
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALL, memoryOf } from './cpu.js';
import { type Figure, fixed } from './numbers.js';
import { startPostgres } from './postgres.js';
import { startProduct } from './product.js';
import { progress } from './progress.js';
import { saveResults } from './results.js';
import type { Server } from './server.js';
import { settings } from './settings.js';
import { markdown } from './table.js';
import type { Undo } from './undo.js';

const PATH = '/admin/domains/default';
const SAMPLE_MS = 50;

export async function measure(undo: Undo): Promise<void> {
  const postgres = await startPostgres(undo);
  const server = await startProduct(undo, { DATABASE_URL: postgres.url() }, { cpus: ALL });
  const count = settings.bulkClients;
  const imported = (scope: string, query = '') => importAll(server, lines(count, scope), query);
  const steps: [name: string, run: () => Promise<string>][] = [
    ['import, all new', () => imported('openid')],
    ['export', () => exportAll(server)],
    ['import, nothing new', () => imported('openid')],
    ['dry run, all changed', () => imported('openid profile', '?dryRun=true')],
    ['import, all changed', () => imported('openid profile')],
    ['import of one, the others pruned', () => importAll(server, lines(1, 'openid profile'), '?prune=true')],
  ];
  const results: ({ name: string } & Watched)[] = [];
  for (const [name, run] of steps) {
    progress(`${name}: ${count} clients`);
    results.push({ name, ...(await watched(server, run)) });
  }
  progress('');
  const rows = results.map(({ name, seconds, answer, rssBefore, rssMost, longestRead }) => [
    name,
    fixed(seconds, 1),
    fixed(rssBefore, 0),
    fixed(rssMost, 0),
    fixed(longestRead, 0),
    answer,
  ]);
  const columns = ['step', 'seconds', 'RSS before, MiB', 'RSS at most, MiB', 'longest read meanwhile, ms', 'answer'];
  process.stdout.write(`\n${count} clients\n${markdown(columns, rows)}\n`);
  process.stderr.write(`\nAll figures: ${saveResults('bulk', { count, results })}\n`);
}

interface Watched {
  readonly seconds: number;
  readonly answer: string;
  /** MiB. */
  readonly rssBefore: Figure;
  readonly rssMost: Figure;
  readonly longestRead: number;
}

/** Runs a step while the memory is looked at and a client is read again and again. */
async function watched(server: Server, run: () => Promise<string>): Promise<Watched> {
  const memory = () => memoryOf(server.pid)?.now;
  const rssBefore = memory();
  let [rssMost, longestRead, isDone] = [rssBefore, 0, false];
  const reading = (async () => {
    while (!isDone) {
      const begin = performance.now();
      const answer = await fetch(`${server.url}/v1/domain/default/client/client-0`, { headers: server.headers });
      await answer.arrayBuffer();
      longestRead = Math.max(longestRead, performance.now() - begin);
      rssMost = rssMost && Math.max(rssMost, memory() ?? 0);
      await sleep(SAMPLE_MS);
    }
  })();
  const begin = performance.now();
  const answer = await run();
  const seconds = (performance.now() - begin) / 1000;
  isDone = true;
  await reading;
  return { seconds, answer, rssBefore, rssMost, longestRead };
}

function* lines(count: number, scope: string) {
  for (let begun = 0; begun < count; begun += 500) {
    let text = '';
    for (let index = begun; index < Math.min(count, begun + 500); index += 1) {
      const line = {
        clientId: `client-${index}`,
        clientName: `Client ${index}`,
        clientType: 'Confidential',
        grantType: 'AuthorizationCode',
        scope,
        redirectUris: [`https://app-${index}.example.com/callback`, `https://app-${index}.example.com/silent`],
        postSignOutRedirectUris: [`https://app-${index}.example.com/goodbye`],
        allowedOrigins: [`https://app-${index}.example.com`],
        policies: ['policy.employees'],
      };
      text += `${JSON.stringify(line)}\n`;
    }
    yield Buffer.from(text);
  }
}

async function importAll({ url, headers }: Server, body: Iterable<Buffer>, query: string) {
  const options = { method: 'POST', headers, body: Readable.toWeb(Readable.from(body)), duplex: 'half' } as const;
  const answer = await fetch(`${url}${PATH}/import${query}`, options);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const { created, changed, removed, unchanged } = await firstAndCount(answer);
  return `${created} created, ${changed} changed, ${removed} removed, ${unchanged} unchanged`;
}

async function exportAll({ url, headers }: Server) {
  const answer = await fetch(`${url}${PATH}/export`, { headers });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  let [found, bytes] = [0, 0];
  for await (const chunk of answer.body!) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) found += 1;
  }
  return `${found} lines, ${fixed(bytes / 2 ** 20, 0)} MiB`;
}

/** The first line; fails when there are not as many others as it says. */
async function firstAndCount({ body }: Response) {
  let [first, rest] = ['', -1];
  for await (const chunk of body!) {
    if (rest < 0) first += Buffer.from(chunk).toString('utf8');
    for (const byte of chunk) if (byte === 10) rest += 1;
  }
  const summary = JSON.parse(first.slice(0, first.indexOf('\n')));
  const { created, changed, removed } = summary;
  if (rest !== created + changed + removed) throw new Error(`${rest} lines instead of ${created + changed + removed}`);
  return summary;
}
