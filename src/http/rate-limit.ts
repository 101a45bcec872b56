import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Credential } from '#credentials';
import type { RateLimitOptions, SharedCount } from '#shares';
import { type Allowance, Allowances } from './allowances.js';
import { FailureError } from './failure.js';

/** All credentials of a subscription share this many limits of one credential, so more credentials do not help. */
const LIMITS_OF_A_SUBSCRIPTION = 10;

/**
 * Limits each credential and each subscription. The headers tell the caller about the limit of the two that ends sooner
 * (draft-ietf-httpapi-ratelimit-headers). A caller who is not let in has no credential, so a 401 never carries these
 * headers. `Authentication` counts: a guard would count only once the body is read, and a caller over the limit could go
 * on sending bodies.
 */
export class RateLimit {
  private readonly ofCredentials: Policy;
  private readonly ofSubscriptions: Policy;

  constructor({ requests, seconds }: RateLimitOptions, count: SharedCount) {
    this.ofCredentials = new Policy('default', { requests, seconds }, count);
    const together = { requests: requests * LIMITS_OF_A_SUBSCRIPTION, seconds };
    this.ofSubscriptions = new Policy('subscription', together, count);
  }

  /** Fails with `rate_limited`. */
  async count({ id, subscription }: Credential, reply: FastifyReply): Promise<void> {
    const own = await this.ofCredentials.take(id);
    // A request that is already refused takes nothing from the subscription.
    const shared = own.isAllowed ? await this.ofSubscriptions.take(idOf(subscription)) : own;
    const told = !shared.isAllowed || shared.left < own.left ? shared : own;
    const { policy, isAllowed, left, milliseconds } = told;
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
    reply.header('ratelimit-policy', policy.text);
    reply.header('ratelimit', `"${policy.name}";r=${left};t=${seconds}`);
    if (!isAllowed) throw new FailureError({ kind: 'rate_limited', retryAfterSeconds: seconds });
  }
}

/** One of the limits. */
class Policy {
  private readonly allowances: Allowances;
  readonly text: string;

  constructor(
    readonly name: string,
    options: RateLimitOptions,
    count: SharedCount,
  ) {
    this.text = `"${name}";q=${options.requests};w=${options.seconds}`;
    this.allowances = new Allowances(options, count);
  }

  async take(id: string): Promise<Allowance & { readonly policy: Policy }> {
    return { policy: this, ...(await this.allowances.take(id)) };
  }
}

/** The UUID under which a subscription is counted. It equals no credential's, since those are random. */
function idOf(subscription: string | null): string {
  return createHash('sha256').update(JSON.stringify(subscription)).digest('hex').slice(0, 32);
}
