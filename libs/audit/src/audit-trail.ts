import type { AuditEntry } from './audit-entry.entity.js';

/** Whose entries, and about what; all conditions hold together. */
export interface AuditScope {
  /** Only what belongs to this subscription; null = everything. */
  readonly subscription: string | null;
  /** Only what belongs to the domain with this id. */
  readonly domainId?: string;
  readonly clientId?: string;
}

/** Which entries to read. */
export interface AuditQuery extends AuditScope {
  /** Only entries behind the one with this id. */
  readonly after?: string;
  /** Only entries up to the one with this id. */
  readonly upTo?: string;
  readonly limit: number;
}

/** An entry with the name of its domain, which may have been deleted meanwhile, and the subscription that it belongs to. */
export type TrailEntry = AuditEntry & { readonly domainName: string | null; readonly owner: string | null };

/** The port to wherever audit entries are kept. They are written with the changes themselves, never through this. */
export abstract class AuditTrail {
  /** In the order in which they were written. */
  abstract list(query: AuditQuery): Promise<TrailEntry[]>;
}
