import type { IncomingHttpHeaders } from 'node:http';
import type { Client, Precondition } from '#clients';

/** The strong entity tag of a client; it never recurs for an id (spec/v1-dialect.md, Conditional requests). */
export function etagOf(client: Client): string {
  return `"${BigInt(client.version).toString(36)}"`;
}

/** Whether `If-None-Match` names the version that the caller would get, so that 304 says it all (RFC 9110 §13.1.2). */
export function isNotModified(headers: IncomingHttpHeaders, client: Client): boolean {
  const given = headers['if-none-match'];
  return given !== undefined && matchesWeakly(given, client);
}

/** The condition that a writing request sets (RFC 9110 §13.2.2); times are compared by whole seconds, as HTTP dates are. */
export function preconditionOf(headers: IncomingHttpHeaders): Precondition {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  return (current) => {
    if (ifMatch !== undefined) {
      if (!current || !matches(ifMatch, current)) return false;
    } else if (!Number.isNaN(unmodifiedSince)) {
      if (!current || wholeSeconds(current.updatedAt.getTime()) > wholeSeconds(unmodifiedSince)) return false;
    }
    return ifNoneMatch === undefined || !current || !matchesWeakly(ifNoneMatch, current);
  };
}

/** Weak comparison (RFC 9110 §8.8.3.2): a cache may have weakened the tag. */
function matchesWeakly(header: string, client: Client): boolean {
  const etag = etagOf(client);
  return header.trim() === '*' || tagsIn(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

function tagsIn(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}

/** Strong comparison: only the very version will do. */
function matches(header: string, client: Client): boolean {
  if (header.trim() === '*') return true;
  return tagsIn(header).includes(etagOf(client));
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
