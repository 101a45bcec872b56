import type { Changes, Origin } from '#audit';

/** The columns that are given; `auditValues` yields their values in the same order. */
const AUDIT_COLUMNS =
  'domain_id, subscription, credential_id, credential_name, dialect, request_id, action, client_id, changes';
export const AUDIT_VALUES = 9;

/**
 * An INSERT of one audit entry that is written only if `from` (a CTE or table expression) yields a row,
 * so that it can ride in the statement of the change itself. Takes the parameters from `$first` on.
 */
export function auditInsert(first: number, from: string, domainId = `$${first}`): string {
  const parameter = (offset: number) => `$${first + offset}`;
  return `insert into audit_entries (${AUDIT_COLUMNS})
    select ${domainId}::bigint, ${parameter(1)}::text, ${parameter(2)}::uuid, ${parameter(3)}::text, ${parameter(4)}::text,
           ${parameter(5)}::text, ${parameter(6)}::text, ${parameter(7)}::text, ${parameter(8)}::jsonb from ${from}`;
}

export function auditValues(entry: {
  readonly domainId: string | null;
  readonly subscription?: string | null;
  readonly origin: Origin;
  readonly action: string;
  readonly clientId?: string;
  readonly changes: Changes;
}): unknown[] {
  const { origin } = entry;
  return [
    entry.domainId ?? 0,
    entry.subscription ?? null,
    origin.credentialId,
    origin.credentialName,
    origin.dialect,
    origin.requestId,
    entry.action,
    entry.clientId ?? null,
    JSON.stringify(entry.changes),
  ];
}
