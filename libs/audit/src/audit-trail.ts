import type { AuditEntry } from './audit-entry.entity.js';

/** Whose entries, and about what. An entry must meet all conditions. */
export interface AuditScope {
  /** Only what belongs to this subscription; null = everything. */
  readonly subscription: string | null;
  /** Only what belongs to the domain with this id. */
  readonly domainId?: string;
  readonly clientId?: string;
}

/** Which entries to read. */
export interface AuditQuery extends AuditScope {
  /** Only entries after this position. */
  readonly after?: string;
  /** With several domains: excludes the entries at `after` of domains up to the one with this id. */
  readonly afterDomain?: string;
  /** Only entries up to this position. */
  readonly upTo?: string;
  readonly limit: number;
}

/** Where an entry stands. */
export type AuditPlace = Pick<AuditEntry, 'domainId' | 'position'>;

/** Which entries to search for. An entry must meet all conditions. */
export interface AuditSearch extends AuditScope {
  /** false or absent = the oldest come first. */
  readonly newestFirst?: boolean;
  readonly action?: string;
  /** Who did it. */
  readonly credentialId?: string;
  /** Not before this time. */
  readonly from?: Date;
  /** Not after this time. */
  readonly to?: Date;
  /** Only entries after which nothing happened to their client. */
  readonly isLast?: boolean;
  /** Only what comes after this place, in the order that is asked for. A `domainId` is needed with several domains. */
  readonly after?: Omit<AuditPlace, 'domainId'> & Partial<AuditPlace>;
  readonly limit: number;
}

/** How many entries a search looks at, where it has to choose from them: in one log, and in each of many. */
export const LOOKED_AT = 10_000;
export const LOOKED_AT_IN_EACH = 1000;

/** What a search has found: fewer than asked for, or none, where it has looked at as many as it may. */
export interface AuditPage {
  readonly entries: TrailEntry[];
  /** Where the search goes on; undefined = there is nothing more to find. */
  readonly next?: AuditPlace;
}

/** Which entries of one client to look at. */
export interface OutlineQuery extends Pick<AuditQuery, 'after' | 'upTo' | 'limit'> {
  readonly domainId: string;
  readonly clientId: string;
  /** false or absent = the oldest come first. */
  readonly newestFirst?: boolean;
}

/** What an entry is about, without the values, which may be many times as long. */
export interface EntryOutline {
  readonly position: string;
  readonly action: string;
  readonly fields: readonly string[];
}

/** An entry with the name of its domain, which may have been deleted since, and its subscription. */
export type TrailEntry = AuditEntry & { readonly domainName: string | null; readonly owner: string | null };

/** The port to the store of audit entries. Entries are written together with the changes, never through this port. */
export abstract class AuditTrail {
  /** In the order in which they were written, or in the opposite one: exactly so within a domain, by the clock across domains. */
  abstract search(search: AuditSearch): Promise<AuditPage>;

  abstract outline(query: OutlineQuery): Promise<EntryOutline[]>;

  /** The entries of a domain at these positions, in the order in which they were written. */
  abstract entries(domainId: string, positions: readonly string[]): Promise<TrailEntry[]>;
}
