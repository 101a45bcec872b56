import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.mjs';

/** A tenth of the clients gets half of the requests, so that many meet on one. */
const HOT = 10;
const PAUSE_MS = 20;
const BASE = 'https://app.example.com/';

const v1 = (id) => `/v1/domain/default/client/${id}`;
const accounts = (id) => `/client?clientID=${id}`;
const markOf = (uri) => uri?.slice(BASE.length);
const read = (was) => ({ mayBeStale: true, was });
/** What is known when the answer says that there is no such client. */
const ABSENT = { was: null };

/**
 * Everything that is done to a client as to a register, whose value is its redirect URI. `tell` gives what an answer
 * tells, by its status; `done`, what may have been done if there is no answer.
 */
const READS = [
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
const WRITES = [
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
function put(id, leaves, known) {
  const written = known ? { was: known.value, leaves } : { leaves };
  return {
    method: 'PUT',
    path: v1(id),
    headers: known && { 'if-match': known.etag },
    body: { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [BASE + leaves] },
    tell: { 200: () => written, 412: () => ({ wasNot: known?.value }) },
    done: written,
  };
}

/** Workers that read and write clients over several instances, and note what linearizability.mjs judges. */
export class Registers {
  histories;
  answers = 0;
  /** Requests without an answer, or with a 503. */
  unanswered = 0;
  /** Answers that should not be, as sentences. */
  wrong = [];
  #versions = [];
  #writes = 0;
  #isOver = false;

  /** `server(n)` is the instance number n at that moment; `instanceOf` says who that is to whom promises were made. */
  constructor(server, { name, instances, clients, workers, instanceOf = (n) => String(n) }) {
    this.instanceOf = instanceOf;
    this.name = name;
    this.server = server;
    this.instances = instances;
    this.histories = Array.from({ length: clients }, () => []);
    this.running = Array.from({ length: workers }, () => this.#work());
  }

  async stop() {
    this.#isOver = true;
    await Promise.all(this.running);
  }

  async #work() {
    while (!this.#isOver) {
      const client = randomInt(2)
        ? randomInt(this.histories.length)
        : randomInt(Math.ceil(this.histories.length / HOT));
      const instance = randomInt(this.instances);
      const isRead = randomInt(10) < 6;
      const make = isRead ? READS[randomInt(READS.length)] : WRITES[randomInt(WRITES.length)];
      this.#writes += 1;
      const request = make(`${this.name}-${client}`, `w${this.#writes}`, this.#versions[client]);
      await this.#do(client, instance, request);
    }
  }

  async #do(client, instance, { method, path, headers, body, tell, done }) {
    const start = performance.now();
    const server = this.server(instance);
    const answer = await call(server, method, path, { headers, body });
    const { status, error } = answer;
    const times = { instance: this.instanceOf(instance, server), start, end: performance.now(), method, path };
    const history = this.histories[client];
    if (tell[status]) {
      this.answers += 1;
      const told = tell[status](answer.body);
      history.push({ ...times, ...told });
      if (told.mayBeStale && told.was && answer.headers.has('etag')) {
        this.#versions[client] = { value: told.was, etag: answer.headers.get('etag') };
      }
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
