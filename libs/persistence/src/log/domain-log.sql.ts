/** Microseconds since 1970, by the database's clock. */
export const CLOCK = '(extract(epoch from clock_timestamp()) * 1000000)::bigint';

/** The same, when the statement’s transaction began: an index can be searched by it. */
export const CLOCK_AT_BEGINNING = '(extract(epoch from now()) * 1000000)::bigint';

/** Of the domains `ids` (an array), those whose log has ended; null = none has. */
export function endedOf(ids: string): string {
  return `(select array_agg(domain_id::text) from domain_logs where domain_id = any(${ids}) and end_position is not null)`;
}

/** What a list says of `log`; it is in the order of the domains' `ids`. */
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
   * What yields one row if anything is written, and none otherwise. It rests on all else that the statement locks: the
   * log comes last, so whoever waits for something else holds up nobody.
   */
  readonly from: string;
  /** Whether these are the last entries that the log takes. */
  readonly ends?: boolean;
}

/**
 * Moves a domain's log by the entries that the same statement adds, and yields its `position`, which is that of the last
 * of them. The row is held until the commit, so entries of a domain are committed in the order of their positions. A
 * position is the time in microseconds, or one more than the one before it: so logs stand side by side in the order of
 * time. The clock is read before the row is waited for, since what DO UPDATE sets may rest on the row and on nothing else
 * where it lies on another server; `entries` is a column so that it can. A log that has ended refuses to be moved and the
 * statement fails: whatever anybody remembered of the domain, nothing is written into it after its end.
 */
export function moveLog({ domainId, entries, clients = '0', from, ends = false }: LogMove): string {
  const position = 'greatest(logs.position + excluded.entries, excluded.position)';
  return `insert into domain_logs as logs (domain_id, position, clients, entries)
    select ${domainId}, ${CLOCK} + ${entries}, ${clients}, ${entries} from ${from}
    on conflict (domain_id) do update set position = ${position}, clients = logs.clients + excluded.clients,
      entries = excluded.entries${ends ? `, end_position = ${position}` : ''} returning domain_id, position`;
}

/** What stands in `audit_entries.fields` beside these changes, an expression that is jsonb. */
export function fieldsOf(changes: string): string {
  return `array(select jsonb_object_keys(${changes}))`;
}
