import type { FastifyCorsOptions } from '@fastify/cors';
import type { FastifyReply, FastifyRequest } from 'fastify';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS'];
const EXPOSED = 'Allow, Location, ETag, Expires-At, Link, X-Request-Id, RateLimit, RateLimit-Policy, Retry-After';

/** What browsers let pages of other origins do. All APIs follow the accounts API's documentation. Never with cookies. */
export class Cors {
  /** For @fastify/cors, which answers preflights and repeats the headers that they ask for. */
  readonly options: FastifyCorsOptions;

  constructor(private readonly origins: '*' | readonly string[]) {
    this.options = {
      origin: origins === '*' ? '*' : [...origins],
      methods: METHODS,
      exposedHeaders: EXPOSED,
      optionsSuccessStatus: 200,
      strictPreflight: false,
    };
  }

  /** Adds the headers of @fastify/cors to a request that fails before that plugin runs. */
  addTo({ headers }: FastifyRequest, reply: FastifyReply): void {
    if (this.origins !== '*') reply.header('vary', 'Origin');
    const allowed = this.origins === '*' ? '*' : this.origins.find((origin) => origin === headers.origin);
    if (allowed) reply.header('access-control-allow-origin', allowed);
    reply.header('access-control-expose-headers', EXPOSED);
  }

  /** The same for a request that fails before routing, where no hooks run. True = it was an OPTIONS and is answered. */
  answeredUnrouted(request: FastifyRequest, reply: FastifyReply): boolean {
    this.addTo(request, reply);
    const { method, headers } = request;
    if (method !== 'OPTIONS') return false;
    const asked = headers['access-control-request-headers'];
    if (asked !== undefined) reply.header('access-control-allow-headers', asked);
    void reply.header('access-control-allow-methods', METHODS.join(', ')).header('content-length', '0').send();
    return true;
  }
}
