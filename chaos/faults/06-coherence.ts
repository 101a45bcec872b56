import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call, type Target } from '../call.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';
import { until } from '../until.js';
import { cutWatches } from '../watches.js';

export const title = 'what one of three instances changes, the others know within a second';

const INSTANCES = 3;
/** Asked without end: for so long after the change, and with such a pause. */
const ASKED_MS = 1300;
const PAUSE_MS = 10;
const SEEN_WITHIN_MS = 1000;

/** What was made, to be changed. */
interface Made {
  readonly id: string;
  readonly apiKey?: string;
  readonly secret?: string;
  /** When it ends, as its header says. */
  readonly expiresAt?: string;
}

interface Change {
  /** Makes what is changed. */
  prepare(server: Target, id: string): Promise<Made>;
  change(server: Target, made: Made): Promise<unknown>;
  /** Whether an instance still serves what was before. */
  isOld(server: Target, made: Made): Promise<boolean>;
}

const CHANGES: Readonly<Record<string, Change>> = {
  'a revoked key': {
    prepare: async (server, id) =>
      (await must(call<Made>(server, 'POST', '/admin/credentials', { body: { name: id } }))).body,
    change: (server, { id }) => must(call(server, 'DELETE', `/admin/credentials/${id}`)),
    isOld: async (server, { apiKey }) => {
      const { status } = await call(
        { ...server, headers: { 'x-api-key': apiKey! } },
        'GET',
        '/v1/domain/default/client/none',
      );
      return answers({ 404: true, 401: false }, status);
    },
  },
  'a rotated secret': {
    prepare: async (server, id) => {
      const { body } = await must(call<{ clientSecret: string }>(server, 'PUT', client(id), { body: CONFIDENTIAL }));
      return { id, secret: body.clientSecret };
    },
    change: (server, { id }) =>
      must(call(server, 'POST', `${client(id)}/secrets`, { body: { previousExpiresInSeconds: 0 } })),
    isOld: async (server, { id, secret }) => {
      const path = `${client(id)}/secrets/verify`;
      const { status, body } = await call<{ valid: boolean }>(server, 'POST', path, { body: { secret } });
      answers({ 200: true }, status);
      return body.valid;
    },
  },
  'a changed client': {
    prepare: async (server, id) => {
      await must(call(server, 'PUT', client(id), { body: { ...CONFIDENTIAL, scope: 'old' } }));
      return { id };
    },
    change: (server, { id }) => must(call(server, 'PUT', client(id), { body: { ...CONFIDENTIAL, scope: 'new' } })),
    isOld: async (server, { id }) => {
      const { status, body } = await call<{ scope: string }>(server, 'GET', client(id));
      answers({ 200: true }, status);
      return body.scope === 'old';
    },
  },
  'a deleted client': {
    prepare: async (server, id) => {
      await must(call(server, 'PUT', client(id), { body: CONFIDENTIAL }));
      return { id };
    },
    change: (server, { id }) => must(call(server, 'DELETE', `/client?clientID=${id}`)),
    isOld: async (server, { id }) =>
      answers({ 200: true, 404: false }, (await call(server, 'GET', `/client?clientID=${id}`)).status),
  },
  'a renewed client': {
    prepare: async (server, id) => {
      const { headers } = await must(
        call(server, 'PUT', `${client(id)}?expiresInSeconds=3600`, { body: CONFIDENTIAL }),
      );
      return { id, expiresAt: headers.get('expires-at')! };
    },
    change: (server, { id }) =>
      must(call(server, 'PUT', `${client(id)}?expiresInSeconds=7200`, { body: CONFIDENTIAL })),
    isOld: async (server, { id, expiresAt }) => {
      const { status, headers } = await call(server, 'GET', client(id));
      answers({ 200: true }, status);
      return headers.get('expires-at') === expiresAt;
    },
  },
  'a client that has ended by itself': {
    prepare: async (server, id) => {
      await must(call(server, 'PUT', `${client(id)}?expiresInSeconds=3`, { body: CONFIDENTIAL }));
      return { id };
    },
    change: (server, made) => until('it has ended', async () => !(await isThere(server, made))),
    isOld: isThere,
  },
  'a suspended client': {
    prepare: async (server, id) => {
      await must(call(server, 'PUT', client(id), { body: CONFIDENTIAL }));
      return { id };
    },
    change: (server, { id }) => must(call(server, 'PUT', suspension(id), { body: { reason: 'chaos' } })),
    isOld: async (server, made) => !(await isSuspended(server, made)),
  },
  'a resumed client': {
    prepare: async (server, id) => {
      await must(call(server, 'PUT', client(id), { body: CONFIDENTIAL }));
      await must(call(server, 'PUT', suspension(id), { body: {} }));
      return { id };
    },
    change: (server, { id }) => must(call(server, 'DELETE', suspension(id))),
    isOld: isSuspended,
  },
};

async function isThere(server: Target, { id }: Made): Promise<boolean> {
  return answers({ 200: true, 404: false }, (await call(server, 'GET', client(id))).status);
}

async function isSuspended(server: Target, { id }: Made): Promise<boolean> {
  return answers({ 200: true, 404: false }, (await call(server, 'GET', suspension(id))).status);
}

const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const client = (id: string) => `/v1/domain/default/client/${id}`;
const suspension = (id: string) => `/admin/domains/default/clients/${id}/suspension`;

export async function run(stage: Stage): Promise<Outcome> {
  const rounds = stage.size(20, 2);
  const database = await stage.database();
  const servers = await Promise.all(
    Array.from({ length: INSTANCES }, () => stage.product({ DATABASE_URL: database.url() })),
  );
  const counts: Record<string, number> = { 'rounds of each': rounds };
  const failures: string[] = [];
  for (const [how, isCut] of [
    ['watched', false],
    ['watch cut', true],
  ] as const) {
    let isOver: boolean = !isCut;
    const cutting = cutWatches(database, () => isOver, { spellMs: Infinity });
    const latest: Record<string, number> = Object.fromEntries(Object.keys(CHANGES).map((name) => [name, 0]));
    for (let round = 1; round <= rounds; round += 1) {
      stage.progress(`${how}, round ${round} of ${rounds}`);
      const others = [...servers];
      const own = others.splice(round % INSTANCES, 1)[0]!;
      await Promise.all(
        Object.entries(CHANGES).map(async ([name, kind], index) => {
          const outcome = await seen(kind, `${isCut ? 'cut' : 'own'}-${round}-${index}`, own, others);
          latest[name] = Math.max(latest[name]!, outcome.latest);
          failures.push(...outcome.faults.map((fault) => `${how}: ${name} ${fault}`));
        }),
      );
    }
    isOver = true;
    await cutting;
    for (const [name, ms] of Object.entries(latest)) counts[`${how}: ${name} served elsewhere for at most, ms`] = ms;
  }
  return { counts, failures: failures.slice(0, 8) };
}

interface Asked {
  readonly begin: number;
  readonly isOld: boolean;
}

/** Has all instances asked before, during and after the change: when each serves the old state for the last time. */
async function seen(kind: Change, id: string, own: Target, others: readonly Target[]) {
  const made = await kind.prepare(own, id);
  for (const each of others) while (!(await kind.isOld(each, made))) await sleep(PAUSE_MS);
  let end = Infinity;
  const asking = [own, ...others].map(async (server) => {
    const asked: Asked[] = [];
    while (performance.now() < end) {
      const begin = performance.now();
      asked.push({ begin, isOld: await kind.isOld(server, made) });
      await sleep(PAUSE_MS);
    }
    return asked;
  });
  await sleep(10 * PAUSE_MS);
  await kind.change(own, made);
  const changed = performance.now();
  end = changed + ASKED_MS;
  const [ofOwn = [], ...ofOthers] = await Promise.all(asking);
  const lastOld = (asked: readonly Asked[]) => (asked.findLast(({ isOld }) => isOld)?.begin ?? changed) - changed;
  const latest = Math.max(0, ...ofOthers.map(lastOld));
  const faults: string[] = [];
  if (lastOld(ofOwn) > 0) faults.push(`was served by the instance itself ${Math.round(lastOld(ofOwn))} ms later`);
  if (latest > SEEN_WITHIN_MS) faults.push(`was served elsewhere ${Math.round(latest)} ms later`);
  if ([ofOwn, ...ofOthers].some(wentBack)) faults.push('was served again after it was gone');
  return { latest, faults };
}

const wentBack = (asked: readonly Asked[]) =>
  asked.some(({ isOld }, index) => isOld && asked.slice(0, index).some((before) => !before.isOld));

function answers(known: Readonly<Record<number, boolean>>, status: number): boolean {
  const verdict = known[status];
  if (verdict === undefined) throw new Error(`The answer was ${status}.`);
  return verdict;
}

async function must<Body>(calling: Promise<Answer<Body>>): Promise<Answer<Body>> {
  const answer = await calling;
  if (answer.status < 200 || answer.status > 299)
    throw new Error(`The answer was ${answer.status} ${answer.error ?? ''}.`);
  return answer;
}
