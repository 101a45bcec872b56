import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Dialect, ownerOf, ownPathOf } from '../../http/index.js';

/** The server's own paths, which lie below the accounts API's but are no part of it. */
const OPERATIONS = /^\/(docs|openapi|doc|health|metrics|\.well-known|favicon\.ico)(\/|$)/;
/** Others are refused, and not told apart: callers must not be able to make up names. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/** How a request is called in metrics, traces and the log: not by its URL, which names tenants. */
export interface RouteName {
  readonly dialect: string;
  readonly method: string;
  /** The template, such as /v1/domain/:domain; `unknown` for whatever fits none. */
  readonly route: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    name?: RouteName;
  }
}

/** Each route's name: always the same object, made once. */
export class RouteNames {
  private readonly unknown = new Map<string, RouteName>();

  constructor(private readonly dialects: readonly Dialect[]) {}

  /** To be called before routes are added. */
  give(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      const name = { dialect: this.dialectOf(route.url), method: String(route.method), route: route.url };
      // Not into the configuration itself, which a HEAD route shares with its GET.
      route.config = { ...route.config, name };
    });
  }

  /** Of a request that has no route, and so no name in its configuration. */
  unknownTo(request: FastifyRequest): RouteName {
    const method = METHODS.has(request.method) ? request.method : 'other';
    const dialect = this.dialectOf(ownPathOf(request));
    const key = `${dialect} ${method}`;
    const name = this.unknown.get(key) ?? { dialect, method, route: 'unknown' };
    this.unknown.set(key, name);
    return name;
  }

  private dialectOf(path: string): string {
    return OPERATIONS.test(path) ? 'operations' : ownerOf(path, this.dialects).name;
  }
}
