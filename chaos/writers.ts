import { randomInt, randomUUID } from 'node:crypto';
import { type Answer, call, type Target } from './call.js';

const WRITERS = 8;
const CLIENTS_EACH = 5;
/** So that a writer does not spin while nobody answers. */
const PAUSE_MS = 20;

const v1 = (id: string) => `/v1/domain/default/client/${id}`;
const accounts = (id: string) => `/client?clientID=${id}`;
const send = (method: string, path: string, body?: object) => ({ method, path, body });

/** The number of the last write of all writers. */
let last = 0;

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };

/** Everything that can be written of a client, through both dialects; `mark` makes each write a change. */
const OPERATIONS: readonly ((id: string, mark: string) => ReturnType<typeof send>)[] = [
  (id, mark) => send('PUT', v1(id), { ...MACHINE, scope: mark }),
  (id, mark) => send('PUT', v1(id), { ...MACHINE, scope: mark }),
  (id, mark) =>
    send('PUT', v1(id), {
      clientType: 'Public',
      grantType: 'AuthorizationCode',
      redirectUris: [`https://app.example.com/${mark}`],
    }),
  (id, mark) => send('POST', '/clients', { clientID: id, clientName: mark }),
  (id, mark) => send('PUT', accounts(id), { clientName: mark }),
  (id, mark) => send('PUT', accounts(id), { clientName: mark }),
  (id) => send('POST', `${v1(id)}/secrets`, { previousExpiresInSeconds: 0 }),
  (id) => send('POST', `${v1(id)}/secrets`, { previousExpiresInSeconds: 0 }),
  (id) => send('DELETE', v1(id)),
  (id) => send('DELETE', accounts(id)),
];

/** For so long a suspension lasts at most. It must not be over before the server hears of it. */
const SUSPENDED_MS = 5000;

/** What lets a client end by itself, keeps it for good, or suspends it until it goes on by itself. */
const FOR_A_WHILE: typeof OPERATIONS = [
  (id, mark) => send('PUT', `${v1(id)}?expiresInSeconds=1`, { ...MACHINE, scope: mark }),
  (id, mark) => send('PUT', `${v1(id)}?expiresInSeconds=1`, { ...MACHINE, scope: mark }),
  (id, mark) => send('PUT', `${v1(id)}?expiresInSeconds=0`, { ...MACHINE, scope: mark }),
  (id, mark) => {
    const until = new Date(Date.now() + SUSPENDED_MS).toISOString();
    return send('PUT', `/admin/domains/default/clients/${id}/suspension`, { reason: mark, until });
  },
];

export interface Acknowledged {
  readonly requestId: string;
  readonly clientId: string;
  readonly secret: string | undefined;
}

/** What answers tell, if there is a body. */
type Said = { readonly clientSecret?: string } | undefined;

/**
 * Writers that never stop: each writes its own clients, one write after the other, and notes what was answered. Every
 * write carries a request id, under which the audit knows it.
 */
export class Writers {
  /** What was answered with success, in each writer's order. */
  readonly acknowledged: Acknowledged[] = [];
  /** Writes whose answer says that nothing was written, by their request ids. */
  readonly refused: string[] = [];
  /** Writes that got no answer, or a 503: they may have been committed or not. */
  unknown = 0;
  /** Answers that should not be, as sentences. */
  readonly wrong: string[] = [];
  #isOver = false;
  private readonly onAnswer: (answer: Answer<unknown>) => void;
  private readonly operations: typeof OPERATIONS;
  readonly #running: Promise<void>[];

  /** `server()` is whom to write to at that moment. */
  constructor(
    private readonly server: () => Target,
    {
      onAnswer = () => {},
      writers = WRITERS,
      alsoForAWhile = false,
    }: {
      readonly onAnswer?: (answer: Answer<unknown>) => void;
      readonly writers?: number;
      /** Whether clients also end, and suspensions, by themselves: then the server writes, too. */
      readonly alsoForAWhile?: boolean;
    } = {},
  ) {
    this.onAnswer = onAnswer;
    this.operations = alsoForAWhile ? [...OPERATIONS, ...FOR_A_WHILE] : OPERATIONS;
    const ids = (writer: number) => Array.from({ length: CLIENTS_EACH }, (_, n) => `w${writer}-${n}`);
    this.#running = Array.from({ length: writers }, (_, writer) => this.#write(ids(writer)));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #write(ids: readonly string[]) {
    while (!this.#isOver) {
      last += 1;
      const clientId = ids[randomInt(ids.length)]!;
      const { method, path, body } = this.operations[randomInt(this.operations.length)]!(clientId, `m${last}`);
      const requestId = randomUUID();
      const answer = await call<Said>(this.server(), method, path, { body, headers: { 'x-request-id': requestId } });
      this.#note(`${method} ${path}`, { requestId, clientId }, answer);
      this.onAnswer(answer);
      if (answer.status === 0 || answer.status === 503) await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }

  #note(what: string, write: Omit<Acknowledged, 'secret'>, { status, body, headers }: Answer<Said>) {
    if ([200, 201, 204].includes(status)) {
      this.acknowledged.push({ ...write, secret: body?.clientSecret ?? undefined });
    } else if ([404, 409].includes(status)) {
      this.refused.push(write.requestId);
    } else {
      this.unknown += 1;
      if (status === 503 && !headers.has('retry-after')) this.wrong.push(`${what}: 503 without Retry-After`);
      else if (status !== 503 && status !== 0) this.wrong.push(`${what}: ${status} ${JSON.stringify(body)}`);
    }
  }
}
