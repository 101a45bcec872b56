// `node scripts/run.mjs chaos/fuzz/against.ts <url> <key> <count> [seed]`: the requests of the fault 10-fuzz against a server that runs
// already, whose data may be lost. Prints what came back as JSON.
import { randomInt } from 'node:crypto';
import { fuzz } from './fuzz.js';

const [url = '', key = '', count, seed = randomInt(2 ** 31)] = process.argv.slice(2);
const outcome = await fuzz({ url, key }, { count: Number(count), seed: Number(seed) });
process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
if (outcome.failures.length > 0) process.exitCode = 1;
