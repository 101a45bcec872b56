import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../bench/compiled.js';
import type { Server } from '../../bench/server.js';
import { call, type Target } from '../call.js';
import { DOMAIN_CLAIM, type Issuer, startIssuer } from '../issuer.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';

export const title = 'clocks that are ten minutes ahead and behind';

const MINUTE_MS = 60_000;
const SHIFTS = { straight: 0, ahead: 10 * MINUTE_MS, behind: -10 * MINUTE_MS };
const PUBLIC_URL = 'http://clients.example.com';
const PRELOAD = pathToFileURL(compiled('chaos/shifted-clock.ts')).href;
/** What is made now expires so much later. */
const LIFE_MS = 4000;
const PAUSE_MS = 20;
/** A key is remembered for 0.8 s; the rest is for the way. */
const LATE_MS = 1000;
/** How exactly an instance can know the database's clock on a busy machine. */
const EARLY_MS = 150;
/** The product's own tolerance for the tokens of others. */
const TOLERANCE_MS = 30_000;

/** What is told of a secret. */
interface Told {
  readonly clientSecret: string;
}

type IsGood = (server: Target) => Promise<boolean>;

/** What expires. */
interface Expirable {
  readonly isGood: IsGood;
  /** When it ceases to be good. */
  readonly end: number;
  /** How exactly that is known, in milliseconds. */
  readonly spread?: number;
}

const client = (id: string) => `/v1/domain/default/client/${id}`;
const CONFIDENTIAL = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const enters =
  (key: string): IsGood =>
  async (server) =>
    (await call({ ...server, headers: { 'x-api-key': key } }, 'GET', client('none'))).status === 404;
const verifies =
  (id: string, secret: string): IsGood =>
  async (server) =>
    (await call<{ valid: boolean }>(server, 'POST', `${client(id)}/secrets/verify`, { body: { secret } })).body.valid;
const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Each makes something over a server. */
const KINDS: Readonly<Record<string, (server: Target, id: string, issuer: Issuer) => Promise<Expirable>>> = {
  'a secret': async (server, id) => {
    const end = Date.now() + LIFE_MS;
    await call(server, 'PUT', client(id), { body: CONFIDENTIAL });
    const body = { expiresAt: new Date(end).toISOString() };
    const added = await call<Told>(server, 'POST', `${client(id)}/secrets`, { body });
    return { isGood: verifies(id, added.body.clientSecret), end };
  },
  'a secret that was rotated': async (server, id) => {
    const { body } = await call<Told>(server, 'PUT', client(id), { body: CONFIDENTIAL });
    const added = await call(server, 'POST', `${client(id)}/secrets`, {
      body: { previousExpiresInSeconds: LIFE_MS / 1000 },
    });
    return { isGood: verifies(id, body.clientSecret), end: Date.now() + LIFE_MS - added.ms, spread: added.ms };
  },
  'a key': async (server, id) => {
    const end = Date.now() + LIFE_MS;
    const body = { name: id, domain: 'default', expiresAt: new Date(end).toISOString() };
    const issued = await call<{ apiKey: string }>(server, 'POST', '/admin/credentials', { body });
    return { isGood: enters(issued.body.apiKey), end };
  },
  'a trusted issuer’s token': async (_, __, issuer) => {
    const exp = Math.floor((Date.now() + LIFE_MS - TOLERANCE_MS) / 1000);
    const token = await issuer.sign({ aud: PUBLIC_URL, [DOMAIN_CLAIM]: 'default', exp });
    return { isGood: enters(token), end: exp * 1000 + TOLERANCE_MS };
  },
};

export async function run(stage: Stage): Promise<Outcome> {
  const rounds = stage.size(10, 1);
  const postgres = await stage.postgres();
  const issuer = await startIssuer(stage.undo);
  const settings = { DATABASE_URL: postgres.url(), PUBLIC_URL, TRUSTED_ISSUERS: issuer.setting };
  const servers: Record<string, Server> = {};
  for (const [name, shift] of Object.entries(SHIFTS)) {
    const clock = { NODE_OPTIONS: `--import=${PRELOAD}`, CLOCK_SHIFT_MS: String(shift) };
    servers[name] = await stage.product({ ...settings, ...clock });
  }
  const failures: string[] = [];
  const span = { early: 0, late: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, server] of Object.entries(servers)) {
      stage.progress(`round ${round} of ${rounds}, made where the clock is ${name}`);
      failures.push(...(await refusals(name, server, `${round}-${name}`)));
      const expiries = Object.entries(KINDS).map(async ([kind, make], index) => {
        const made = await make(server, `c-${round}-${name}-${index}`, issuer);
        const asked = await Promise.all(Object.values(servers).map((each) => askUntilGone(each, made)));
        const early = Math.max(...asked.map((each) => each.early)) - (made.spread ?? 0);
        const late = Math.max(...asked.map((each) => each.late)) - (made.spread ?? 0);
        span.early = Math.max(span.early, early);
        span.late = Math.max(span.late, late);
        if (early > EARLY_MS) failures.push(`${kind}, made where the clock is ${name}, ceased ${early} ms early.`);
        if (late > LATE_MS) failures.push(`${kind}, made where the clock is ${name}, was good ${late} ms late.`);
      });
      await Promise.all(expiries);
    }
  }
  return {
    counts: {
      'secrets, keys and tokens that expired': rounds * Object.keys(servers).length * Object.keys(KINDS).length,
      'refused early, at most, ms': span.early,
      'good for longer, at most, ms': span.late,
    },
    failures,
  };
}

/** An expiry may lie five minutes ahead of now, and not five minutes behind. */
async function refusals(name: string, server: Target, id: string) {
  const failures: string[] = [];
  await call(server, 'PUT', client(id), { body: CONFIDENTIAL });
  for (const [minutes, expected] of [
    [5, 201],
    [-5, 400],
  ] as const) {
    const expiresAt = inFuture(minutes * MINUTE_MS);
    for (const [path, body] of [
      [`${client(id)}/secrets`, { expiresAt }],
      ['/admin/credentials', { name: id, domain: 'default', expiresAt }],
    ] as const) {
      const { status } = await call(server, 'POST', path, { body });
      if (status !== expected) failures.push(`${path} with an expiry in ${minutes} min, clock ${name}: ${status}.`);
    }
  }
  return failures;
}

/** By how much it was refused before its end, and by how much it was good after it. */
async function askUntilGone(server: Target, { isGood, end }: Expirable) {
  let [early, late] = [0, 0];
  while (Date.now() < end + LATE_MS + 10 * PAUSE_MS) {
    const begin = Date.now();
    const good = await isGood(server);
    if (good) late = Math.max(late, begin - end);
    else early = Math.max(early, end - Date.now());
    await sleep(PAUSE_MS);
  }
  return { early, late };
}
