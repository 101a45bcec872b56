import type { Changes, Origin } from '#audit';
import type { Statement } from '../database/statement.js';
import { moveLog } from './domain-log.sql.js';

export interface EntryToWrite {
  /** null = of no one domain. */
  readonly domainId: string | null;
  readonly subscription?: string | null;
  readonly origin: Origin;
  readonly action: string;
  readonly clientId?: string;
  readonly changes: Changes;
}

/** Columns that the change itself tells, each as an expression over what it yields. */
export type ToldByTheChange = Partial<Record<'domain_id' | 'subscription' | 'changes', string>>;

/** Columns that the change itself tells, and the entry's place in its domain's log. */
type Told = ToldByTheChange & { readonly position: string };

/**
 * An INSERT of one audit entry for each row that `from` (a CTE or table expression) yields, and of none if there is no
 * row, so that it can ride in the statement of the change itself. What is `told` stands in place of the entry's own.
 */
export function auditInsert(statement: Statement, from: string, entry: EntryToWrite, told: Told): string {
  const { origin } = entry;
  const changes = told.changes ?? statement.parameter(JSON.stringify(entry.changes), 'jsonb');
  const given: [column: string, expression: string][] = [
    ['domain_id', told.domain_id ?? statement.parameter(entry.domainId ?? 0, 'bigint')],
    ['position', told.position],
    ['subscription', told.subscription ?? statement.parameter(entry.subscription ?? null, 'text')],
    ['credential_id', statement.parameter(origin.credentialId, 'uuid')],
    ['credential_name', statement.parameter(origin.credentialName, 'text')],
    ['dialect', statement.parameter(origin.dialect, 'text')],
    ['request_id', statement.parameter(origin.requestId, 'text')],
    ['action', statement.parameter(entry.action, 'text')],
    ['client_id', statement.parameter(entry.clientId ?? null, 'text')],
    ['changes', changes],
    ['fields', fieldsOf(changes)],
  ];
  return `insert into audit_entries (${given.map(([column]) => column).join(', ')})
    select ${given.map(([, expression]) => expression).join(', ')} from ${from}`;
}

/**
 * One audit entry, and the move of its domain's log, as CTEs `log` and `entry`; they write only if `from`, another CTE,
 * yields its one row.
 */
export function auditEntry(
  statement: Statement,
  from: string,
  entry: EntryToWrite,
  told: ToldByTheChange = {},
): string {
  const domainId = told.domain_id ?? statement.parameter(entry.domainId ?? 0, 'bigint');
  const insert = auditInsert(statement, `${from}, log`, entry, {
    ...told,
    domain_id: 'log.domain_id',
    position: 'log.position',
  });
  return `log as (${moveLog({ domainId, entries: '1', from })}), entry as (${insert})`;
}

/** The entries of credentials that `from` yields as revoked, told to whoever may know of them. */
export function revocation(from: string, origin: Origin): [EntryToWrite, ToldByTheChange] {
  return [
    { domainId: null, action: 'credential.revoked', origin, changes: {} },
    {
      domain_id: `coalesce(${from}.domain_id, 0)`,
      subscription: `${from}.subscription`,
      changes: `jsonb_build_object('id', jsonb_build_object('before', ${from}.id, 'after', null))`,
    },
  ];
}

/** What stands in `audit_entries.fields` beside these changes, an expression that is jsonb. */
export function fieldsOf(changes: string): string {
  return `array(select jsonb_object_keys(${changes}))`;
}
