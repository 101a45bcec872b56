// The redirect rules alone. Sources: spec/v1-dialect.md, rule R (seed 2: "Must be URIs in the HTTPS
// schema or localhost"), and the head of spec/accounts-dialect.md, item 3.

import type { RuleOptions } from './metadata-rule.js';

/** Why a URI was refused: `malformed` = not a URI in canonical form; `forbidden` = a URI that may not be used. */
export interface UriViolation {
  readonly kind: 'malformed' | 'forbidden';
  readonly message: string;
}

export const MAX_URI_LENGTH = 2048;

/** RFC 8252 §7.3 names the two IP literals, the seed names localhost. */
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);
/** RFC 3986 §2: the printable ASCII that never stands raw in a URI, and `*`, which reads as a wildcard. */
const EXCLUDED_CHARACTERS = /[\\"<>^`{|}*]/;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;
/** RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it contains a dot. */
const PRIVATE_USE_SCHEME = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/;
/** `app.example.com:8443/cb`: a host and a port (decision 33). RFC 8252 §7.1 has a slash after a private-use scheme. */
const PORT_FOR_A_PATH = /^\d+([/?]|$)/;
/** RFC 1123 §2.1: letters, digits, hyphen inside. */
const HOST_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/** RFC 3986 §3.3, plain or percent-encoded. */
const DOT_SEGMENT = /^(\.|%2e){1,2}$/i;

const BARE_ORIGIN = 'must be a bare origin such as https://example.com, without a path or a trailing slash';

const malformed = (message: string): UriViolation => ({ kind: 'malformed', message });
const forbidden = (message: string): UriViolation => ({ kind: 'forbidden', message });

/** Why both dialects refuse a redirect URI; undefined = it may be used. */
export function redirectUriViolation(uri: string, options: RuleOptions): UriViolation | undefined {
  return uriViolation(uri, options, 'must be an absolute URI such as https://example.com/callback');
}

/** `wanted`: the message for text that is no URI; `canonicalOf`: the spelling to ask for. */
function uriViolation(
  uri: string,
  options: RuleOptions,
  wanted: string,
  canonicalOf = (url: URL): string => url.href,
): UriViolation | undefined {
  if (uri.length === 0) return malformed('must not be empty');
  if (uri.length > MAX_URI_LENGTH) return malformed(`must be at most ${MAX_URI_LENGTH} characters`);
  if (!PRINTABLE_ASCII.test(uri)) {
    return malformed('must be printable ASCII without spaces (write an international host name as punycode)');
  }
  if (EXCLUDED_CHARACTERS.test(uri)) return malformed('must not contain any of \\ " < > ^ ` { | } *');
  const url = urlOf(uri);
  if (!url) return malformed(wanted);
  // RFC 6749 §3.1.2: "The endpoint URI MUST NOT include a fragment component."
  if (uri.includes('#')) return forbidden('must not have a fragment (#)');
  return (
    schemeViolation(uri, url, options) ?? authorityViolation(url) ?? canonicalViolation(uri, url, canonicalOf(url))
  );
}

function urlOf(uri: string): URL | undefined {
  try {
    return new URL(uri);
  } catch {
    return undefined;
  }
}

function schemeViolation(uri: string, url: URL, { allowPlainHttp }: RuleOptions): UriViolation | undefined {
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:') {
    if (allowPlainHttp || LOOPBACK_HOSTS.has(url.hostname)) return undefined;
    return forbidden('must use https (http is for localhost, 127.0.0.1 and [::1] only)');
  }
  if (PRIVATE_USE_SCHEME.test(url.protocol)) {
    if (!PORT_FOR_A_PATH.test(uri.slice(url.protocol.length))) return undefined;
    return forbidden(`must begin with a scheme, such as https://${url.href}`);
  }
  return forbidden('must use https, http on localhost, or a private-use scheme with a dot in it (RFC 8252 §7.1)');
}

function authorityViolation(url: URL): UriViolation | undefined {
  if (url.username !== '' || url.password !== '') return forbidden('must not carry user information (@)');
  if (!isOfTheWeb(url) || LOOPBACK_HOSTS.has(url.hostname)) return undefined;
  if (url.hostname.startsWith('[')) return forbidden('must not name an IPv6 address other than [::1]');
  if (url.hostname === '0.0.0.0') return forbidden('must not name the unspecified address');
  if (!url.hostname.split('.').every((label) => HOST_LABEL.test(label))) {
    return forbidden('must have a host of letters, digits and hyphens, without empty labels or a trailing dot');
  }
  return undefined;
}

/**
 * URIs are stored and compared byte for byte (RFC 9700 §2.1), so each has one spelling: default ports, upper-case hosts
 * and `..` are refused.
 */
function canonicalViolation(uri: string, url: URL, canonical: string): UriViolation | undefined {
  if (url.href !== uri && url.href !== `${uri}/`) return forbidden(`must be in canonical form: ${canonical}`);
  // The WHATWG parser keeps these segments in a path without a leading slash, and writes `/.//` itself. RFC 3986 §5.2.4
  // resolves both.
  const path = uri.slice(url.protocol.length).split('?')[0]!;
  if (path.split('/').some((segment) => DOT_SEGMENT.test(segment))) return forbidden('must not have a . or .. segment');
  return undefined;
}

/** The host of a URI that leads to the machine on which it is opened; undefined for other URIs. */
export function loopbackHostOf(uri: string): string | undefined {
  const url = urlOf(uri);
  return url && isOfTheWeb(url) && LOOPBACK_HOSTS.has(url.hostname) ? url.hostname : undefined;
}

function isOfTheWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

/** Why a bare origin, `scheme://host[:port]`, is refused; scheme and host follow the same rules. */
export function originViolation(origin: string, options: RuleOptions): UriViolation | undefined {
  // A canonical URI has a slash after the host, with which it is no origin.
  const violation = uriViolation(origin, options, BARE_ORIGIN, (url) => (isOfTheWeb(url) ? url.origin : url.href));
  if (violation) return violation;
  return new URL(origin).origin === origin ? undefined : forbidden(BARE_ORIGIN);
}
