import type { Origin } from '#audit';
import type { Domain, DomainPolicy } from './domain.entity.js';

/** The port to the store of domains. Deleted domains are never returned. */
export abstract class DomainRepository {
  abstract findById(id: string): Promise<Domain | undefined>;

  /**
   * The domain in a subscription, or in any (null). Within a subscription, another one's name is looked up in the same
   * way as a name that nobody has, whatever is cached for others. So the time does not tell them apart.
   */
  abstract findByName(name: string, subscription: string | null): Promise<Domain | undefined>;

  /** Names in order, after the given one; of one subscription, or of all (null). */
  abstract names(subscription: string | null, page: { after?: string; limit: number }): Promise<string[]>;

  /** undefined = the name is taken. */
  abstract insert(name: string, subscription: string, origin: Origin): Promise<Domain | undefined>;

  /** What is made from then on keeps the policy. What is there already stays as it is. false = there is no such domain. */
  abstract changePolicy(domain: Domain, policy: DomainPolicy, origin: Origin): Promise<boolean>;

  /** When this returns, the domain is gone. Its clients may be removed later. false = there was none. */
  abstract remove(domain: Domain, origin: Origin): Promise<boolean>;

  /** Removes what deleted domains have left. May be called at any time, and again after a crash. */
  abstract purgeDeleted(): Promise<void>;
}
