/** Microseconds since 1970, by the database's clock. */
export const CLOCK = '(extract(epoch from clock_timestamp()) * 1000000)::bigint';

/** The same at the beginning of the statement’s transaction, so that an index can be searched by it. */
export const CLOCK_AT_BEGINNING = '(extract(epoch from now()) * 1000000)::bigint';

/** Those of the domains `ids` (an array) whose log has ended; null = none. */
export function endedOf(ids: string): string {
  return `(select array_agg(domain_id::text) from domain_logs where domain_id = any(${ids}) and end_position is not null)`;
}

/** The value for `log` in a list that has the order of the domains' `ids`. */
export function ofLog(list: string, ids: string): string {
  return `(${list})[width_bucket(log.domain_id, ${ids})]`;
}

interface LogMove {
  /** The domain's id, as an expression over `from`. */
  readonly domainId: string;
  /** How many entries are added, as an expression over `from`. */
  readonly entries: string;
  /** By how much the number of clients changes, as an expression over `from`. */
  readonly clients?: string;
  /**
   * Returns one row if anything is written, else none. It depends on everything else that the statement locks. So the
   * log is locked last, and a statement that waits for another lock holds up nobody.
   */
  readonly from: string;
  /** Whether these are the last entries of the log. */
  readonly ends?: boolean;
}

/**
 * Moves a domain's log by the entries that the same statement adds, and returns its `position`, which is that of the
 * last entry. The row is locked until the commit, so entries of a domain commit in the order of their positions. A
 * position is the time in microseconds, or one more than the position before it, so logs can be merged by time. The
 * clock is read before the wait for the row: where the row is on another server, DO UPDATE may depend on the row and on
 * nothing else. For the same reason, `entries` is a column. A log that has ended refuses the move and the statement
 * fails, so nothing is written to a domain after its end, whatever a cache still holds of it.
 */
export function moveLog({ domainId, entries, clients = '0', from, ends = false }: LogMove): string {
  const position = 'greatest(logs.position + excluded.entries, excluded.position)';
  return `insert into domain_logs as logs (domain_id, position, clients, entries)
    select ${domainId}, ${CLOCK} + ${entries}, ${clients}, ${entries} from ${from}
    on conflict (domain_id) do update set position = ${position}, clients = logs.clients + excluded.clients,
      entries = excluded.entries${ends ? `, end_position = ${position}` : ''} returning domain_id, position`;
}

/** What `audit_entries.fields` holds for these changes, which are a jsonb expression. */
export function fieldsOf(changes: string): string {
  return `array(select jsonb_object_keys(${changes}))`;
}
