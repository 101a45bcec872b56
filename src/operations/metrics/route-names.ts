import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Dialect, ownerOf, ownPathOf } from '../../http/index.js';

/** The server's own paths. They lie below the accounts API's base path but do not belong to that API. */
const OPERATIONS = /^\/(docs|openapi|doc|health|metrics|\.well-known|favicon\.ico)(\/|$)/;
/** Other methods share one name, so that callers cannot make up names of metrics. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/** The name of a request in metrics, traces and the log. It is not the URL, which names tenants. */
export interface RouteName {
  readonly dialect: string;
  readonly method: string;
  /** The template, such as /v1/domain/:domain; `unknown` when no route fits. */
  readonly route: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    name?: RouteName;
  }
}

/** Gives each route its name, one object made once. */
export class RouteNames {
  private readonly unknown = new Map<string, RouteName>();

  constructor(private readonly dialects: readonly Dialect[]) {}

  /** Call it before routes are added. */
  give(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      const name = { dialect: this.dialectOf(route.url), method: String(route.method), route: route.url };
      // Copies the configuration, since a HEAD route shares it with its GET.
      route.config = { ...route.config, name };
    });
  }

  /** The name of a request without a route. */
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
