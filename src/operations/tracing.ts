import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from '../http/index.js';
import type { RouteName, RouteNames } from './metrics/route-names.js';

/** Injection token of `Tracing`; undefined when no traces are sent. */
export const TRACING = Symbol('Tracing');

/** Probes and scrapes, which come every few seconds and are of no interest. */
const UNTRACED = /^\/(health|metrics)(\/|$)/;
/** An unreachable collector must not keep the server from ending. */
const FLUSH_MS = 2000;

interface Exporter {
  readonly tracer: Tracer;
  readonly propagator: TextMapPropagator;
  shutdown(): Promise<void>;
}

/**
 * OpenTelemetry: a span for each request, and below it one for each statement that it sends. Not by @fastify/otel and
 * @opentelemetry/instrumentation-pg, which patch what is loaded after them, and know neither our routes' names nor which
 * request a shared statement belongs to (decision 30). It is a Fastify hook, since statements that other hooks send belong
 * to the request as well.
 */
export class Tracing implements OnApplicationShutdown {
  private readonly current = new AsyncLocalStorage<Span>();

  private constructor(private readonly exporter: Exporter) {}

  /** Reads OpenTelemetry's own settings (OTEL_*). Loads OpenTelemetry only here. */
  static async start(): Promise<Tracing> {
    const [core, sdk, resources, otlp] = await Promise.all([
      import('@opentelemetry/core'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ]);
    const log = new Logger();
    core.setGlobalErrorHandler((error) => log.warn(`Traces could not be sent: ${sentenceOf(error)}`));
    const named = resources.detectResources({ detectors: [resources.envDetector] });
    const provider = new sdk.BasicTracerProvider({
      resource: resources
        .defaultResource()
        .merge(resources.resourceFromAttributes({ 'service.name': 'clientele' }))
        .merge(named),
      spanProcessors: [new sdk.BatchSpanProcessor(new otlp.OTLPTraceExporter())],
    });
    return new Tracing({
      tracer: provider.getTracer('clientele'),
      propagator: new core.W3CTraceContextPropagator(),
      shutdown: () => provider.shutdown(),
    });
  }

  /** Call it before other hooks are added, so that their statements belong to the request. */
  observe(fastify: FastifyInstance, names: RouteNames): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const name = request.routeOptions.config?.name ?? names.unknownTo(request);
      if (UNTRACED.test(name.route)) return done();
      const span = this.begin(request, name);
      reply.raw.once('close', () => end(span, request, reply));
      nameInLog(span, request, reply);
      this.current.run(span, done);
    });
  }

  /** Begins the span of a statement, without its parameters. Returns a function to call at the statement's end. */
  readonly statement = (sql: string): ((error?: Error) => void) | undefined => {
    const parent = this.current.getStore();
    if (!parent?.isRecording()) return undefined;
    const { name, operation } = summaryOf(sql);
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.summary': name,
      'db.query.text': sql,
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = this.exporter.tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent));
    return (error) => {
      if (error) {
        span.setAttribute('error.type', (error as { code?: string }).code ?? error.name);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    };
  };

  async onApplicationShutdown(): Promise<void> {
    const sent = this.exporter.shutdown().catch(() => {});
    await Promise.race([sent, sleep(FLUSH_MS, undefined, { ref: false })]);
  }

  private begin(request: FastifyRequest, { dialect, route }: RouteName): Span {
    const { method, headers, protocol, raw } = request;
    const isKnown = route !== 'unknown';
    const attributes = {
      'http.request.method': method,
      ...(isKnown ? { 'http.route': route } : {}),
      'url.scheme': protocol,
      // Never the query, which may hold a token.
      'url.path': pathOf(request.url),
      'server.address': headers.host,
      'network.protocol.version': raw.httpVersion,
      'user_agent.original': headers['user-agent'],
      'clientele.dialect': dialect,
      'clientele.request_id': request.id,
    };
    const caller = this.exporter.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const options = { kind: SpanKind.SERVER, attributes };
    return this.exporter.tracer.startSpan(isKnown ? `${method} ${route}` : method, options, caller);
  }
}

/** Names the trace in each log line of the request, even when it is not sampled, so that one leads to the other. */
function nameInLog(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  const { traceId, spanId } = span.spanContext();
  request.log = request.log.child({ traceId, spanId });
  reply.log = request.log;
}

function end(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode } = reply;
  if (request.credentialId !== undefined) span.setAttribute('clientele.credential_id', request.credentialId);
  if (reply.raw.writableFinished) span.setAttribute('http.response.status_code', statusCode);
  else span.setAttribute('error.type', 'caller_left');
  if (statusCode >= 500) {
    span.setAttribute('error.type', String(statusCode));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** A statement's operation and its first table. */
function summaryOf(sql: string): { name: string; operation: string } {
  const write =
    /\b(insert)\s+into\s+"?(\w+)|\b(update)\s+"?(\w+)"?\s+(?:\w+\s+)?set\b|\b(delete)\s+from\s+"?(\w+)/i.exec(sql);
  const [operation, table] = write?.slice(1).filter((part) => part !== undefined) ?? [
    /\w+/.exec(sql)?.[0].replace(/^with$/i, 'select') ?? 'statement',
    /\bfrom\s+"?(\w+)/i.exec(sql)?.[1],
  ];
  const shown = operation!.toUpperCase();
  return { name: table ? `${shown} ${table}` : shown, operation: shown };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
