// `npm run bench -- --soak MINUTES`: the product's memory under a steady load of everything, at full speed.
import { memoryOf } from './cpu.mjs';
import { closedLoop } from './load/closed.mjs';
import { fixed } from './numbers.mjs';
import { operations } from './operations.mjs';
import { saveResults } from './results.mjs';
import { settings } from './settings.mjs';
import { Stage } from './stage.mjs';
import { markdown } from './table.mjs';

const SECONDS = 10;
/** More than the product answers of this mixture. */
const MOST_PER_SECOND = 6000;
const ROWS = 20;
/** Of ten requests of each dialect, how many are of which operation. */
const MIX = ['read', 'read', 'read', 'readCold', 'read', 'list10', 'list100', 'putChanged', 'putUnchanged', 'create'];

export async function measure(undo, { soak }) {
  const stage = new Stage(undo);
  await stage.start(settings.clients, 1);
  await stage.data.addCold(settings.coldClients);
  const [product] = stage.servers.product;
  const nextRequest = everything(operations(stage));
  const samples = [];
  const begin = performance.now();
  while (performance.now() - begin < Number(soak) * 60_000) {
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
function everything(all) {
  let last = 0;
  return () => {
    last += 1;
    const key = MIX[Math.floor(last / 2) % MIX.length];
    const { accounts, v1 } = all.find((operation) => operation.key === key).product;
    return (last % 2 === 0 ? accounts : v1)(last);
  };
}

/** The first quarter fills caches and heap; from then on the memory should be level. */
function report(samples) {
  const later = samples.slice(Math.floor(samples.length / 4));
  const step = Math.ceil(samples.length / ROWS);
  const some = samples.filter((_sample, index) => (index + 1) % step === 0);
  const rows = some.map(({ minutes, rss, perSecond }) => [fixed(minutes, 1), fixed(rss, 0), fixed(perSecond, 0)]);
  process.stdout.write(`\n${markdown(['minutes', 'RSS, MiB', 'requests/s'], rows)}\n`);
  if (later.length > 1 && later.every(({ rss }) => rss !== undefined)) {
    process.stdout.write(`\nGrowth after the first quarter: ${fixed(slopeOf(later), 2)} MiB a minute.\n`);
  }
  process.stderr.write(`\nAll figures: ${saveResults('soak', { samples })}\n`);
}

/** The line of least squares. */
function slopeOf(samples) {
  const mean = (name) => samples.reduce((sum, sample) => sum + sample[name], 0) / samples.length;
  const [x, y] = [mean('minutes'), mean('rss')];
  const sum = (value) => samples.reduce((total, sample) => total + value(sample), 0);
  return sum(({ minutes, rss }) => (minutes - x) * (rss - y)) / sum(({ minutes }) => (minutes - x) ** 2);
}
