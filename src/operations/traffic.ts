import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { loggedUrl } from '../http/index.js';
import { ANSWERED } from './log.js';
import type { RouteName, RouteNames } from './metrics/route-names.js';

/** In seconds: from a cached read to half of the longest time that a statement may take. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The counts of one route. */
interface Series {
  readonly durations: Histogram.Internal<string>;
  /** By status. */
  readonly answers: Map<number, number>;
}

/** The unanswered requests of one connection. */
interface Connection {
  inFlight: number;
  /** Call it at the end of each answer. */
  readonly ended: () => void;
}

/** Counts answers and logs each. Looks labels up once per route, not per request: a hot read takes only 30 µs in all. */
export class Traffic {
  private readonly series = new Map<RouteName, Series>();
  private readonly durations: Histogram;
  private readonly connections = new WeakMap<Socket, Connection>();
  private inFlight = 0;

  constructor(
    registry: Registry,
    private readonly names: RouteNames,
  ) {
    const traffic = this;
    const registers = [registry];
    this.durations = new Histogram({
      name: 'clientele_http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer',
      labelNames: ['dialect', 'method', 'route'],
      buckets: BUCKETS,
      registers,
    });
    new Counter({
      name: 'clientele_http_requests_total',
      help: 'Answers, by status',
      labelNames: ['dialect', 'method', 'route', 'status'],
      registers,
      collect() {
        this.reset();
        for (const [name, { answers }] of traffic.series) {
          for (const [status, count] of answers) this.inc({ ...name, status }, count);
        }
      },
    });
    new Gauge({
      name: 'clientele_http_requests_in_flight',
      help: 'Requests that are not answered yet, open streams among them',
      registers,
      collect() {
        this.set(traffic.inFlight);
      },
    });
  }

  /** Call it before other hooks are added. Uses hooks, since an interceptor would see only what a handler answers. */
  observe(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
      const connection = this.connections.get(socket) ?? this.connected(socket);
      this.inFlight += 1;
      connection.inFlight += 1;
      reply.raw.on('close', connection.ended);
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      const name = this.nameOf(request);
      this.count(name, reply.statusCode, reply.elapsedTime / 1000);
      logAnswer(request, reply, name);
      done();
    });
  }

  /** Counts a request that fails before routing, where no hooks run. */
  observeUnrouted(request: FastifyRequest, reply: FastifyReply): void {
    const start = performance.now();
    reply.raw.once('finish', () =>
      this.count(this.names.unknownTo(request), reply.statusCode, (performance.now() - start) / 1000),
    );
  }

  private nameOf(request: FastifyRequest): RouteName {
    return request.routeOptions.config?.name ?? this.names.unknownTo(request);
  }

  private count(name: RouteName, status: number, seconds: number): void {
    const { durations, answers } = this.series.get(name) ?? this.begin(name);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    durations.observe(seconds);
  }

  /** Ends answers with their connection: when the caller leaves, pipelined answers that still wait never close. */
  private connected(socket: Socket): Connection {
    let isOpen = true;
    const ended = () => {
      if (!isOpen) return;
      connection.inFlight -= 1;
      this.inFlight -= 1;
    };
    const connection = { inFlight: 0, ended };
    socket.once('close', () => {
      isOpen = false;
      this.inFlight -= connection.inFlight;
    });
    this.connections.set(socket, connection);
    return connection;
  }

  private begin(name: RouteName): Series {
    const durations = this.durations.labels(name.dialect, name.method, name.route);
    const series = { durations, answers: new Map<number, number>() };
    this.series.set(name, series);
    return series;
  }
}

/** One line for each answer: reads at debug, changes at info, our own failures at error. */
function logAnswer(request: FastifyRequest, reply: FastifyReply, { dialect, route }: RouteName): void {
  const level = reply.statusCode >= 500 ? 'error' : /^(GET|HEAD|OPTIONS)$/.test(request.method) ? 'debug' : 'info';
  const log = request.log as Logger;
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      dialect,
      method: request.method,
      route,
      url: loggedUrl(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      credentialId: request.credentialId,
      because: request.unavailableBecause,
    },
    ANSWERED,
  );
}
