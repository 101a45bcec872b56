import type { FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { FailureError } from './failure.js';

/** So many requests in so many seconds. */
interface RateLimitOptions {
  readonly requests: number;
  readonly seconds: number;
}

/**
 * Limits each credential, and tells it where it stands (draft-ietf-httpapi-ratelimit-headers). Whoever is not let in
 * has no credential, so the one 401 never carries these headers.
 */
export class RateLimit {
  private readonly limiter: RateLimiterMemory;

  constructor(private readonly options: RateLimitOptions) {
    this.limiter = new RateLimiterMemory({ points: options.requests, duration: options.seconds });
  }

  /** Fails with `rate_limited`. */
  async count(credentialId: string, reply: FastifyReply): Promise<void> {
    const state = await this.limiter.consume(credentialId).catch((refusal: unknown) => refusal);
    if (!(state instanceof RateLimiterRes)) throw state;
    const seconds = Math.ceil(state.msBeforeNext / 1000);
    const { requests, seconds: window } = this.options;
    reply.header('ratelimit-policy', `"default";q=${requests};w=${window}`);
    reply.header('ratelimit', `"default";r=${state.remainingPoints};t=${seconds}`);
    if (state.consumedPoints > requests) throw new FailureError({ kind: 'rate_limited', retryAfterSeconds: seconds });
  }
}
