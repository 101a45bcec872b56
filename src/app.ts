import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, type IncomingMessage, maxHeaderSize } from 'node:http';
import cors from '@fastify/cors';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { byTheServer } from '#audit';
import { Credentials, type Issued } from '#credentials';
import { DEFAULT_SUBSCRIPTION, Domains } from '#domains';
import { inDatabase, type OtherWorkers, PostgresRateWindows } from '#persistence';
import { admin } from './admin/index.js';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import { dialects } from './dialects/index.js';
import {
  ANSWER_BYTES,
  type AnswerBytes,
  Authentication,
  BatchingAdapter,
  BODY_LIMIT,
  batchRequests,
  Cors,
  type Dialect,
  FailureError,
  FailureFilter,
  originFormOf,
  ownerOf,
  parseQuery,
  passOverExpectations,
  pathOf,
  prefixOf,
  queuePipelined,
  RateLimit,
  RouteTable,
  readBodies,
  refuseTunnels,
  refuseUnreadable,
  requestLineViolation,
  SecurityHeaders,
  serverOptions,
  shareLargeAnswers,
  UnreadAnswers,
  WIRE_TIMES,
  type WireTimes,
  withoutPrefix,
} from './http/index.js';
import { issuerKeys, KEY_TIMES, type KeyTimes } from './issuer-keys.js';
import {
  GracefulShutdown,
  Metrics,
  NestLog,
  serveDocs,
  TRACING,
  type Tracing,
  targetForPeople,
  type WorkerMetrics,
} from './operations/index.js';
import { type DatabaseLocation, openStore, startDatabase } from './store.js';

const REQUEST_ID = /^[\w.:-]{1,128}$/;
/** How long a shutdown waits for streams. */
const DRAIN_MS = 8000;
const IDLE_BOOTSTRAP_KEY =
  'BOOTSTRAP_API_KEY has no effect: this database has credentials already, and that key is none of an operator. Use the key that the first start printed or was given; `npx --no-install clientele operator reset` makes a new one.';
const ambiguous = (prefix: string) =>
  `The path in PUBLIC_URL, ${prefix}, is also one of the server’s own: it works behind a proxy that hands it on, and not behind one that takes it away.`;

/** All published APIs over the cores. */
export const apis: readonly Dialect[] = [...dialects, admin];

export interface Server {
  readonly app: NestFastifyApplication;
  /** The operator's credential, if this start created it. */
  readonly operator?: Issued;
  /** A sentence for each given setting that has no effect. */
  readonly withoutEffect: readonly string[];
  /** Answers requests in flight, then closes everything, within ten seconds. Connections may stay idle for `lingerMs`. */
  stop(lingerMs?: number): Promise<void>;
}

export interface AppOptions {
  /** A database that already runs and that the caller stops. */
  readonly database?: DatabaseLocation;
  /** The other processes of this instance. */
  readonly otherWorkers?: OtherWorkers & WorkerMetrics;
  /** Whether it does what one worker does for all: log what would be the same, and do what is due. Default: yes. */
  readonly isFirst?: boolean;
  /** The APIs to serve; by default all published ones. */
  readonly apis?: readonly Dialect[];
  readonly keyTimes?: KeyTimes;
  readonly wireTimes?: Partial<WireTimes>;
  readonly answerBytes?: AnswerBytes;
}

/** Makes the server for main, the tests and the export of OpenAPI documents. Does not listen yet. Throws StartError. */
export async function createApp(config: Config, log: Logger, options: AppOptions = {}): Promise<Server> {
  const notify = options.isFirst === false ? () => {} : (sentence: string) => log.warn(sentence);
  const own = options.database ? undefined : await startDatabase(config, notify);
  try {
    const database = options.database ?? own!;
    const opened = await inDatabase(database.url, () => openApp(config, log, notify, database, options));
    const { app } = opened;
    const stop = async (lingerMs = 0) => {
      const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), DRAIN_MS);
      app.get(GracefulShutdown).lingerMs = lingerMs;
      await app.close();
      clearTimeout(cut);
      await own?.stop();
    };
    return { ...opened, stop };
  } catch (error) {
    await own?.stop();
    throw error;
  }
}

async function openApp(
  config: Config,
  log: Logger,
  notify: (sentence: string) => void,
  database: DatabaseLocation,
  {
    otherWorkers,
    isFirst = true,
    apis: served = apis,
    keyTimes = KEY_TIMES,
    wireTimes,
    answerBytes = ANSWER_BYTES,
  }: AppOptions,
): Promise<Omit<Server, 'stop'>> {
  const times = { ...WIRE_TIMES, idleMs: config.keepAliveSeconds * 1000, ...wireTimes };
  const issuers = config.trustedIssuers.map((settings) => ({
    ...settings,
    keys: issuerKeys(settings.jwksUrl, keyTimes, notify),
  }));
  const store = await openStore(config, database, notify);
  let app: NestFastifyApplication | undefined;
  try {
    const module = AppModule.of(config, store, served, issuers, notify, otherWorkers, isFirst);
    app = await buildApp(config, log, module, served, times, answerBytes);
    const credentials = app.get(Credentials);
    await app.get(Domains).ensureDefault(DEFAULT_SUBSCRIPTION, byTheServer('start'));
    // Last, since it is shown only once and a start that fails would lose it. A chosen key cannot be lost.
    const operator = await credentials.ensureOperator(byTheServer('start'));
    const isKeyIdle = config.bootstrapApiKey !== undefined && !(await credentials.isBootstrapKeyGood());
    return { app, operator, withoutEffect: [...config.withoutEffect, ...(isKeyIdle ? [IDLE_BOOTSTRAP_KEY] : [])] };
  } catch (error) {
    // What is open would keep the process alive.
    if (app) await app.close();
    else await Promise.all([store.replicas.close(), store.source.destroy()]);
    throw error;
  }
}

async function buildApp(
  config: Config,
  log: Logger,
  module: ReturnType<typeof AppModule.of>,
  served: readonly Dialect[],
  times: WireTimes,
  answerBytes: AnswerBytes,
): Promise<NestFastifyApplication> {
  const routes = new RouteTable();
  const prefix = prefixOf(config.publicUrl);
  const crossOrigin = new Cors(config.corsOrigins);
  const security = new SecurityHeaders(config.publicUrl);
  const failures = new FailureFilter(served, routes, config.publicUrl);
  const adapter = new BatchingAdapter({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: ({ headers }: { headers: IncomingHttpHeaders }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    bodyLimit: BODY_LIMIT,
    ...serverOptions(times),
    return503OnClosing: false,
    rewriteUrl: (request: IncomingMessage) => {
      const target = withoutPrefix(originFormOf(request), prefix);
      // Only the entry point has a page for people.
      return target === '/' || target.startsWith('/?') ? targetForPeople(target, request) : target;
    },
    // As long as a URL can be, so that only the server's own rules refuse what is too long.
    routerOptions: { maxParamLength: maxHeaderSize, querystringParser: parseQuery },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(security.ofAnswers);
      app.get(Metrics).traffic.observeUnrouted(request, reply);
      if (!crossOrigin.answeredUnrouted(request, reply)) failures.answer(error, request, reply);
    },
    clientErrorHandler: (error, socket) => refuseUnreadable(error, socket, security.lines),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  // Below warn Fastify logs only that it listens, once per address; main says that once. Requests have their own loggers.
  fastify.log = log.child({}, { level: log.isLevelEnabled('warn') ? 'warn' : log.level });
  fastify.server.maxConnections = config.maxConnections;
  refuseTunnels(fastify.server, security.lines);
  passOverExpectations(fastify.server);
  // Computes once what is the same for all requests of a route.
  fastify.addHook('onRoute', (route) => {
    routes.add(route.method, route.url);
    route.config = { ...route.config, dialect: ownerOf(route.url, served), headers: security.of(route) };
  });
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLog(log),
  });
  const { names, traffic } = app.get(Metrics);
  names.give(fastify);
  traffic.observe(fastify);
  // Before readBodies starts its timer: a request may wait here, and its body with it.
  queuePipelined(fastify);
  readBodies(fastify, { lateMs: times.requestMs, pieceMs: times.pieceMs, securityHeaders: security.lines });
  app.get(GracefulShutdown).attend(fastify.server);
  new UnreadAnswers(times.unreadMs).attend(fastify.server, times.checkMs);
  shareLargeAnswers(fastify, answerBytes);
  batchRequests(fastify);
  app.get<Tracing | undefined>(TRACING)?.observe(fastify, names);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.headers(request.routeOptions.config?.headers ?? security.ofAnswers);
    // Before @fastify/cors answers a preflight.
    const violation = requestLineViolation(request);
    if (violation !== undefined) {
      crossOrigin.addTo(request, reply);
      return failures.answer(new FailureError({ kind: 'malformed_request', detail: violation }), request, reply);
    }
    if (request.method === 'OPTIONS' && request.originalUrl !== '*') {
      reply.header('allow', routes.methodsFor(pathOf(request.url)).join(', '));
    }
    done();
  });
  await app.register(cors, crossOrigin.options);
  const rateLimit = config.rateLimit && new RateLimit(config.rateLimit, app.get(PostgresRateWindows));
  const authentication = new Authentication(app.get(Credentials), app.get(Domains), config, rateLimit);
  fastify.addHook('onRequest', (request, reply) => authentication.admit(request, reply));
  app.useGlobalFilters(failures);
  serveDocs(app, served, config.publicUrl);
  await app.init();
  await fastify.ready();
  if (prefix !== '' && routes.hasBelow(prefix)) log.warn(ambiguous(prefix));
  return app;
}
