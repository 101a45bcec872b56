import { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import pg from 'pg';
import { StartError } from './start-error.js';
import { type ConnectionOptions, StoreConnection } from './store-connection.js';
import { driverErrorOf, StoreUnavailable, storeError } from './store-error.js';

const MAX_PORT = 65_535;

/** Runs `work` on a database at a start. If the database refuses, the error says why in one sentence. */
export async function inDatabase<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error, url);
  }
}

/** The error to throw at a start: a StartError if a database is the reason, else the error itself. `what` was tried. */
export function refusalOf(error: unknown, url: string, what?: string): unknown {
  const reason = firstOf(driverErrorOf(error));
  // An error about a file has the same codes as one about the network.
  const isOfFile = (reason as { path?: string }).path !== undefined && !(error instanceof StoreUnavailable);
  const isOfDatabase =
    reason instanceof pg.DatabaseError || (!isOfFile && storeError(error) instanceof StoreUnavailable);
  if (error instanceof StartError || !isOfDatabase) return error;
  const isIn = reason instanceof pg.DatabaseError && reason.severity !== 'FATAL';
  const tried = what === undefined ? '' : `${what}: `;
  return new StartError(
    `The database at ${placeOf(url)} cannot be ${isIn ? 'used' : 'reached'}: ${tried}${told(reason, url)}.`,
  );
}

/** Why a database is away, in the words of the one that reported it. */
export function reasonOf(error: unknown): string {
  const reason = firstOf(driverErrorOf(error));
  return reason instanceof Error ? reason.message : String(reason);
}

/** The first of several errors: there may be one for each address of a host. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}

/** The words of the refusal, and the remedy if they do not name it. */
function told(reason: unknown, url: string): string {
  const { code = '', message = String(reason) } = reason as { code?: string; message?: string };
  const [fits, remedy] = REMEDIES.find(([pattern]) => pattern.test(`${code} ${message}`)) ?? [];
  if (!fits) return message;
  const { user = '' } = new StoreConnection(url);
  return `${message}; ${remedy!(quoted(user), fits.exec(`${code} ${message}`)!)}`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : pg.escapeIdentifier(name);
}

/** Remedies by SQLSTATE or Node's code, and by words. `user` is the role that was refused. */
const REMEDIES: readonly [RegExp, (user: string, found: RegExpExecArray) => string][] = [
  [
    /^42501 permission denied for schema (.+)$/,
    (user, [, schema]) =>
      `let its owner GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${user}, or make ${user} the owner of the database`,
  ],
  [/^42501/, (user) => `what is in it has to belong to ${user}: a superuser can ALTER TABLE … OWNER TO ${user}`],
  [
    /^25006/,
    () => 'default_transaction_read_only is on: set it off for the database, the role and DATABASE_URL, or use another',
  ],
  [/^(42P07|42710)/, () => 'that is somebody else’s: give Clientele a database, or a schema (search_path), of its own'],
  [/^42P01/, () => 'what its migrations made is not all there: restore the whole of a dump'],
  [/^53300/, () => 'let more in, or lower DATABASE_POOL_SIZE (docs/operations.md, Sizes)'],
  [
    /unsupported startup parameter/,
    () => 'leave options out of DATABASE_URL and PGOPTIONS, or name it in the pooler’s ignore_startup_parameters',
  ],
  [
    /statement pooling mode/,
    () => 'let the pooler keep a session for a whole transaction: PgBouncer’s pool_mode=transaction, or session',
  ],
  [
    /Query read timeout/,
    () =>
      'a pooler before it may have no session left: let it have more (docs/operations.md, Behind a pooler), or lower DATABASE_POOL_SIZE',
  ],
  [/client password must be/, () => 'it asks for a password, and DATABASE_URL has none'],
  [/^28000 .*no encryption/, () => 'it may want TLS: add sslmode=verify-full to DATABASE_URL'],
  [/does not support SSL/, () => 'leave sslmode out of DATABASE_URL, and PGSSLMODE unset, or turn on its TLS'],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT)/,
    () => 'name the file with the certificate of its authority as sslrootcert in DATABASE_URL',
  ],
  [/^ERR_TLS_CERT_ALTNAME_INVALID/, () => 'let DATABASE_URL name the host as the certificate does'],
  [/Connection terminated unexpectedly/, () => 'what answers there may be no PostgreSQL'],
];

/** The unopened connection that pg makes of a URL. Throws StartError if the URL, or a file in it, cannot be read. */
export function connectionTo(
  options: ConnectionOptions & { connectionString: string },
  setting: string,
): StoreConnection {
  const unusable = (why: string) => new StartError(`${setting} cannot be used: ${why}.`);
  let client: StoreConnection;
  try {
    client = new StoreConnection(options);
  } catch (error) {
    throw unusable((error as Error).message);
  }
  if (!(client.port >= 1 && client.port <= MAX_PORT)) throw unusable('it, or PGPORT, has a port that is no number');
  const { ca } = client.ssl as unknown as { ca?: string };
  if (ca !== undefined && !isCertificate(ca))
    throw unusable('the file that sslrootcert names holds no certificate (PEM)');
  return client;
}

/** Node would accept any text as a certificate, and then trust nobody. */
function isCertificate(text: string): boolean {
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The place that pg reads in the URL, where the host may be a socket's folder. If pg cannot read the URL: as it is
 * written.
 */
export function placeOf(url: string): string {
  try {
    const { host, port, database } = new StoreConnection(url);
    return `${isIPv6(host) ? `[${host}]` : host}:${port}/${database}`;
  } catch {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  }
}
