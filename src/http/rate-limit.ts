import type { FastifyReply } from 'fastify';
import { Allowances, type RateLimitOptions, type SharedCount } from './allowances.js';
import { FailureError } from './failure.js';

/**
 * Limits each credential, and tells it where it stands (draft-ietf-httpapi-ratelimit-headers). Whoever is not let in
 * has no credential, so the one 401 never carries these headers.
 */
export class RateLimit {
  private readonly allowances: Allowances;

  constructor(
    private readonly options: RateLimitOptions,
    count: SharedCount,
  ) {
    this.allowances = new Allowances(options, count);
  }

  /** Fails with `rate_limited`. */
  async count(credentialId: string, reply: FastifyReply): Promise<void> {
    const { isAllowed, left, milliseconds } = await this.allowances.take(credentialId);
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
    const { requests, seconds: window } = this.options;
    reply.header('ratelimit-policy', `"default";q=${requests};w=${window}`);
    reply.header('ratelimit', `"default";r=${left};t=${seconds}`);
    if (!isAllowed) throw new FailureError({ kind: 'rate_limited', retryAfterSeconds: seconds });
  }
}
