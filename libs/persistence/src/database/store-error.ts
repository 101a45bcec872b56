import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { DomainError } from '#domains';

/** The store cannot be reached or cannot take the work now. Whoever is told of it knows it by its `code`. */
export class StoreUnavailable extends Error {
  readonly code = 'store_unavailable';

  constructor(cause?: unknown) {
    super('the database cannot be reached', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** Of the system, and of TLS and streams, as Node calls them. */
const NETWORK_CODES = /^E(?!RR_)|^ERR_(SSL|TLS|STREAM|SOCKET)_/;
/**
 * SQLSTATE: 08 connection, 40 undone for the sake of others, 53 insufficient resources, 57 operator intervention (57014:
 * statement timeout), 58 system error; 25006 read-only, 25P03 and 25P04 transaction timeouts, 42501 a right that was
 * taken away, 26000 and 42P05 another session than expected, behind a pooler, 55000 what a standby cannot do, 55P03 lock
 * timeout. Without one, pg did not understand what came.
 */
const UNAVAILABLE_STATES = /^(08|40|53|57|58)|^(25006|25P03|25P04|26000|42501|42P05|55000|55P03)$|^$/;
/** pg reports these without a code. */
const CONNECTION_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|query read timeout|cannot use a pool after calling end|received unexpected/i;
const CHECK_VIOLATION = '23514';
/** What a write fails with that would stand in a domain's log after its end (1764480000000-domain-logs.ts). */
const NOTHING_AFTER_THE_END = 'domain_logs_nothing_after_the_end';

/**
 * The error to pass on: a StoreUnavailable where trying again later may help, a DomainError about a domain that is gone,
 * else the error itself.
 */
export function storeError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  const cause = driverErrorOf(error);
  const { code, message } = cause as { code?: string; message?: string };
  // In the message: what Citus passes on of another server has no field for it.
  if (code === CHECK_VIOLATION && message?.includes(NOTHING_AFTER_THE_END)) return domainGone();
  const unavailable =
    cause instanceof pg.DatabaseError
      ? UNAVAILABLE_STATES.test(code ?? '')
      : NETWORK_CODES.test(code ?? '') || CONNECTION_MESSAGES.test(message ?? '') || cause instanceof AggregateError;
  return unavailable ? new StoreUnavailable(error) : error;
}

/** What pg said. */
export function driverErrorOf(error: unknown): unknown {
  if (error instanceof QueryFailedError) return error.driverError;
  return error instanceof StoreUnavailable && error.cause ? driverErrorOf(error.cause) : error;
}

export function domainGone(): DomainError {
  return new DomainError({ code: 'domain_gone' });
}
