import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, type Target } from './call.js';
import type { Operation } from './linearizability.js';

/** A tenth of the clients gets half of the requests, so that many meet on one. */
const HOT = 10;
const PAUSE_MS = 20;
const BASE = 'https://app.example.com/';

const v1 = (id: string) => `/v1/domain/default/client/${id}`;
const accounts = (id: string) => `/client?clientID=${id}`;

/** What an answer tells of the register, or what may have been done. */
type Effect = Pick<Operation, 'mayBeStale' | 'was' | 'wasNot' | 'leaves'>;

/** What answers say of a client; some say it of a list of them. */
interface Said {
  readonly redirectUris: readonly string[];
  readonly callbackURL: string;
  readonly _embedded?: { readonly 'ec:acc/client'?: Pick<Said, 'callbackURL'> | Pick<Said, 'callbackURL'>[] };
}

/** A version that was read. */
interface Version {
  readonly value: string;
  readonly etag: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** By the status of the answer. */
  readonly tell: Readonly<Record<number, (body: Said) => Effect>>;
  /** What may have been done if there is no answer. */
  readonly done?: Effect;
}

/** Of a client: so that it has this value afterwards. */
type Make = (id: string, leaves: string, known: Version | undefined) => Request;

/** An operation, and how it was asked for. */
export type Recorded = Operation & Pick<Request, 'method' | 'path'>;

const markOf = (uri: string | undefined) => uri?.slice(BASE.length);
const read = (was: string | null | undefined): Effect => ({ mayBeStale: true, was });
/** What is known when the answer says that there is no such client. */
const ABSENT: Effect = { was: null };

/** Everything that is done to a client as to a register, whose value is its redirect URI. */
const READS: readonly Make[] = [
  (id) => ({
    method: 'GET',
    path: v1(id),
    tell: { 200: ({ redirectUris: [uri] }) => read(markOf(uri)), 404: () => read(null) },
  }),
  (id) => ({
    method: 'GET',
    path: accounts(id),
    tell: { 200: ({ callbackURL }) => read(markOf(callbackURL)), 404: () => read(null) },
  }),
  (id) => ({
    method: 'GET',
    path: `${accounts(id)}&_list=true`,
    tell: { 200: ({ _embedded }) => read(markOf([_embedded?.['ec:acc/client'] ?? []].flat()[0]?.callbackURL) ?? null) },
  }),
];
const WRITES: readonly Make[] = [
  (id, leaves) => put(id, leaves),
  (id, leaves) => put(id, leaves),
  (id, leaves, known) => (known ? put(id, leaves, known) : put(id, leaves)),
  (id, leaves) => ({
    method: 'PUT',
    path: accounts(id),
    body: { callbackURL: BASE + leaves },
    tell: { 200: () => ({ wasNot: null, leaves }), 404: () => ABSENT },
    done: { wasNot: null, leaves },
  }),
  (id) => ({
    method: 'DELETE',
    path: randomInt(2) ? v1(id) : accounts(id),
    tell: { 204: () => ({ wasNot: null, leaves: null }), 404: () => ABSENT },
    done: { wasNot: null, leaves: null },
  }),
];

/** `known`: a version that was read; the write is to replace that, or nothing. */
function put(id: string, leaves: string, known?: Version): Request {
  const written: Effect = known ? { was: known.value, leaves } : { leaves };
  return {
    method: 'PUT',
    path: v1(id),
    headers: known && { 'if-match': known.etag },
    body: { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [BASE + leaves] },
    tell: { 200: () => written, 412: () => ({ wasNot: known?.value }) },
    done: written,
  };
}

interface Options {
  readonly name: string;
  readonly instances: number;
  readonly clients: number;
  readonly workers: number;
}

/** Workers that read and write clients over several instances, and note what linearizability.ts judges. */
export class Registers {
  readonly histories: readonly Recorded[][];
  answers = 0;
  /** Requests without an answer, or with a 503. */
  unanswered = 0;
  /** Answers that should not be, as sentences. */
  readonly wrong: string[] = [];
  readonly #versions: Version[] = [];
  readonly #server: (n: number) => Target;
  readonly #options: Options;
  readonly #running: Promise<void>[];
  #writes = 0;
  #isOver = false;

  /** `server(n)` is the instance number n at that moment; `instanceOf` says who that is to whom promises were made. */
  constructor(
    server: (n: number) => Target,
    options: Options,
    private readonly instanceOf: (n: number) => string = String,
  ) {
    this.#server = server;
    this.#options = options;
    this.histories = Array.from({ length: options.clients }, () => []);
    this.#running = Array.from({ length: options.workers }, () => this.#work());
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #work() {
    while (!this.#isOver) {
      const client = randomInt(2)
        ? randomInt(this.histories.length)
        : randomInt(Math.ceil(this.histories.length / HOT));
      const instance = randomInt(this.#options.instances);
      const isRead = randomInt(10) < 6;
      const make = isRead ? READS[randomInt(READS.length)]! : WRITES[randomInt(WRITES.length)]!;
      this.#writes += 1;
      const request = make(`${this.#options.name}-${client}`, `w${this.#writes}`, this.#versions[client]);
      await this.#do(client, instance, request);
    }
  }

  async #do(client: number, instance: number, { method, path, headers, body, tell, done }: Request) {
    const start = performance.now();
    const instanceName = this.instanceOf(instance);
    const answer = await call<Said>(this.#server(instance), method, path, { headers, body });
    const { status, error } = answer;
    const times = { instance: instanceName, start, end: performance.now(), method, path };
    const history = this.histories[client]!;
    if (tell[status]) {
      this.answers += 1;
      const told = tell[status](answer.body);
      history.push({ ...times, ...told });
      const etag = answer.headers.get('etag');
      if (told.mayBeStale && told.was && etag) this.#versions[client] = { value: told.was, etag };
      return;
    }
    const isBusy = status === 503 && answer.headers.has('retry-after');
    if (status !== 0 && !isBusy) this.wrong.push(`${method} ${path}: ${status} ${JSON.stringify(answer.body)}`);
    this.unanswered += 1;
    // Nobody listened: it was never asked.
    if (done && error?.code !== 'ECONNREFUSED') history.push({ ...times, ...done, end: Infinity });
    await sleep(PAUSE_MS);
  }
}
