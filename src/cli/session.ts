import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, apiClient, ForeignAnswer, isJson, mediaTypeOf } from '#api-client';
import { CliFailure, EXIT } from './failure.js';
import { problemDetail, problemSentence } from './problem.js';
import { reasonOf } from './reason.js';
import { type CliSettings, readCliSettings } from './settings.js';
import { upload } from './upload.js';

const PATIENCE_MS = 30_000;
/** How often a request with an idempotency key is repeated when its answer may have been lost. */
const REPETITIONS = 3;
const PAUSE_MS = 500;

interface ApiAnswer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The name in which locked clients are changed. */
export interface ManagerOptions {
  readonly managedBy?: string;
  readonly force?: boolean;
}

/** Sends requests to one server. Every failure is a CliFailure. */
export class Session {
  readonly api: ApiClient;
  private manager: string | undefined;

  constructor(
    private readonly settings: CliSettings = readCliSettings(),
    private readonly patienceMs = PATIENCE_MS,
  ) {
    const { url, key } = settings;
    this.api = apiClient({ url, key, fetch: (request) => this.send(request) });
  }

  /** From now on, requests change clients in this name. `force`: in the name of the manager of each client. */
  inNameOf({ managedBy, force = false }: ManagerOptions): this {
    this.manager = force ? '*' : managedBy;
    return this;
  }

  /** The answer, whatever its status. */
  async answer<A extends ApiAnswer<unknown>>(asked: Promise<A>): Promise<A> {
    try {
      return await asked;
    } catch (error) {
      throw error instanceof ForeignAnswer ? this.foreign(error) : error;
    }
  }

  /** Checks that an answer is a success, and ignores its body. */
  async done(asked: Promise<ApiAnswer<unknown>>): Promise<void> {
    const { error, response } = await this.answer(asked);
    if (!response.ok) throw this.refusal(response, error);
  }

  /** The data of an answer. */
  data<T>(asked: Promise<ApiAnswer<T>>): Promise<T> {
    return this.dataThat((data) => data !== undefined && data !== null, asked);
  }

  /** The data of an answer that is a list. */
  list<T>(asked: Promise<ApiAnswer<T[]>>): Promise<T[]> {
    return this.dataThat(Array.isArray, asked);
  }

  /** The data of an answer; undefined = 404. */
  async dataOrNothing<T>(asked: Promise<ApiAnswer<T>>): Promise<{ data: T; etag: string } | undefined> {
    const { data, error, response } = await this.answer(asked);
    if (response.ok) return { data: data as T, etag: response.headers.get('etag') ?? '*' };
    if (response.status === 404 && /client/.test(problemSentence(error) ?? '')) return undefined;
    throw this.refusal(response, error);
  }

  /** Every page of a list. Takes the query parameters of each next page from the link to it. */
  async *pages<T>(ask: (query: Record<string, string>) => Promise<ApiAnswer<T[]>>): AsyncGenerator<T[], void> {
    let query: Record<string, string> | undefined = {};
    while (query) {
      const answer: ApiAnswer<T[]> = await this.answer(ask(query));
      yield await this.list(Promise.resolve(answer));
      const [, next] = /<([^>]+)>; rel="next"/.exec(answer.response.headers.get('link') ?? '') ?? [];
      // Takes only the parameters, because the server may have another URL in its links than the one used here.
      query = next === undefined ? undefined : Object.fromEntries(new URL(next).searchParams);
    }
  }

  /** For answers whose bodies are streams. Fails when nothing arrives for five minutes. */
  async stream(path: string, mediaType: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.headers, ...init.headers };
    const asked = fetch(`${this.settings.url}${path}`, { ...init, headers, redirect: 'manual' });
    return this.streamed(asked, mediaType);
  }

  /** Sends a body that is a stream, for an answer of the same media type. There is no time limit. */
  async upload(path: string, mediaType: string, body: Readable): Promise<Response> {
    const headers = { ...this.headers, 'content-type': mediaType };
    return this.streamed(upload(`${this.settings.url}${path}`, headers, body), mediaType);
  }

  private get headers(): Record<string, string> {
    const { key } = this.settings;
    return {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(this.manager === undefined ? {} : { 'managed-by': this.manager }),
    };
  }

  private async streamed(asked: Promise<Response>, mediaType: string): Promise<Response> {
    const response = await this.reach(asked);
    if (!response.ok) throw this.refusal(response, await response.json().catch(() => undefined));
    if (mediaTypeOf(response.headers) === mediaType) return response;
    await response.body?.cancel();
    throw this.foreign(new ForeignAnswer(response));
  }

  /** The lines of an NDJSON answer, one by one as they arrive: there may be a hundred thousand. */
  async *lines(response: Response): AsyncGenerator<unknown, void> {
    const input = Readable.fromWeb(response.body!);
    for await (const line of createInterface({ input, crlfDelay: Infinity })) yield this.parsed(line, response);
  }

  /** Parses JSON that is part of an answer. */
  parsed(text: string, response: Response): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.foreign(new ForeignAnswer(response));
    }
  }

  refusal(response: Response, problem: unknown): CliFailure {
    const { status, statusText } = response;
    const { url, key, names } = this.settings;
    const sentence = isJson(response) ? problemSentence(problem) : undefined;
    if (status >= 300 && status < 400) {
      const target = targetOf(response);
      return new CliFailure(`${url} points to ${target}, where the key is not sent: is ${names.url} right?`);
    }
    if ([429, 502, 503, 504].includes(status)) {
      const reason = sentence ?? statusText;
      const isAway = `The server at ${url} cannot serve at the moment (${status})`;
      return new CliFailure(reason === '' ? `${isAway}.` : `${isAway}: ${reason}`, EXIT.away);
    }
    if (sentence === undefined) return this.foreign(new ForeignAnswer(response));
    if (status === 401) {
      return new CliFailure(
        key === undefined
          ? `The server wants a credential: set ${names.key}.`
          : `The key in ${names.key} is not good for this: unknown, expired, revoked, without the permission, or for another domain.`,
      );
    }
    if (status === 412) return new CliFailure('Somebody else changed it meanwhile: look again, and decide anew.');
    // A 404 of ours has a detail that says what is missing. Any other 404 means that the path does not exist on that server.
    if (status === 404 && /\bpath\b/.test(problemDetail(problem) ?? 'path')) {
      return new CliFailure(`${placeOf(response.url)} is not there (404): is ${names.url} right?`);
    }
    return new CliFailure(sentence, EXIT.failed, status);
  }

  private async dataThat<T>(isRight: (data: unknown) => boolean, asked: Promise<ApiAnswer<T>>): Promise<T> {
    const { data, error, response } = await this.answer(asked);
    if (!response.ok) throw this.refusal(response, error);
    if (isRight(data)) return data as T;
    throw this.foreign(new ForeignAnswer(response));
  }

  private async send(request: Request): Promise<Response> {
    if (this.manager !== undefined && !request.headers.has('managed-by'))
      request.headers.set('managed-by', this.manager);
    const mayRepeat = request.headers.has('idempotency-key');
    for (let attempt = 1; ; attempt += 1) {
      const isLast = !mayRepeat || attempt > REPETITIONS;
      try {
        const signal = AbortSignal.timeout(this.patienceMs);
        const response = await this.reach(whole(fetch(request.clone(), { signal })));
        if (isLast || response.status !== 503) return response;
      } catch (error) {
        if (isLast) throw error;
      }
      await sleep(PAUSE_MS * attempt);
    }
  }

  private async reach(answer: Promise<Response>): Promise<Response> {
    try {
      return await answer;
    } catch (error) {
      throw this.away(error);
    }
  }

  private foreign({ message }: ForeignAnswer): CliFailure {
    const { url } = this.settings.names;
    return new CliFailure(`${message}: is ${url} right, or does somebody want a login on the way?`);
  }

  /** The reason, without anything that was sent. */
  away(error: unknown): CliFailure {
    const { name, cause } = error as Error;
    const isLate = name === 'TimeoutError';
    const reason = isLate ? `no answer within ${this.patienceMs / 1000} seconds` : reasonOf(cause ?? error);
    return new CliFailure(`The server at ${this.settings.url} cannot be reached: ${reason}.`, EXIT.away);
  }
}

/** Reads an answer to its end. One that breaks off is a failure. */
async function whole(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  await response.clone().arrayBuffer();
  return response;
}

/** A URL without its query. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** The target of a redirect, without the parts that may hold a secret. */
function targetOf({ headers, url }: Response): string {
  const location = headers.get('location') ?? '';
  if (location === '' || !URL.canParse(location, url)) return 'somewhere else';
  return placeOf(new URL(location, url).href);
}
