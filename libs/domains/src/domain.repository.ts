import type { Origin } from '#audit';
import type { Domain } from './domain.entity.js';

/** The port to wherever domains are kept. Deleted domains are never returned. */
export abstract class DomainRepository {
  abstract findById(id: string): Promise<Domain | undefined>;

  /**
   * That of a subscription, or of any (null). Within a subscription a name that another one has takes the same way as a
   * name that nobody has, whatever is remembered for others, so that the time does not tell them apart.
   */
  abstract findByName(name: string, subscription: string | null): Promise<Domain | undefined>;

  /** Names in order, behind one of them if it is given; those of one subscription, or of all (null). */
  abstract names(subscription: string | null, page: { after?: string; limit: number }): Promise<string[]>;

  /** undefined = the name is taken. */
  abstract insert(name: string, subscription: string, origin: Origin): Promise<Domain | undefined>;

  /** From the moment this returns, the domain is gone; its clients may be removed later. False = there was none. */
  abstract remove(domain: Domain, origin: Origin): Promise<boolean>;

  /** Removes what deleted domains have left; may be called at any time, and again after a crash. */
  abstract purgeDeleted(): Promise<void>;
}
