// `npm run bench -- --soak MINUTES`: the product's memory under a steady load of everything, at full speed.
import { memoryOf } from './cpu.js';
import { closedLoop } from './load/closed.js';
import { type Figure, fixed } from './numbers.js';
import { type Compared, operations } from './operations.js';
import type { Options } from './options.js';
import type { Request } from './requests.js';
import { saveResults } from './results.js';
import { settings } from './settings.js';
import { Stage } from './stage.js';
import { markdown } from './table.js';
import type { Undo } from './undo.js';

const SECONDS = 10;
/** More than the product answers of this mixture. */
const MOST_PER_SECOND = 6000;
const ROWS = 20;
/** Of ten requests of each dialect, how many are of which operation. */
const MIX = ['read', 'read', 'read', 'readCold', 'read', 'list10', 'list100', 'putChanged', 'putUnchanged', 'create'];

interface Sample {
  readonly minutes: number;
  readonly requests: number;
  readonly perSecond: number;
  /** MiB. */
  readonly rss: Figure;
}

export async function measure(undo: Undo, { soak }: Options): Promise<void> {
  const stage = new Stage(undo);
  await stage.start(settings.clients, 1);
  await stage.data.addCold(settings.coldClients);
  const product = stage.servers.product![0]!;
  const nextRequest = everything(operations(stage));
  const samples: Sample[] = [];
  const begin = performance.now();
  while (performance.now() - begin < soak * 60_000) {
    const { requests, perSecond } = await closedLoop([product], {
      connections: settings.usualConnections,
      seconds: SECONDS,
      postgresPid: stage.postgres.pid,
      nextRequest,
      isRepeatable: false,
      most: MOST_PER_SECOND,
    });
    const minutes = (performance.now() - begin) / 60_000;
    const { now } = memoryOf(product.pid) ?? {};
    samples.push({ minutes, requests, perSecond, rss: now });
    process.stderr.write(`${fixed(minutes, 1)} min: ${fixed(now, 0)} MiB, ${fixed(perSecond, 0)} requests/s\n`);
    await stage.data.settle();
  }
  report(samples);
}

/** One request after the other of every kind, in both dialects. */
function everything(all: readonly Compared[]): () => Request {
  let last = 0;
  return () => {
    last += 1;
    const key = MIX[Math.floor(last / 2) % MIX.length];
    const { accounts, v1 } = all.find((operation) => operation.key === key)!.product;
    return (last % 2 === 0 ? accounts! : v1)(last);
  };
}

/** The first quarter fills caches and heap; from then on the memory should be level. */
function report(samples: readonly Sample[]) {
  const later = samples
    .slice(Math.floor(samples.length / 4))
    .flatMap(({ minutes, rss }) => (rss === undefined ? [] : [[minutes, rss] as const]));
  const step = Math.ceil(samples.length / ROWS);
  const some = samples.filter((_sample, index) => (index + 1) % step === 0);
  const rows = some.map(({ minutes, rss, perSecond }) => [fixed(minutes, 1), fixed(rss, 0), fixed(perSecond, 0)]);
  process.stdout.write(`\n${markdown(['minutes', 'RSS, MiB', 'requests/s'], rows)}\n`);
  if (later.length > 1) {
    process.stdout.write(`\nGrowth after the first quarter: ${fixed(slopeOf(later), 2)} MiB a minute.\n`);
  }
  process.stderr.write(`\nAll figures: ${saveResults('soak', { samples })}\n`);
}

/** The line of least squares. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]) {
  const mean = (index: 0 | 1) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const sum = (value: (x: number, y: number) => number) => points.reduce((total, [x, y]) => total + value(x, y), 0);
  return sum((x, y) => (x - meanX) * (y - meanY)) / sum((x) => (x - meanX) ** 2);
}
