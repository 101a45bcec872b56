/** pg's modes. It treats prefer, require and verify-ca as verify-full, with a long warning (docs/operations.md). */
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const FORM =
  'must be a URL with one host, such as postgres://user:password@host:5432/database, in whose password # is written as %23, / as %2F, ? as %3F and % as %25';

/**
 * The URL of a database, in a form that pg, TypeORM and `new URL` read alike, or what is wrong with it. The mistake never
 * repeats the URL, which may hold a secret.
 */
export function readDatabaseUrl(input: string): { readonly url: string } | { readonly mistake: string } {
  const given = input.trim();
  if (/^["'].*["']$/s.test(given)) return { mistake: 'must be given without the quotes around it' };
  const url = parsed(given);
  if (!url) return { mistake: FORM };
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    return { mistake: `has an sslmode that is none of ${SSL_MODES.join(', ')}` };
  const isLikeLibpq = url.searchParams.get('uselibpqcompat') === 'true';
  if (mode !== null && !isLikeLibpq && /^(prefer|require|verify-ca)$/.test(mode))
    url.searchParams.set('sslmode', 'verify-full');
  return { url: url.href };
}

/** The password in a URL, or ''. pg takes it from either of two places. */
export function passwordIn(databaseUrl: string): string {
  const { password, searchParams } = new URL(databaseUrl);
  return searchParams.get('password') ?? decodeURIComponent(password);
}

function parsed(text: string): URL | undefined {
  if (!/^postgres(ql)?:\/\//.test(text)) return undefined;
  // With a socket's folder in `host=`, the URL may have no host, but `new URL` needs one: adds one, which pg ignores.
  const whole = /[?&]host=/.test(text) ? text.replace(/^(\w+:\/\/[^/?#]*@)\//, '$1localhost/') : text;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const { host, username, password, pathname, hash, searchParams } = url;
  // If a password has an unescaped # / or ?, part of it is taken for a port and the rest ends up here.
  const isBroken = hash !== '' || pathname.includes('@') || [...searchParams.keys()].some((name) => name.includes('@'));
  const hasHosts = [host, searchParams.get('host') ?? ''].some((each) => each.includes(','));
  const canBeRead = !isBroken && !hasHosts && [username, password, pathname].every(canBeDecoded);
  return canBeRead ? url : undefined;
}

function canBeDecoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
