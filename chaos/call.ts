/** Who is asked, and what goes with every request. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallOptions {
  /** A text goes as it is, anything else as JSON. */
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly patience?: number;
}

/** What came back, and how long it took. The body is undefined where there was none. */
export interface Answer<Body> {
  /** 0 = no answer; `error` says why. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly ms: number;
  readonly error?: NodeJS.ErrnoException;
}

/** Much longer than any answer may take. */
const PATIENCE_MS = 15_000;

/** One request. `Body`: what is expected, which is not checked. */
export async function call<Body = unknown>(
  { url, headers }: Target,
  method: string,
  path: string,
  { body, headers: more, patience = PATIENCE_MS }: CallOptions = {},
): Promise<Answer<Body>> {
  const begin = performance.now();
  const outcome = (rest: Omit<Answer<Body>, 'ms'>) => ({ ms: performance.now() - begin, ...rest });
  try {
    const answer = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
    const text = await answer.text();
    return outcome({ status: answer.status, headers: answer.headers, body: parsed(text) as Body });
  } catch (error) {
    const { cause = error } = error as Error;
    const body = undefined as Body;
    return outcome({ status: 0, headers: new Headers(), body, error: cause as NodeJS.ErrnoException });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
