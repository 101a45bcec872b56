import { NumberParameter, TextParameter } from '../http/index.js';

const MAX_PAGE = 100;

/** The position of an audit entry in its domain's log, which is its id there: a number that fits PostgreSQL's bigint. */
export const POSITION = /^\d{1,18}$/;

/** The length of a page. */
export const PageLimit = () =>
  NumberParameter({ least: 1, default: MAX_PAGE, description: `More than ${MAX_PAGE} counts as ${MAX_PAGE}.` });

export function limitOf({ limit = MAX_PAGE }: { readonly limit?: number }): number {
  return Math.min(limit, MAX_PAGE);
}

/** Selects a part of the audit. */
export class AuditScopeQuery {
  @TextParameter({ description: 'Only changes in this domain.' })
  domain?: string;

  @TextParameter({ description: 'Only changes of clients with this id.' })
  clientId?: string;
}
