// The tests that talk to a server, through a proxy before it: Prism compares each answer with the OpenAPI documents.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { apis } from '../../src/app.js';
import type { Answered } from '../support/validating-proxy.js';

export const title = 'the OpenAPI documents describe every answer that the tests get';

/** Planted faults, and tests that get a successful answer from every operation, in half a minute. `--all`: all tests of servers. */
const FEW = [
  'test/foreign/answers.spec.ts',
  'test/operations/documents-hold.spec.ts',
  // What is not JSON: a page, a key, events.
  'test/dialects/accounts/links.spec.ts',
  'test/admin/who-is-told.spec.ts',
];

/** Not run through the proxy, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'test/security/connections.spec.ts':
    'connections that are silent, idle, slow, unread or too many: a proxy has its own',
  'test/operations/graceful-shutdown.spec.ts':
    'which connections a server takes that stops: a proxy goes on taking them',
  'test/operations/metrics.spec.ts': 'answers that wait on one connection: a proxy has one for each request',
  'test/http/request-line.spec.ts': 'versions of HTTP, tunnels, expectations: a proxy answers them itself',
};

export async function run(options: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-answers-'));
  const file = path.join(folder, 'answered.jsonl');
  try {
    const code = await test(options.includes('--all') ? [FEW[0]!, ...allSpecs()] : FEW, file);
    const counts = counted(readFileSync(file, 'utf8'));
    process.stdout.write(`\n${summary(counts)}\n`);
    const unanswered = [...counts].filter(
      ([, statuses]) => ![...statuses.keys()].some((status) => Number(status) < 400),
    );
    return [
      ...(code === 0 ? [] : ['A test failed behind the proxy: see above.']),
      ...unanswered.map(([operation]) => `No test got a successful answer from ${operation}.`),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function test(specs: readonly string[], file: string): Promise<number> {
  // In this order: it would take words that follow it for more of what to ignore.
  const jest = ['node_modules/jest/bin/jest.js', ...specs, '--testPathIgnorePatterns=/node_modules/'];
  const program = spawn(process.execPath, ['scripts/run.mjs', ...jest], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TEST_VALIDATING_PROXY: file },
  });
  const [code] = await once(program, 'exit');
  return code ?? 1;
}

/** The tests that start a server in their own process, where the proxy can stand before it. */
function allSpecs(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join('test', name))
    .filter((name) => name.endsWith('.spec.ts') && !name.includes('node_modules') && !(name in NOT_RUN))
    .filter((name) => readFileSync(name, 'utf8').includes('startServer('))
    .sort();
}

/** How many answers each operation gave with each status. Those of APIs that nobody publishes do not count. */
function counted(text: string): Map<string, Map<string, number>> {
  const published = apis.map(({ name }) => name);
  const all = new Map<string, Map<string, number>>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { operation, counts }: Answered = JSON.parse(line);
    if (!published.includes(operation.split(' ')[0]!)) continue;
    const sums = all.get(operation) ?? new Map<string, number>();
    all.set(operation, sums);
    for (const [status, count] of Object.entries(counts)) sums.set(status, (sums.get(status) ?? 0) + count);
  }
  return all;
}

function summary(counts: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const lines = [...counts].map(([operation, statuses]) => {
    const each = [...statuses].sort().map(([status, count]) => `${status} × ${count}`);
    return `  ${operation}: ${each.join(', ') || 'none'}`;
  });
  const total = [...counts.values()]
    .flatMap((statuses) => [...statuses.values()])
    .reduce((sum, count) => sum + count, 0);
  return `${total} answers of ${counts.size} operations, by status:\n${lines.join('\n')}`;
}
