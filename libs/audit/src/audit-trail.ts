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
  /** In the order in which they were written: exactly so within a domain, by the clock across domains. */
  abstract list(query: AuditQuery): Promise<TrailEntry[]>;

  abstract outline(query: OutlineQuery): Promise<EntryOutline[]>;

  /** The entries of a domain at these positions, in the order in which they were written. */
  abstract entries(domainId: string, positions: readonly string[]): Promise<TrailEntry[]>;
}
