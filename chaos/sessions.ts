import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call, type Target } from './call.js';
import type { Operation, Read, Write } from './domain-histories.js';
import type { Value } from './domain-log.js';
import type { Page } from './list-page.js';
import { until } from './until.js';

const BASE = 'https://app.example.com/';
const PAUSE_MS = 20;
/** Every value ends with one of these, by which lists are filtered. */
const ENDINGS = ['-x', '-y', '-z'];
/** How many clients are read together (libs/clients/src/clients.ts): each such batch is of one moment. */
const EXPORTED_TOGETHER = 50;
const IDS_TOGETHER = 1000;
/** One in so many is read by itself at the end. */
const READ_AT_THE_END = 8;
/** One in so many gets half of the single reads and writes. */
const HOT = 60;

/** A domain, and a credential of its own for the accounts API. */
export interface Realm {
  readonly domain: string;
  readonly apiKey: string;
  /** How many clients there are at most. */
  readonly clients: number;
  /** Whether imports also remove what no line names. */
  readonly isPruned: boolean;
}

/** What answers say of clients. */
interface Said {
  readonly redirectUris?: readonly string[];
  readonly callbackURL?: string;
  readonly clientID?: string;
  readonly total?: number;
  readonly _links?: { readonly next?: { readonly href: string } };
  readonly _embedded?: { readonly 'ec:acc/client'?: Said | Said[] };
}

interface Told {
  readonly read?: Read;
  /** What only the answer tells of a write. */
  readonly write?: Partial<Write>;
  /** Where the list goes on. */
  readonly next?: Request;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  /** Sent with a credential of the domain, else the operator's. */
  readonly isBound?: boolean;
  readonly write?: Omit<Write, 'requestId' | 'outcome'>;
  /** By the status of the answer. */
  readonly tell: Readonly<Record<number, (answer: Answer<unknown>) => Told>>;
}

interface Version {
  readonly value: string;
  readonly etag: string;
}

const pick = <Each>(list: readonly Each[]) => list[randomInt(list.length)]!;
const said = ({ body }: Answer<unknown>) => body as Said;
const markOf = (uri: string | undefined) => uri?.slice(BASE.length) ?? null;
const v1 = (domain: string, id = '') => `/v1/domain/${domain}/client${id && `/${id}`}`;
const accounts = (id: string) => `/client?clientID=${id}`;
const idOf = (number: number) => `c${String(number).padStart(4, '0')}`;
const publicApp = (value: string) => ({
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: [BASE + value],
});
const nothing = () => ({});

/** A client by itself, in all forms; a list that is asked for it comes from the database. */
const READS: readonly ((domain: string, id: string) => Request)[] = [
  (domain, id) => single(v1(domain, id), id, (body) => markOf(body.redirectUris?.[0])),
  (domain, id) => single(`/admin/domains/${domain}/clients/${id}`, id, (body) => markOf(body.redirectUris?.[0])),
  (_, id) => ({ ...single(accounts(id), id, (body) => markOf(body.callbackURL)), isBound: true }),
  (_, clientId) => ({
    method: 'GET',
    path: `${accounts(clientId)}&_list=true`,
    isBound: true,
    tell: { 200: (answer) => ({ read: { kind: 'client', clientId, value: listed(answer)[0]?.value ?? null } }) },
  }),
];

function single(path: string, clientId: string, value: (body: Said) => Value): Request {
  const read = (is: Value): Told => ({ read: { kind: 'client', clientId, value: is, mayBeStale: true } });
  return { method: 'GET', path, tell: { 200: (answer) => read(value(said(answer))), 404: () => read(null) } };
}

type Make = (domain: string, id: string, value: string, known: Version | undefined) => Request;
const ABSENT = (clientId: string) => (): Told => ({ read: { kind: 'client', clientId, value: null } });

const WRITES: readonly Make[] = [
  (domain, id, value) => put(domain, id, value),
  (domain, id, value) => put(domain, id, value),
  (domain, id, value, known) => put(domain, id, value, known),
  (_, id, value) => ({
    method: 'PUT',
    path: accounts(id),
    isBound: true,
    body: { callbackURL: BASE + value },
    write: { values: new Map([[id, value]]) },
    tell: { 200: nothing, 404: ABSENT(id) },
  }),
  (_, id, value) => ({
    method: 'POST',
    path: '/clients',
    isBound: true,
    body: { clientID: id, callbackURL: BASE + value },
    write: { values: new Map([[id, value]]), found: new Map([[id, null]]) },
    tell: { 201: nothing, 409: () => ({ read: { kind: 'other', clientId: id, value: null } }) },
  }),
  (domain, id) => remove(v1(domain, id), id, false),
  (_, id) => remove(accounts(id), id, true),
];

/** `known`: a version that was read; the write is to replace that, or nothing. */
function put(domain: string, id: string, value: string, known?: Version): Request {
  return {
    method: 'PUT',
    path: v1(domain, id),
    headers: known && { 'if-match': known.etag },
    body: publicApp(value),
    write: { values: new Map([[id, value]]), found: known && new Map([[id, known.value]]) },
    tell: { 200: nothing, 412: () => ({ read: known && { kind: 'other', clientId: id, value: known.value } }) },
  };
}

function remove(path: string, id: string, isBound: boolean): Request {
  const values = new Map([[id, null]]);
  return { method: 'DELETE', path, isBound, write: { values }, tell: { 204: nothing, 404: ABSENT(id) } };
}

/** Brings these clients to these values, all of them or none. */
function importing(
  { domain, isPruned }: Pick<Realm, 'domain' | 'isPruned'>,
  values: ReadonlyMap<string, string>,
): Request {
  const lines = [...values].map(([clientId, value]) => JSON.stringify({ clientId, ...publicApp(value) }));
  return {
    method: 'POST',
    path: `/admin/domains/${domain}/import${isPruned ? '?prune=true' : ''}`,
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
    write: { values, mayWriteMore: isPruned },
    tell: { 200: (answer) => ({ write: imported(answer, values) }), 409: nothing, 429: nothing },
  };
}

interface Imported {
  readonly action: 'created' | 'changed' | 'removed';
  readonly clientId: string;
  readonly changes?: readonly { readonly field: string; readonly before: readonly string[] }[];
}

/** The answer says of each client what has become of it, and what it was. */
function imported(answer: Answer<unknown>, sent: ReadonlyMap<string, string>): Partial<Write> {
  const values = new Map<string, Value>();
  const found = new Map<string, Value>();
  for (const { action, clientId, changes } of linesOf<Imported>(answer).slice(1)) {
    values.set(clientId, action === 'removed' ? null : sent.get(clientId)!);
    const before = changes?.find(({ field }) => field === 'redirectUris')?.before;
    if (action === 'created') found.set(clientId, null);
    else if (before) found.set(clientId, markOf(before[0]));
  }
  return { values, found, mayWriteMore: false };
}

function linesOf<Line>({ body }: Answer<unknown>): Line[] {
  // One line alone is JSON, and none is a text.
  if (typeof body !== 'string') return [body as Line];
  return body
    .split('\n')
    .filter(Boolean)
    .map((line): Line => JSON.parse(line));
}

/** Everything, as an export. */
function exporting(domain: string): Request {
  const itemsOf = (answer: Answer<unknown>) =>
    linesOf<{ clientId: string; redirectUris: string[] }>(answer).map(({ clientId, redirectUris }) => ({
      id: clientId,
      value: markOf(redirectUris[0])!,
    }));
  return {
    method: 'GET',
    path: `/admin/domains/${domain}/export`,
    tell: { 200: (answer) => ({ read: { kind: 'pages', pages: batches(itemsOf(answer), EXPORTED_TOGETHER, false) } }) },
  };
}

/** All ids at once. */
function allIds(domain: string): Request {
  const itemsOf = ({ body }: Answer<unknown>) => (body as { clientId: string }[]).map(({ clientId: id }) => ({ id }));
  return {
    method: 'GET',
    path: v1(domain),
    tell: { 200: (answer) => ({ read: { kind: 'pages', pages: batches(itemsOf(answer), IDS_TOGETHER, true) } }) },
  };
}

/** `looksAgain`: after a full batch it is asked whether there are more, else the batch says so. */
function batches(items: Page['items'], size: number, looksAgain: boolean): Page[] {
  const pages: Page[] = [];
  let after: Page['after'];
  for (let from = 0; from < items.length || from === 0 || (looksAgain && from === items.length); from += size) {
    const batch = items.slice(from, from + size);
    const hasMore = looksAgain ? batch.length === size : from + size < items.length;
    pages.push({ by: 'id', after, size, items: batch, hasMore });
    const last = batch.at(-1);
    after = last && { value: '', ...last };
    if (!hasMore) break;
  }
  return pages;
}

/** A page of v1's list, which tells ids alone. */
function idPage(path: string, size: number, after?: string): Request {
  const tell = ({ body, headers }: Answer<unknown>): Told => {
    const items = (body as { clientId: string }[]).map(({ clientId: id }) => ({ id }));
    const next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    const page: Page = { by: 'id', after: keyOf(after), size, items, hasMore: next !== undefined };
    return {
      read: { kind: 'pages', pages: [page] },
      next: next ? idPage(pathOf(next), size, items.at(-1)!.id) : undefined,
    };
  };
  return { method: 'GET', path, tell: { 200: tell } };
}

type Asked = Pick<Page, 'by' | 'isDescending' | 'valueHas' | 'size' | 'after' | 'skipped'>;

/** A page of the accounts API's list. */
function page(path: string, asked: Asked): Request {
  const tell = (answer: Answer<unknown>): Told => {
    const { total, _links } = said(answer);
    const items = listed(answer);
    const next = _links?.next?.href;
    const after = items.at(-1);
    return {
      read: { kind: 'pages', pages: [{ ...asked, items, total, hasMore: next !== undefined }] },
      next: next && after ? page(pathOf(next), { ...asked, after, skipped: undefined }) : undefined,
    };
  };
  return { method: 'GET', path, isBound: true, tell: { 200: tell } };
}

function somePage(): Request {
  const size = pick([1, 10, 25, 50]);
  const by = pick(['id', 'id', 'value'] as const);
  const isDescending = randomInt(3) === 0;
  const valueHas = randomInt(4) === 0 ? pick(ENDINGS) : undefined;
  const number = randomInt(4) === 0 ? 1 + randomInt(5) : 1;
  const parameters = [
    `size=${size}`,
    `sort=${isDescending ? '-' : ''}${by === 'id' ? 'clientID' : 'callbackURL'}`,
    ...(valueHas === undefined ? [] : [`callbackURL~=${valueHas}`]),
    ...(number === 1 ? [] : [`page=${number}`]),
  ];
  const asked = { by, isDescending, valueHas, size, skipped: number === 1 ? undefined : (number - 1) * size };
  return page(`/clients?${parameters.join('&')}`, asked);
}

/** All pages, one after the other. */
function firstPage(): Request {
  return page('/clients?size=100', { by: 'id', size: 100 });
}

function listed(answer: Answer<unknown>) {
  const clients = [said(answer)._embedded?.['ec:acc/client'] ?? []].flat();
  return clients.map(({ clientID, callbackURL }) => ({ id: clientID!, value: markOf(callbackURL)! }));
}

const keyOf = (id: string | undefined) => (id === undefined ? undefined : { id, value: '' });
const pathOf = (url: string) => url.replace(/^https?:\/\/[^/]+/, '');

interface Options {
  readonly realms: readonly Realm[];
  readonly instances: number;
  readonly sessions: number;
}

/** Sessions that read and write whole domains over several instances, and keep what domain-histories.ts judges. */
export class Sessions {
  readonly operations: Operation[] = [];
  /** How many were answered, by what they were. */
  readonly answers = { writes: 0, imports: 0, 'single reads': 0, pages: 0, exports: 0 };
  unanswered = 0;
  /** Answers that should not be, as sentences. */
  readonly wrong: string[] = [];
  readonly #server: (n: number) => Target;
  readonly #options: Options;
  #running: Promise<void>[] = [];
  #values = 0;
  #isOver = false;

  constructor(server: (n: number) => Target, options: Options) {
    this.#server = server;
    this.#options = options;
  }

  /** Fills the domains, and then begins. */
  async start(): Promise<void> {
    for (const realm of this.#options.realms) {
      const request = this.#import({ ...realm, isPruned: false }, 0, realm.clients);
      await until(
        `${realm.domain} is filled`,
        async () => (await this.#do('filling', realm, 0, request)) !== undefined,
      );
    }
    this.#running = Array.from({ length: this.#options.sessions }, (_, n) => this.#work(`session ${n}`, n < 2));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  /** Reads everything wherever it can be read, and some clients by themselves. */
  async readAll(): Promise<void> {
    const instances = Array.from({ length: this.#options.instances }, (_, instance) => instance);
    await Promise.all(
      this.#options.realms.flatMap((realm) => instances.map((instance) => this.#readAll(realm, instance))),
    );
  }

  async #readAll(realm: Realm, instance: number) {
    const requests = [exporting(realm.domain), allIds(realm.domain), firstPage()];
    for (let number = 0; number < realm.clients; number += READ_AT_THE_END)
      requests.push(pick(READS)(realm.domain, idOf(number)));
    for (const first of requests) {
      for (let request: Request | undefined = first; request; ) {
        const told = await this.#do(`reader of ${realm.domain} ${instance}`, realm, instance, request);
        if (!told) throw new Error(`${first.method} ${first.path} was not answered at the end`);
        request = told.next;
      }
    }
  }

  async #work(session: string, isImporter: boolean) {
    const { realms, instances } = this.#options;
    const versions = new Map<string, Version>();
    while (!this.#isOver) {
      // In the first, twice as often.
      const realm = realms[Math.max(0, randomInt(realms.length + 1) - 1)]!;
      const id = idOf(randomInt(2) ? randomInt(realm.clients) : randomInt(Math.ceil(realm.clients / HOT)));
      const request = this.#some(realm, id, isImporter, versions.get(`${realm.domain} ${id}`));
      for (let next: Request | undefined = request; next && !this.#isOver; ) {
        const told = await this.#do(session, realm, randomInt(instances), next);
        if (told?.etag && told.read?.kind === 'client' && told.read.value !== null)
          versions.set(`${realm.domain} ${id}`, { value: told.read.value, etag: told.etag });
        // What was written is often read next, wherever.
        const then = told?.next ?? (request.write && pick(READS)(realm.domain, id));
        next = randomInt(4) > 0 ? then : undefined;
      }
    }
  }

  #some(realm: Realm, id: string, isImporter: boolean, known: Version | undefined): Request {
    const { domain, clients } = realm;
    const dice = randomInt(100);
    if (isImporter && dice < 30) {
      const count = realm.isPruned ? clients : clients >> 2;
      return this.#import(realm, randomInt(clients - count + 1), count);
    }
    // Where imports remove, few others write: an import is refused when a client has changed meanwhile.
    if (dice < (realm.isPruned ? 5 : 35)) return pick(WRITES)(domain, id, this.#value('w'), known);
    if (dice < 65) return pick(READS)(domain, id);
    if (dice < 90) return somePage();
    if (dice < 95) return idPage(`${v1(domain)}?limit=50`, 50);
    return randomInt(2) ? exporting(domain) : allIds(domain);
  }

  #import(realm: Realm, from: number, count: number): Request {
    const ids = Array.from({ length: count }, (_, n) => idOf(from + n)).filter(() => !realm.isPruned || randomInt(2));
    const value = this.#value('i');
    return importing(realm, new Map(ids.map((id) => [id, `${id}.${value}`])));
  }

  #value(prefix: string) {
    this.#values += 1;
    return `${prefix}${this.#values}${pick(ENDINGS)}`;
  }

  async #do(session: string, { domain, apiKey }: Realm, instance: number, request: Request) {
    const { method, path, headers, body, isBound, write, tell } = request;
    const requestId = randomUUID();
    const start = performance.now();
    const answer = await call(this.#server(instance), method, path, {
      body,
      headers: { ...headers, ...(isBound && { 'x-api-key': apiKey }), 'x-request-id': requestId },
    });
    const operation = { session, instance: `instance ${instance}`, domain, what: `${method} ${path}`, start };
    const { status, error } = answer;
    if (tell[status]) {
      const told = tell[status](answer);
      const outcome = status < 300 ? ('done' as const) : ('refused' as const);
      this.#count(request, told);
      this.operations.push({
        ...operation,
        end: performance.now(),
        read: told.read,
        write: write && { ...write, ...told.write, requestId, outcome },
      });
      return { ...told, etag: answer.headers.get('etag') };
    }
    this.unanswered += 1;
    const isBusy = (status === 503 || status === 429) && answer.headers.has('retry-after');
    if (status !== 0 && !isBusy) this.wrong.push(`${method} ${path}: ${status} ${JSON.stringify(answer.body)}`);
    // Where nobody listens, nothing was asked.
    if (write && error?.code !== 'ECONNREFUSED')
      this.operations.push({ ...operation, end: Infinity, write: { ...write, requestId, outcome: 'unknown' } });
    await sleep(PAUSE_MS);
    return undefined;
  }

  #count({ write, body }: Request, { read }: Told) {
    if (write) this.answers[typeof body === 'string' ? 'imports' : 'writes'] += 1;
    else if (read?.kind === 'client') this.answers['single reads'] += 1;
    else if (read?.kind === 'pages' && read.pages.length === 1) this.answers.pages += 1;
    else this.answers.exports += 1;
  }
}
