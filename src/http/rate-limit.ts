import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Credential } from '#credentials';
import type { RateLimitOptions, SharedCount } from '#shares';
import { type Allowance, Allowances } from './allowances.js';
import { FailureError } from './failure.js';

/** What all credentials of a subscription have together, in limits of one: some may be busy at once, and more do not help. */
const LIMITS_OF_A_SUBSCRIPTION = 10;

/**
 * Limits each credential and each subscription, and tells a credential where it stands with whichever of the two ends
 * sooner (draft-ietf-httpapi-ratelimit-headers). Whoever is not let in has no credential, so the one 401 never carries
 * these headers. Counted by `Authentication`: a guard would count when the body has been read, and whoever is over the limit
 * could go on sending bodies.
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
    // What is refused already takes nothing from the others.
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

/** The count knows holders by UUIDs; that of a subscription can be no credential’s, which are drawn by lot. */
function idOf(subscription: string | null): string {
  return createHash('sha256').update(JSON.stringify(subscription)).digest('hex').slice(0, 32);
}
