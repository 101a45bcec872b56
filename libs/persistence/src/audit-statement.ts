import type { Changes, Origin } from '#audit';
import { moveLog } from './domain-log.sql.js';
import type { Statement } from './statement.js';

export interface EntryToWrite {
  /** null = of no one domain. */
  readonly domainId: string | null;
  readonly subscription?: string | null;
  readonly origin: Origin;
  readonly action: string;
  readonly clientId?: string;
  readonly changes: Changes;
  /** Whether it is the last one of its domain. */
  readonly ends?: boolean;
}

/**
 * One audit entry, and the move of its domain's log, as CTEs `log` and `entry` of the statement of the change itself: they
 * write only if `from`, another of its CTEs, yields its one row. `domainId`: an expression over that, when it is not known yet.
 */
export function auditEntry(statement: Statement, from: string, entry: EntryToWrite, domainId?: string): string {
  const { origin, ends } = entry;
  const domain = domainId ?? statement.parameter(entry.domainId ?? 0, 'bigint');
  const given: [column: string, expression: string][] = [
    ['domain_id', 'log.domain_id'],
    ['subscription', statement.parameter(entry.subscription ?? null, 'text')],
    ['credential_id', statement.parameter(origin.credentialId, 'uuid')],
    ['credential_name', statement.parameter(origin.credentialName, 'text')],
    ['dialect', statement.parameter(origin.dialect, 'text')],
    ['request_id', statement.parameter(origin.requestId, 'text')],
    ['action', statement.parameter(entry.action, 'text')],
    ['client_id', statement.parameter(entry.clientId ?? null, 'text')],
    ['changes', statement.parameter(JSON.stringify(entry.changes), 'jsonb')],
  ];
  return `log as (${moveLog({ domainId: domain, entries: '1', from, ends })}),
    entry as (insert into audit_entries (${given.map(([column]) => column).join(', ')})
      select ${given.map(([, expression]) => expression).join(', ')} from log)`;
}
