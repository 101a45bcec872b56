import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type CallOptions, call, type Target } from './call.js';
import type { Asked } from './incarnations.js';

const CLIENTS_EACH = 3;
const LINES = 2;
/** An instance takes as many imports of one subscription at once. */
const IMPORTERS = 2;
/** So many requests with an idempotency key a writer remembers, to repeat them. */
const REMEMBERED = 30;
/** So often at most such a request is repeated in a row, at one instance, which may remember what it found. */
const MOST_REPEATS = 8;
/** A domain's newest credentials are used, and so are some of a domain that is gone. */
const IN_USE = 2;
/** So that a writer does not spin on a domain that is gone. */
const PAUSE_MS = 2;
const REFUSALS = [401, 403, 404, 409];

const v1 = (domain: string, id: string) => `/v1/domain/${domain}/client/${id}`;
const accounts = (id: string) => `/client?clientID=${id}`;
const machine = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const pick = <Each>(list: readonly Each[]) => list[randomInt(list.length)]!;

/** What a write is about. `mark` makes each write a change. */
interface About {
  readonly domain: string;
  readonly id: string;
  /** All of the writer's. */
  readonly ids: readonly string[];
  readonly mark: string;
}

export interface Credential {
  readonly id: string;
  readonly apiKey: string;
}

interface Operation extends Pick<CallOptions, 'body' | 'headers'> {
  readonly method: string;
  readonly path: string;
  /** Its idempotency key. */
  readonly key?: string;
  /** What the feed must tell of it. */
  readonly subjects: readonly string[];
  /** What says that there is no such domain. */
  readonly gone?: readonly number[];
  /** Sent with a credential of the domain, else the operator's. */
  readonly isBound?: boolean;
}

/** To one of the instances. */
type Sent = Operation & { readonly domain: string; readonly instance: number; readonly credential?: Credential };

/** What answers tell. */
interface Said {
  readonly id?: string;
  readonly apiKey?: string;
  readonly clientSecret?: string;
}

const put = ({ domain, id, mark }: About): Operation => ({
  method: 'PUT',
  path: v1(domain, id),
  body: randomInt(3)
    ? { ...machine, scope: mark }
    : { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [`https://app.example.com/${mark}`] },
  subjects: [id],
  gone: [401, 404, 409],
});
const rotate = ({ domain, id }: About): Operation => ({
  method: 'POST',
  path: `${v1(domain, id)}/secrets`,
  body: { previousExpiresInSeconds: 0 },
  subjects: [id],
});
const importing = ({ domain, ids, mark }: About): Operation => ({
  method: 'POST',
  path: `/admin/domains/${domain}/import`,
  headers: { 'content-type': 'application/x-ndjson' },
  body: ids
    .slice(0, LINES)
    .map((clientId) => JSON.stringify({ clientId, ...machine, clientName: mark }))
    .join('\n'),
  subjects: ids.slice(0, LINES),
  gone: [401, 404],
});
const keyed =
  (operation: (about: About) => Operation) =>
  (about: About): Operation => ({ ...operation(about), key: randomUUID() });
const issue = ({ domain, mark }: Pick<About, 'domain' | 'mark'>): Operation => ({
  method: 'POST',
  path: '/admin/credentials',
  body: { name: mark, domain, permissions: ['clients:read', 'clients:write'] },
  subjects: ['credential.created'],
  gone: [400, 401],
});

/** Everything that writes into a domain. */
const OPERATIONS: readonly ((about: About) => Operation)[] = [
  put,
  put,
  keyed(put),
  keyed(put),
  keyed(rotate),
  rotate,
  keyed(issue),
  ({ domain, id }) => ({ method: 'DELETE', path: v1(domain, id), subjects: [id] }),
  ({ id, mark }) => ({
    method: 'POST',
    path: '/clients',
    body: { clientID: id, clientName: mark, grantTypes: ['client_credentials'] },
    subjects: [id],
    gone: [401, 403],
    isBound: true,
  }),
  ({ id, mark }) => ({
    method: 'PUT',
    path: accounts(id),
    body: { clientName: mark },
    subjects: [id],
    gone: [401, 403],
    isBound: true,
  }),
];

/**
 * Those who write into domains without a pause, whether these are there or not, and who delete them and make them anew,
 * over several instances. Every request and its answer is kept for incarnations.ts.
 */
export class DomainWriters {
  readonly requests: Asked[] = [];
  /** By domain, those that were issued for it, old ones included. */
  readonly credentials: ReadonlyMap<string, Credential[]>;
  readonly #servers: readonly Target[];
  readonly #running: Promise<void>[];
  #marks = 0;
  #isOver = false;

  constructor(servers: readonly Target[], domains: readonly string[], writers: number) {
    this.#servers = servers;
    this.credentials = new Map(domains.map((domain) => [domain, []]));
    this.#running = Array.from({ length: writers }, (_, n) =>
      this.#write(
        Array.from({ length: CLIENTS_EACH }, (__, each) => `w${n}-${each}`),
        n < IMPORTERS ? [...OPERATIONS, importing] : OPERATIONS,
      ),
    );
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  create(domain: string, instance: number): Promise<void> {
    const subjects = ['domain.created'];
    return this.#send({ domain, instance, method: 'POST', path: '/v1/domain', body: { domain }, subjects });
  }

  remove(domain: string, instance: number): Promise<void> {
    const subjects = ['domain.deleted'];
    return this.#send({ domain, instance, method: 'DELETE', path: `/v1/domain/${domain}`, subjects });
  }

  issue(domain: string, instance: number): Promise<void> {
    this.#marks += 1;
    return this.#send({ domain, instance, ...issue({ domain, mark: `m${this.#marks}` }) });
  }

  async #write(ids: readonly string[], operations: typeof OPERATIONS) {
    const remembered: Sent[] = [];
    while (!this.#isOver) {
      const instance = randomInt(this.#servers.length);
      if (remembered.length > 0 && randomInt(8) === 0) {
        const again = { ...pick(remembered), instance };
        for (let left = randomInt(MOST_REPEATS); left >= 0 && !this.#isOver; left -= 1) await this.#send(again);
        continue;
      }
      this.#marks += 1;
      const [domain, credentials] = pick([...this.credentials]);
      const about = { domain, id: pick(ids), ids, mark: `m${this.#marks}` };
      const made = pick(operations)(about);
      if (made.isBound && credentials.length === 0) continue;
      const credential = made.isBound ? pick(credentials.slice(-IN_USE)) : undefined;
      const operation = { ...made, domain, instance, credential };
      await this.#send(operation);
      if (operation.key) remembered.splice(randomInt(REMEMBERED), remembered.length < REMEMBERED ? 0 : 1, operation);
    }
  }

  async #send({ domain, instance, method, path, body, headers, key, subjects, gone = [], credential }: Sent) {
    const requestId = randomUUID();
    const start = performance.now();
    const answer = await call<Said | string | undefined>(this.#servers[instance]!, method, path, {
      body,
      headers: {
        'x-request-id': requestId,
        ...headers,
        ...(key && { 'idempotency-key': key }),
        ...(credential && { 'x-api-key': credential.apiKey }),
      },
    });
    const isDone = answer.status >= 200 && answer.status <= 299;
    const isRefused = REFUSALS.includes(answer.status) || gone.includes(answer.status);
    const request: Asked = {
      ...{ requestId, what: `${method} ${path}`, domain, instance, start, end: performance.now() },
      ...{ status: answer.status, key, subjects, credentialId: credential?.id, isDone, isRefused },
      isWrong: !isDone && !isRefused,
      saysGone: gone.includes(answer.status),
      ...(isDone && told(answer, subjects)),
    };
    this.requests.push(request);
    if (request.credential) this.#remember(domain, request.credential);
    if (!isDone) await sleep(PAUSE_MS);
  }

  #remember(domain: string, credential: Credential) {
    const known = this.credentials.get(domain)!;
    if (!known.some(({ id }) => id === credential.id)) known.push(credential);
  }
}

/** What an answer tells that is told once: secrets by client, a credential. `tag`: by which it is known when it is given again. */
function told({ headers, body }: Answer<Said | string | undefined>, [subject]: readonly string[]): Partial<Asked> {
  const said = typeof body === 'object' ? body : {};
  const tag = headers.get('etag') ?? said.id;
  if (said.apiKey) return { tag, credential: { id: said.id!, apiKey: said.apiKey } };
  if (said.clientSecret) return { tag, secrets: { [subject!]: said.clientSecret } };
  if (typeof body !== 'string' || !headers.get('content-type')?.startsWith('application/x-ndjson')) return { tag };
  const lines = body
    .trim()
    .split('\n')
    .slice(1)
    .map((line): { clientId: string; clientSecret?: string } => JSON.parse(line));
  return {
    subjects: lines.map(({ clientId }) => clientId),
    secrets: Object.fromEntries(
      lines.flatMap((line) => (line.clientSecret ? [[line.clientId, line.clientSecret]] : [])),
    ),
  };
}
