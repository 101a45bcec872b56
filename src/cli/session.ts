import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, apiClient } from '#api-client';
import { CliFailure, EXIT } from './failure.js';
import { problemSentence } from './problem.js';
import { type CliSettings, readCliSettings } from './settings.js';

const PATIENCE_MS = 30_000;
/** How often a request is made again whose answer may have been lost, and which the server knows again by its key. */
const REPETITIONS = 3;
const PAUSE_MS = 500;

interface ApiAnswer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The conversation with one server. What goes wrong in it is a CliFailure. */
export class Session {
  readonly api: ApiClient;

  constructor(private readonly settings: CliSettings = readCliSettings()) {
    this.api = apiClient({ ...settings, fetch: (request) => this.send(request) });
  }

  /** The data of an answer. */
  async data<T>(asked: Promise<ApiAnswer<T>>): Promise<T> {
    const { data, error, response } = await asked;
    if (response.ok) return data as T;
    throw this.refusal(response, error);
  }

  /** The data of an answer; undefined = there is no such thing. */
  async dataOrNothing<T>(asked: Promise<ApiAnswer<T>>): Promise<{ data: T; etag: string } | undefined> {
    const { data, error, response } = await asked;
    if (response.ok) return { data: data as T, etag: response.headers.get('etag') ?? '*' };
    if (response.status === 404 && /client/.test(problemSentence(error) ?? '')) return undefined;
    throw this.refusal(response, error);
  }

  /** Every page of a list, by the parameters of the links that lead from one to the next. */
  async *pages<T>(ask: (query: Record<string, string>) => Promise<ApiAnswer<T[]>>): AsyncGenerator<T[], void> {
    let query: Record<string, string> | undefined = {};
    while (query) {
      const answer: ApiAnswer<T[]> = await ask(query);
      yield await this.data(Promise.resolve(answer));
      const [, next] = /<([^>]+)>; rel="next"/.exec(answer.response.headers.get('link') ?? '') ?? [];
      // The parameters alone: the server may know itself by another URL than we do.
      query = next === undefined ? undefined : Object.fromEntries(new URL(next).searchParams);
    }
  }

  /** For bodies that are streams, in either direction. They may take as long as they take. */
  async stream(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const { url, key } = this.settings;
    const headers = { ...(key === undefined ? {} : { 'x-api-key': key }), ...init.headers };
    const response = await this.reach(fetch(`${url}${path}`, { ...init, headers, redirect: 'manual' }));
    if (response.ok) return response;
    throw this.refusal(response, await response.json().catch(() => undefined));
  }

  refusal(response: Response, problem: unknown): CliFailure {
    const { status, statusText } = response;
    const { url, key } = this.settings;
    const sentence = problemSentence(problem);
    if (status >= 300 && status < 400) {
      const target = targetOf(response);
      return new CliFailure(`${url} points to ${target}, where the key is not sent: is CLIENTELE_URL right?`);
    }
    if ([429, 502, 503, 504].includes(status)) {
      return new CliFailure(
        `The server at ${url} cannot serve at the moment (${status}): ${sentence ?? statusText}`,
        EXIT.away,
      );
    }
    if (status === 401) {
      return new CliFailure(
        key === undefined
          ? 'The server wants a credential: set CLIENTELE_API_KEY.'
          : 'The key in CLIENTELE_API_KEY is not good for this: unknown, expired, revoked, without the permission, or for another domain.',
      );
    }
    if (status === 412) return new CliFailure('Somebody else changed it meanwhile: look again, and decide anew.');
    return new CliFailure(
      sentence ?? `${url} answers with ${status} ${statusText}, which does not sound like Clientele.`,
    );
  }

  private async send(request: Request): Promise<Response> {
    const mayRepeat = request.headers.has('idempotency-key');
    for (let attempt = 1; ; attempt += 1) {
      const isLast = !mayRepeat || attempt > REPETITIONS;
      try {
        const response = await this.reach(fetch(request.clone(), { signal: AbortSignal.timeout(PATIENCE_MS) }));
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

  /** The reason, which never repeats what was sent. */
  away(error: unknown): CliFailure {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    const reason =
      name === 'TimeoutError'
        ? `no answer within ${PATIENCE_MS / 1000} seconds`
        : (cause?.code ?? 'the connection broke');
    return new CliFailure(`The server at ${this.settings.url} cannot be reached: ${reason}.`, EXIT.away);
  }
}

/** Where a redirect leads, without what may be a secret in it. */
function targetOf({ headers, url }: Response): string {
  const location = headers.get('location') ?? '';
  if (location === '' || !URL.canParse(location, url)) return 'somewhere else';
  const { origin, pathname } = new URL(location, url);
  return `${origin}${pathname}`;
}
