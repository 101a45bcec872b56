import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.mjs';

const PAUSE_MS = 50;

/** What is asked again and again; nobody remembers a client that does not exist, so the database is asked each time. */
const PROBES = {
  live: { path: '/health/live', good: 200 },
  ready: { path: '/health/ready', good: 200 },
  v1: { path: '/v1/domain/default/client/nobody', good: 404 },
  accounts: { path: '/client?clientID=nobody', good: 404 },
  list: { path: '/clients?size=1', good: 200 },
};

/** Asks each of these all the time, one request after the other, and keeps what was answered. */
export class Probes {
  /** `{ name, begun, ended, status, isGood }`, and `problem`, a sentence, where the answer is neither good nor a proper 503. */
  answers = [];
  #isOver = false;

  constructor(server) {
    this.running = Object.entries(PROBES).map(([name, probe]) => this.#ask(server, name, probe));
  }

  async stop() {
    this.#isOver = true;
    await Promise.all(this.running);
  }

  /** Those that were away between two moments, or since one. */
  bad(since = 0, name = undefined) {
    return this.answers.filter((each) => !each.isGood && each.begun >= since && (!name || each.name === name));
  }

  async #ask(server, name, { path, good }) {
    while (!this.#isOver) {
      const begun = performance.now();
      const { status, headers, body, error } = await call(server, 'GET', path);
      const isGood = status === good;
      const problem = isGood ? undefined : problemOf(name, { status, headers, body, error });
      this.answers.push({ name, begun, ended: performance.now(), status, isGood, problem });
      await sleep(PAUSE_MS);
    }
  }
}

/** The 503 of each dialect: spec/operations.md, Life cycle. */
function problemOf(name, { status, headers, body, error }) {
  if (status !== 503 || name === 'live') return `${name}: ${status} ${JSON.stringify(error?.message ?? body)}`;
  if (!/^\d+$/.test(headers.get('retry-after') ?? '')) return `${name}: 503 without Retry-After`;
  if (name === 'ready') return undefined;
  const isProblem = /^application\/problem\+json/.test(headers.get('content-type'));
  const isInForm = name === 'v1' ? isProblem && body.traceId : isProblem && body.code === 1003;
  return isInForm ? undefined : `${name}: a 503 that is not in the dialect's form: ${JSON.stringify(body)}`;
}
