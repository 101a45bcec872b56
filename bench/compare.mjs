import { load } from './load.mjs';
import { settings } from './settings.mjs';

/** More than any server here deletes in a second. */
const DOOMED_PER_SECOND = 12_000;
/** A server that has just started takes several times as long; few operations are therefore warmed up repeatedly. */
const LEAST_WARM_UPS = 12;
/** The number that the latest request was made from. */
let last = 0;

/** Checks that each operation is what its name says, and lets the servers compile what they run often. */
export async function warmUp(stage, workloads) {
  for (const workload of workloads) {
    progress(`checking: ${workload.name}`);
    await checkChanges(stage, workload);
  }
  const connections = Math.max(...settings.connections);
  for (let count = 0; count < Math.max(LEAST_WARM_UPS, workloads.length); count += 1) {
    const workload = workloads[count % workloads.length];
    progress(`warming up: ${workload.name}`);
    for (const side of ['floor', 'subject']) await measure(stage, workload, side, connections);
  }
  await stage.data.settle();
}

/** Measures each workload at each number of connections: floor, subject, floor, subject, … */
export async function compare(stage, workloads) {
  const rows = [];
  for (const workload of workloads) {
    for (const connections of settings.connections) {
      progress(`measuring: ${workload.name}, ${connections} connection${connections === 1 ? '' : 's'}`);
      const rounds = [];
      for (let round = 0; round < settings.rounds; round += 1) {
        const floor = await measure(stage, workload, 'floor', connections);
        const subject = await measure(stage, workload, 'subject', connections);
        rounds.push({ floor, subject, ratio: subject.perSecond / floor.perSecond });
      }
      rows.push({ name: workload.name, connections, rounds });
    }
  }
  progress('');
  return rows;
}

async function measure(stage, workload, side, connections) {
  const { seconds } = settings;
  if (workload.dooms) await stage.data.addDoomed(last + 1, last + Math.ceil(seconds * DOOMED_PER_SECOND));
  const nextRequest = () => {
    last += 1;
    return workload[side](last);
  };
  const options = { connections, seconds, postgresPid: stage.postgres.pid, nextRequest };
  try {
    return await load(serverOf(stage, workload, side), options);
  } catch (error) {
    error.message = `${workload.name}: ${error.message}`;
    throw error;
  } finally {
    if (workload.dooms) await stage.data.settle();
  }
}

/** One request by hand: when it is refused, the answer says why. */
async function checkAnswers(stage, workload) {
  for (const side of ['subject', 'floor']) {
    last += 1;
    if (workload.dooms) await stage.data.addDoomed(last, last);
    const server = serverOf(stage, workload, side);
    const { method, path, headers, body } = workload[side](last);
    const answer = await fetch(server.url + path, { method, headers: { ...server.headers, ...headers }, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${workload.name}: ${server.name} answers ${answer.status} ${text}`);
  }
}

async function checkChanges(stage, workload) {
  const noted = await stage.data.changesNoted();
  await checkAnswers(stage, workload);
  const hasWritten = (await stage.data.changesNoted()) > noted;
  if (hasWritten === (workload.writes ?? false)) return;
  throw new Error(`${workload.name} was ${hasWritten ? 'not ' : ''}expected to change a client.`);
}

function serverOf(stage, { on = 'product' }, side) {
  return stage.servers[side === 'floor' ? 'pg' : on];
}

/** One line that is written over. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}
