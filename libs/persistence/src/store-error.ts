import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { domainGone, NOTHING_AFTER_THE_END } from './domain-log.sql.js';

/** The store cannot be reached or cannot take the work now. Whoever is told of it knows it by its `code`. */
export class StoreUnavailable extends Error {
  readonly code = 'store_unavailable';

  constructor(cause?: unknown) {
    super('the database cannot be reached', { cause });
    this.name = 'StoreUnavailable';
  }
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);
/** SQLSTATE classes: 08 connection, 53 insufficient resources, 55000 what a standby cannot do, 57 operator intervention (57014: timeout), 25006 read-only, 58 system error. */
const UNAVAILABLE_STATES = /^(08|53|57|58)|^(25006|55000)$/;
/** pg reports these without a code. */
const CONNECTION_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|query read timeout|cannot use a pool after calling end/i;

/**
 * The error to pass on: a StoreUnavailable where trying again later may help, a DomainError about a domain that is gone,
 * else the error itself.
 */
export function storeError(error: unknown): unknown {
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const { code, message, constraint } = cause as { code?: string; message?: string; constraint?: string };
  if (constraint === NOTHING_AFTER_THE_END) return domainGone();
  const unavailable =
    cause instanceof pg.DatabaseError
      ? UNAVAILABLE_STATES.test(code ?? '')
      : NETWORK_CODES.has(code ?? '') || CONNECTION_MESSAGES.test(message ?? '') || cause instanceof AggregateError;
  return unavailable ? new StoreUnavailable(error) : error;
}
