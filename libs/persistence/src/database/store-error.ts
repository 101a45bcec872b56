import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { DomainError } from '#domains';

/** The store cannot be reached, or cannot take the work now. Its `code` identifies it to the caller. */
export class StoreUnavailable extends Error {
  readonly code = 'store_unavailable';

  constructor(cause?: unknown) {
    super('the database cannot be reached', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** Errors of the system, of TLS and of streams, by Node's names. */
const NETWORK_CODES = /^E(?!RR_)|^ERR_(SSL|TLS|STREAM|SOCKET)_/;
/**
 * SQLSTATEs: 08 connection, 40 undone because of others, 53 insufficient resources, 57 operator intervention (57014:
 * statement timeout), 58 system error, XX001 and XX002 what the disk gave back damaged; 25006 read-only, 25P03 and 25P04
 * transaction timeouts, 42501 a right that was taken away, 26000 and 42P05 another session than expected, after a pooler,
 * 55000 what a standby cannot do, 55P03 lock timeout. An error without one: pg did not understand what it received.
 */
const UNAVAILABLE_STATES = /^(08|40|53|57|58|XX001|XX002)|^(25006|25P03|25P04|26000|42501|42P05|55000|55P03)$|^$/;
/** pg reports these without a code. */
const CONNECTION_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|query read timeout|cannot use a pool after calling end|received unexpected/i;
const CHECK_VIOLATION = '23514';
/** The constraint that refuses a write after the end of a domain's log (1764480000000-domain-logs.ts). */
const NOTHING_AFTER_THE_END = 'domain_logs_nothing_after_the_end';

/**
 * The error to pass on: a StoreUnavailable if trying again later may help, a DomainError if the domain is gone, else
 * the error itself.
 */
export function storeError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  const cause = driverErrorOf(error);
  const { code, message } = cause as { code?: string; message?: string };
  // The constraint's name is looked up in the message: Citus passes on another server's error without a field for it.
  if (code === CHECK_VIOLATION && message?.includes(NOTHING_AFTER_THE_END)) return domainGone();
  const unavailable =
    cause instanceof pg.DatabaseError
      ? UNAVAILABLE_STATES.test(code ?? '')
      : NETWORK_CODES.test(code ?? '') || CONNECTION_MESSAGES.test(message ?? '') || cause instanceof AggregateError;
  return unavailable ? new StoreUnavailable(error) : error;
}

/** The error of pg itself. */
export function driverErrorOf(error: unknown): unknown {
  if (error instanceof QueryFailedError) return error.driverError;
  return error instanceof StoreUnavailable && error.cause ? driverErrorOf(error.cause) : error;
}

export function domainGone(): DomainError {
  return new DomainError({ code: 'domain_gone' });
}
