import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call, type Target } from './call.js';

const PAUSE_MS = 50;

/** What is asked again and again; nobody remembers a client that does not exist, so the database is asked each time. */
const PROBES: Record<string, { readonly path: string; readonly good: number }> = {
  live: { path: '/health/live', good: 200 },
  ready: { path: '/health/ready', good: 200 },
  v1: { path: '/v1/domain/default/client/nobody', good: 404 },
  accounts: { path: '/client?clientID=nobody', good: 404 },
  list: { path: '/clients?size=1', good: 200 },
};

export interface Probed {
  readonly name: string;
  readonly begun: number;
  readonly ended: number;
  readonly status: number;
  readonly isGood: boolean;
  /** A sentence, where the answer is neither good nor a proper 503. */
  readonly problem: string | undefined;
}

/** What 503s say, in either dialect. */
interface Problem {
  readonly traceId?: string;
  readonly code?: number;
}

/** Asks each of these all the time, one request after the other, and keeps what was answered. */
export class Probes {
  readonly answers: Probed[] = [];
  #isOver = false;
  readonly #running: Promise<void>[];

  constructor(server: Target) {
    this.#running = Object.entries(PROBES).map(([name, probe]) => this.#ask(server, name, probe));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  /** Those that were away between two moments, or since one. */
  bad(since = 0, name?: string): Probed[] {
    return this.answers.filter((each) => !each.isGood && each.begun >= since && (!name || each.name === name));
  }

  async #ask(server: Target, name: string, { path, good }: { readonly path: string; readonly good: number }) {
    while (!this.#isOver) {
      const begun = performance.now();
      const answer = await call<Problem>(server, 'GET', path);
      const { status } = answer;
      const isGood = status === good;
      const problem = isGood ? undefined : problemOf(name, answer);
      this.answers.push({ name, begun, ended: performance.now(), status, isGood, problem });
      await sleep(PAUSE_MS);
    }
  }
}

/** The 503 of each dialect: spec/operations.md, Life cycle. */
function problemOf(name: string, { status, headers, body, error }: Answer<Problem>) {
  if (status !== 503 || name === 'live') return `${name}: ${status} ${JSON.stringify(error?.message ?? body)}`;
  if (!/^\d+$/.test(headers.get('retry-after') ?? '')) return `${name}: 503 without Retry-After`;
  if (name === 'ready') return undefined;
  const isProblem = /^application\/problem\+json/.test(headers.get('content-type') ?? '');
  const isInForm = name === 'v1' ? isProblem && body.traceId : isProblem && body.code === 1003;
  return isInForm ? undefined : `${name}: a 503 that is not in the dialect's form: ${JSON.stringify(body)}`;
}
