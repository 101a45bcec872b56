import { DomainError } from '#domains';

/** What a write fails with that would stand in a domain's log after its end (1764480000000-domain-logs.ts). */
export const NOTHING_AFTER_THE_END = 'domain_logs_nothing_after_the_end';

/** Of the domains `ids` (an array), those whose log has ended; null = none has. */
export function endedOf(ids: string): string {
  return `(select array_agg(domain_id::text) from domain_logs where domain_id = any(${ids}) and end_position is not null)`;
}

export function domainGone(): DomainError {
  return new DomainError({ code: 'domain_gone' });
}

interface LogMove {
  /** The domain's id, as an expression over `from`. */
  readonly domainId: string;
  /** How many entries are added, as an expression over `from`. */
  readonly entries: string;
  /**
   * What yields one row if anything is written, and none otherwise. It rests on all else that the statement locks: the
   * log comes last, so whoever waits for something else holds up nobody.
   */
  readonly from: string;
  /** Whether these are the last entries that the log takes. */
  readonly ends?: boolean;
}

/**
 * Moves a domain's log by the entries that the same statement adds. The row is held until the commit, so the entries of
 * a domain are committed in the order of their ids. A log that has ended refuses to be moved and the statement fails:
 * whatever anybody remembered of the domain, nothing is written into it after its end.
 */
export function moveLog({ domainId, entries, from, ends = false }: LogMove): string {
  return `insert into domain_logs as logs (domain_id, position, end_position)
    select ${domainId}, ${entries}, ${ends ? entries : 'null::bigint'} from ${from}
    on conflict (domain_id) do update set position = logs.position + excluded.position${
      ends ? ', end_position = logs.position + excluded.position' : ''
    } returning domain_id`;
}
