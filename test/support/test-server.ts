import { promisify } from 'node:util';
import { type Logger, pino } from 'pino';
import { freePort } from '../../bench/free-port.js';
import { ClientCache } from '../../libs/persistence/src/testing/index.js';
import { type AppOptions, apis, createApp, type Server } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { send } from './send.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export const OPERATOR_KEY = 'operator-key-for-tests-0123456789';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as text; '' when there is none. */
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

export interface Request {
  /** An API key or an access token, sent as `x-api-key`; null = none. By default the operator's. */
  readonly key?: string | null;
  /** A string or bytes go as they are, anything else as JSON. */
  readonly body?: unknown;
  /** `content-type` defaults to application/json when there is a body. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestServer {
  readonly url: string;
  readonly database: TestDatabase;
  /** The operator's access token (a JWT). */
  readonly operatorToken: string;
  call(method: string, path: string, request?: Request): Promise<Answer>;
  /** Issues a credential and returns its two values. */
  issue(grant: object): Promise<{ id: string; apiKey: string; accessToken: string }>;
  /** How many connections the server holds open. */
  connections(): Promise<number>;
  stop(lingerMs?: number): Promise<void>;
}

/** The whole product on a port of its own and a database of its own, as `npm start` builds it. */
export async function startServer(
  settings: Record<string, string> = {},
  options: Pick<AppOptions, 'apis' | 'keyTimes' | 'wireTimes' | 'answerBytes'> & {
    database?: TestDatabase;
    log?: Logger;
  } = {},
): Promise<TestServer> {
  // A template holds what another pepper cannot read.
  const isPrepared = settings.SECRET_PEPPER === undefined;
  const database = options.database ?? (await createTestDatabase({ isPrepared }));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const config = readConfig({
    PORT: String(port),
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: OPERATOR_KEY,
    SECRET_PEPPER: process.env.TEST_PEPPER,
    ...settings,
  });
  const server = await createApp(config, options.log ?? pino({ level: 'silent' }), {
    apis: options.apis,
    keyTimes: options.keyTimes,
    wireTimes: options.wireTimes,
    answerBytes: options.answerBytes,
  });
  const endWith = await listen(server, port, options.apis);

  const call = async (method: string, path: string, { key = OPERATOR_KEY, body, headers = {} }: Request = {}) => {
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const answer = await send(`${url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { 'x-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: text,
    });
    return {
      ...answer,
      get body() {
        return JSON.parse(answer.text);
      },
    };
  };
  const http = server.app.getHttpServer();
  const cache = server.app.get(ClientCache);
  const query: TestDatabase['query'] = async (sql, values) => {
    const rows = await database.query<never>(sql, values);
    // What was changed behind the server's back would be seen minutes later.
    cache.clear();
    return rows;
  };
  return {
    url,
    database: { ...database, query },
    operatorToken: server.operator?.accessToken ?? '',
    call,
    issue: async (grant) => (await call('POST', '/admin/credentials', { body: { name: 'test', ...grant } })).body,
    connections: promisify((done: (error: Error | null, count: number) => void) => http.getConnections(done)),
    stop: (lingerMs) =>
      endWith(async () => {
        await server.stop(lingerMs);
        if (!options.database) await database.drop();
      }),
  };
}

/** Behind a validating proxy if one is wanted; gives what ends the server. */
async function listen(
  { app }: Server,
  port: number,
  served = apis,
): Promise<(end: () => Promise<void>) => Promise<void>> {
  const { TEST_VALIDATING_PROXY: wanted } = process.env;
  if (!wanted) {
    await app.listen(port, '127.0.0.1');
    return (end) => end();
  }
  const upstream = await freePort();
  await app.listen(upstream, '127.0.0.1');
  const { validatingProxy } = await import('./validating-proxy.js');
  const proxy = await validatingProxy(port, upstream, wanted === '1' ? undefined : wanted);
  return async (end) => {
    // Not sooner: some tests look at all requests of their server.
    const documents = served.map(async ({ name }) => [name, (await app.inject(`/openapi/${name}.json`)).body] as const);
    const texts = Object.fromEntries(await Promise.all(documents));
    await end();
    await proxy.stop(texts);
  };
}
