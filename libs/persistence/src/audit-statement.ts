import type { Changes, Origin } from '#audit';
import type { Statement } from './statement.js';

export interface EntryToWrite {
  readonly domainId: string | null;
  readonly subscription?: string | null;
  readonly origin: Origin;
  readonly action: string;
  readonly clientId?: string;
  readonly changes: Changes;
}

/**
 * An INSERT of one audit entry that is written only if `from` (a CTE or table expression) yields a row,
 * so that it can ride in the statement of the change itself. `domainId`: an expression over `from`, when it is not known yet.
 */
export function auditInsert(statement: Statement, from: string, entry: EntryToWrite, domainId?: string): string {
  const { origin } = entry;
  const given: [column: string, expression: string][] = [
    ['domain_id', domainId ?? statement.parameter(entry.domainId ?? 0, 'bigint')],
    ['subscription', statement.parameter(entry.subscription ?? null, 'text')],
    ['credential_id', statement.parameter(origin.credentialId, 'uuid')],
    ['credential_name', statement.parameter(origin.credentialName, 'text')],
    ['dialect', statement.parameter(origin.dialect, 'text')],
    ['request_id', statement.parameter(origin.requestId, 'text')],
    ['action', statement.parameter(entry.action, 'text')],
    ['client_id', statement.parameter(entry.clientId ?? null, 'text')],
    ['changes', statement.parameter(JSON.stringify(entry.changes), 'jsonb')],
  ];
  return `insert into audit_entries (${given.map(([column]) => column).join(', ')})
    select ${given.map(([, expression]) => expression).join(', ')} from ${from}`;
}
