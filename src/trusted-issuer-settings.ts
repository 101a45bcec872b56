import { PERMISSIONS, type Permission } from '#credentials';

/** An entry of TRUSTED_ISSUERS. */
export interface TrustedIssuerSettings {
  readonly issuer: string;
  readonly jwksUrl: URL;
  readonly domainClaim: string;
  readonly permissions: readonly Permission[];
}

type Entry = Record<string, unknown>;

const FIELDS = ['jwksUrl', 'domainClaim', 'permissions'];
/** An issuer's name is part of the caller's name in the audit, so every character must be printable. */
const NAME = /^\P{C}{1,255}$/u;
const SAME_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/** Reads TRUSTED_ISSUERS: `value`, or everything that is wrong with it. */
export function readTrustedIssuers(
  input: string,
): { readonly value: readonly TrustedIssuerSettings[] } | { readonly mistakes: readonly string[] } {
  const issuers = parsed(input);
  if (!isObject(issuers)) {
    return { mistakes: ['must be a JSON object: issuer → { "jwksUrl", "domainClaim", "permissions" }'] };
  }
  const entries = Object.entries(issuers);
  const mistakes = entries.flatMap(([issuer, entry]) => mistakesIn(issuer, entry));
  if (mistakes.length > 0) return { mistakes };
  const value = entries.map(([issuer, entry]) => {
    const { jwksUrl, domainClaim, permissions } = entry as Omit<TrustedIssuerSettings, 'jwksUrl'> & { jwksUrl: string };
    return { issuer, jwksUrl: new URL(jwksUrl), domainClaim, permissions };
  });
  return { value };
}

function mistakesIn(issuer: string, entry: unknown): string[] {
  const at = JSON.stringify(issuer);
  if (!isObject(entry)) return [`${at} must be an object with jwksUrl, domainClaim and permissions`];
  const mistakes = Object.keys(entry)
    .filter((field) => !FIELDS.includes(field))
    .map((field) => `${at} has an unknown field ${JSON.stringify(field)}`);
  if (!NAME.test(issuer)) mistakes.push(`${at} must be an issuer’s name of 1 to 255 printable characters`);
  if (!isKeysUrl(entry.jwksUrl)) {
    mistakes.push(`${at} must have a jwksUrl with https (or http to localhost, 127.0.0.1 or [::1]) and no password`);
  }
  if (typeof entry.domainClaim !== 'string' || entry.domainClaim === '') {
    mistakes.push(`${at} must have a domainClaim, the name of the claim that holds the domain`);
  }
  if (!isPermissions(entry.permissions)) {
    mistakes.push(`${at} must have permissions, a list of one or more of ${PERMISSIONS.join(', ')}`);
  }
  return mistakes;
}

function isKeysUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && SAME_MACHINE.includes(hostname));
  return isSafe && username === '' && password === '';
}

function isPermissions(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => PERMISSIONS.includes(each));
}

function isObject(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}
