import type { RouteOptions } from 'fastify';

/** Pages for people; everything else is for programs, and opens nothing where a browser shows it. */
const PAGES = /^\/docs?(\/|$)/;
const YEAR_S = 31_536_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of every answer of the route. */
    headers?: Readonly<Record<string, string>>;
  }
}

/**
 * What browsers may do with an answer (OWASP REST Security Cheat Sheet, Security Headers). Not by @fastify/helmet: it puts
 * eleven headers together anew for each request (2.3 µs, of some 40 that a read takes) in hooks, which do not run for what
 * the router refuses, cannot be read as HTTP or asks for a tunnel, so that the same values would stand here as well.
 */
export class SecurityHeaders {
  /** Of whatever belongs to no route. */
  readonly ofAnswers: Readonly<Record<string, string>>;
  private readonly ofPages: Readonly<Record<string, string>>;

  constructor(publicUrl: string) {
    const common = {
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      // A URL may hold a token (ALLOW_TOKEN_QUERY).
      'referrer-policy': 'no-referrer',
      ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${YEAR_S}` } : {}),
    };
    this.ofAnswers = { ...common, 'content-security-policy': `default-src 'none'; frame-ancestors 'none'` };
    // Swagger UI calls the server by its public name, and nobody else: a key that was typed in cannot be sent elsewhere.
    const policy = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ${new URL(publicUrl).origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
    this.ofPages = { ...common, 'content-security-policy': policy };
  }

  /** What only a caller who is let in may see, nobody may keep. */
  of({ url, config }: Pick<RouteOptions, 'url' | 'config'>): Readonly<Record<string, string>> {
    const headers = PAGES.test(url) ? this.ofPages : this.ofAnswers;
    return config?.access && !('public' in config.access) ? { ...headers, 'cache-control': 'no-store' } : headers;
  }

  /** As lines of an answer that is written by hand. */
  get lines(): string {
    return Object.entries(this.ofAnswers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  }
}
