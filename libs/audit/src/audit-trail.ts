import type { AuditEntry } from './audit-entry.entity.js';

/** Which entries to read; all conditions hold together. */
export interface AuditQuery {
  /** Only what belongs to this subscription; null = everything. */
  readonly subscription: string | null;
  /** Only what belongs to the domain with this id. */
  readonly domainId?: string;
  readonly clientId?: string;
  /** Only entries behind the one with this id. */
  readonly after?: string;
  readonly limit: number;
}

/** An entry with the name of its domain, which may have been deleted meanwhile. */
export type TrailEntry = AuditEntry & { readonly domainName: string | null };

/** The port to wherever audit entries are kept. They are written with the changes themselves, never through this. */
export abstract class AuditTrail {
  /** In the order in which they were written. */
  abstract list(query: AuditQuery): Promise<TrailEntry[]>;
}
