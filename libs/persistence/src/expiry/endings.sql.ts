import { ENDING_KINDS, type EndingKind, type EndingPosition, type EndingQuery, type Rights } from '#expiry';
import { isOnly } from '../database/is-only.sql.js';
import { type Prepared, Statement } from '../database/statement.js';

/** A row that the statements return. */
export interface EndingRow {
  readonly id: string;
  readonly domainId: string | null;
  readonly domainName: string | null;
  readonly subscription: string | null;
  readonly clientId: string | null;
  readonly name: string | null;
  readonly hint: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Where the rows of a kind are. */
interface Source {
  readonly table: string;
  readonly columns: string;
  /** The column that orders rows of a domain with the same expiry, and its type. */
  readonly id: string;
  readonly type: string;
  /** What sorts before and after every id. */
  readonly bounds: readonly [string, string];
  /** Whether ids are unique only within their domain. */
  readonly isIdOfDomain: boolean;
}

const UUIDS = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;
const DOMAINS = ['0', '9223372036854775807'] as const;

const SECRETS: Source = {
  table: 'client_secrets',
  columns: 'domain_id, client_id, id, name, hint, created_at, expires_at',
  id: 'id',
  type: 'uuid',
  bounds: UUIDS,
  isIdOfDomain: false,
};
const CLIENTS: Source = {
  table: 'clients',
  columns: `domain_id, client_id, client_id as id, null::text as name, '' as hint, created_at, expires_at`,
  id: 'client_id',
  type: 'text',
  // A tilde sorts after every character of an id.
  bounds: ['', '~'],
  isIdOfDomain: true,
};

/** True for all rows of an index, and its first column, so that only this index fits (decision 64). */
const [HAS_END, IS_IN_FORCE] = ['(expires_at is not null)', '(revoked_at is null)'];

export const endingSecrets = (query: EndingQuery) => endingInDomains('secret', SECRETS, query);
export const endingClients = (query: EndingQuery) => endingInDomains('client', CLIENTS, query);

/**
 * What expires soonest, in one domain or in several. For one domain an index has this order. For a subscription, the
 * statement merges at most a page from each of its domains, so the cost does not depend on other subscriptions (decision
 * 47); it looks up each domain by its log, because both are on the same server (decision 50). For the operator an index of
 * everything has this order.
 */
function endingInDomains(kind: EndingKind, source: Source, query: EndingQuery): Prepared {
  const { table, columns, id, type, bounds, isIdOfDomain } = source;
  const { subscription, domainId, limit } = query;
  const statement = new Statement();
  const start = startOf(kind, query.after, bounds);
  const [since, until] = spanOf(query, statement);
  const startId = statement.parameter(start.id, type);
  const startDomain = () => statement.parameter(start.domainId, 'bigint');
  // A literal, because PostgreSQL would plan an unknown limit anew each time.
  const most = `limit ${Math.trunc(limit)}`;
  const order = isIdOfDomain ? ['expires_at', 'domain_id', id] : ['expires_at', id];

  const inDomain = (domain: string) => {
    const [first, last] = bounds;
    const startDomainId = isIdOfDomain ? startDomain() : undefined;
    const after =
      startDomainId === undefined
        ? startId
        : `case when ${domain} > ${startDomainId} then '${first}' when ${domain} = ${startDomainId} then ${startId} else '${last}' end`;
    return `select ${columns} from ${table}
       where ${HAS_END} and ${isOnly(HAS_END, 'true')} and domain_id = ${domain}
         and (expires_at, ${id}) > (${since}, ${after}) and expires_at <= ${until}
       order by ${HAS_END}, domain_id, expires_at, ${id} ${most}`;
  };
  const everywhere = () => {
    const after = isIdOfDomain ? `${startDomain()}, ${startId}` : startId;
    return `select ${columns} from ${table}
       where (${order.join(', ')}) > (${since}, ${after}) and expires_at <= ${until}
         and exists (select from domains where id = ${table}.domain_id and deleted_at is null)
       order by ${order.join(', ')} ${most}`;
  };
  const ofSubscription = (
    owner: string,
  ) => `select page.* from domain_logs log, lateral (${inDomain('log.domain_id')}) page
     where page.domain_id = log.domain_id
       and exists (select from domains where id = log.domain_id and deleted_at is null and subscription = ${owner})`;

  const found =
    domainId !== undefined
      ? inDomain(statement.parameter(domainId, 'bigint'))
      : subscription === null
        ? everywhere()
        : ofSubscription(statement.parameter(subscription, 'text'));
  const sql = `select found.id::text as id, found.domain_id::text as "domainId", domains.name as "domainName",
           domains.subscription, found.client_id as "clientId", found.name, found.hint,
           found.created_at as "createdAt", found.expires_at as "expiresAt"
      from (${found}) found join domains on domains.id = found.domain_id and domains.deleted_at is null
     order by ${order.map((column) => `found.${column === id ? 'id' : column}`).join(', ')} ${most}`;
  return { sql, values: statement.values };
}

/** The credentials that expire soonest, of those within these rights (`Credential.isWithin`). Leaves out revoked ones. */
export function endingCredentials(by: Rights, query: EndingQuery): Prepared {
  const statement = new Statement();
  const [since, until] = spanOf(query, statement);
  const startId = statement.parameter(startOf('credential', query.after, UUIDS).id, 'uuid');
  const conditions = [IS_IN_FORCE];
  let order = 'expires_at, credentials.id';
  if (by.subscription === null) {
    conditions.push(`(${order}) > (${since}, ${startId})`, `expires_at <= ${until}`);
  } else {
    const owner = statement.parameter(by.subscription, 'text');
    order = `${IS_IN_FORCE}, credentials.subscription, ${order}`;
    conditions.push(
      `${isOnly(IS_IN_FORCE, 'true')} and credentials.subscription = ${owner}`,
      `(expires_at, credentials.id) > (${since}, ${startId}) and expires_at <= ${until}`,
      `permissions <@ ${statement.parameter(by.permissions, 'text[]')}`,
    );
  }
  const domainId = query.domainId ?? by.domainId ?? undefined;
  if (domainId !== undefined) conditions.push(`domain_id = ${statement.parameter(domainId, 'bigint')}`);
  const sql = `select credentials.id::text as id, domain_id::text as "domainId", domains.name as "domainName",
           credentials.subscription, null::text as "clientId", credentials.name, key_hint as hint,
           credentials.created_at as "createdAt", expires_at as "expiresAt"
      from credentials left join domains on domains.id = domain_id
     where ${conditions.join(' and ')} order by ${order} limit ${Math.trunc(query.limit)}`;
  return { sql, values: statement.values };
}

/** The first and the last expiry that are wanted, as expressions. */
function spanOf({ after, withinHours }: EndingQuery, statement: Statement): [since: string, until: string] {
  const since = after ? `greatest(now(), ${statement.parameter(after.expiresAt, 'timestamptz')})` : 'now()';
  // A literal: for an unknown time, PostgreSQL would expect few rows, and read those of other tenants, too.
  return [since, `now() + interval '${Math.trunc(withinHours)} hours'`];
}

/** After which row of a kind a page begins. Rows with the same expiry are ordered by their kinds. */
function startOf(
  kind: EndingKind,
  after: EndingPosition | undefined,
  [first, last]: readonly [string, string],
): { readonly domainId: string; readonly id: string } {
  const place = ENDING_KINDS.indexOf(kind) - (after ? ENDING_KINDS.indexOf(after.kind) : -1);
  if (after && place === 0) return { domainId: after.domainId ?? DOMAINS[0], id: after.id };
  return place > 0 ? { domainId: DOMAINS[0], id: first } : { domainId: DOMAINS[1], id: last };
}

/** An audit entry has the time of what it is about, and a position that is at most this much later. */
const WRITTEN_TOGETHER = `interval '5 minutes'`;
const microseconds = (time: string) => `(extract(epoch from ${time}) * 1000000)::bigint`;
const together = (column: string, value: string) => `
  (entry.${column}, entry.position) > (${value}, ${microseconds(`asked.at - interval '1 second'`)})
     and (entry.${column}, entry.position) < (${value}, ${microseconds(`asked.at + ${WRITTEN_TOGETHER}`)})
     and entry.at = asked.at`;
/**
 * The maker in the first entry about each thing in `from`; `thing`: the columns that identify it. `random()`, a new value
 * for each row, keeps PostgreSQL from planning the look-ups by key as a join (client-key.sql.ts). The first entry is chosen
 * after the look-ups, because Citus refuses a limit in them.
 */
function makers(thing: Readonly<Record<string, string>>, from: string, condition: string): string {
  const names = Object.keys(thing).map((name) => `"${name}"`);
  const columns = Object.entries(thing).map(([name, column]) => `${column} as "${name}"`);
  return `
    select distinct on (${names.join(', ')}) ${columns.join(', ')},
           maker.credential_id::text as "makerId", maker.credential_name as "makerName"
      from ${from}, lateral (
        select credential_id, credential_name, position, random() from audit_entries entry
         where ${condition}) maker
     order by ${names.join(', ')}, maker.position`;
}

export interface MakerRow {
  readonly makerId: string | null;
  readonly makerName: string;
}

export type ClientFactsRow = MakerRow & Pick<EndingRow, 'domainId' | 'clientId' | 'createdAt'>;

/** Who made clients or their secrets. `$1`, `$2`, `$3`: their domains, their clients, when they were made. */
export const MAKERS_OF_CLIENTS_THINGS = makers(
  { domainId: 'asked.domain::text', clientId: 'asked.client', createdAt: 'asked.at' },
  'unnest($1::bigint[], $2::text[], $3::timestamptz[]) asked (domain, client, at)',
  `entry.domain_id = asked.domain and ${together('client_id', 'asked.client')}
     and (action = 'client.created' or changes ? 'clientSecret')`,
);

export interface NameRow {
  readonly domainId: string;
  readonly clientId: string;
  readonly clientName: string | null;
}

/** The names of clients. `$1`, `$2`: their domains and ids. */
export const CLIENT_NAMES = `
  select domain_id::text as "domainId", client_id as "clientId", client_name as "clientName"
    from unnest($1::bigint[], $2::text[]) asked (domain, client), lateral (
      select domain_id, client_id, client_name, random() from clients
       where domain_id = asked.domain and client_id = asked.client collate "C") clients`;

export type CredentialMakerRow = MakerRow & { readonly id: string };

const CREATES_IT = `entry.action = 'credential.created' and changes #>> '{id,after}' = asked.id`;

/** Who made credentials that are bound to a domain. `$1`, `$2`, `$3`: their domains, their ids, when they were made. */
export const MAKERS_IN_DOMAINS = makers(
  { id: 'asked.id' },
  'unnest($1::bigint[], $2::text[], $3::timestamptz[]) asked (domain, id, at)',
  `entry.domain_id = asked.domain and entry.client_id is null
     and entry.position > ${microseconds(`asked.at - interval '1 second'`)}
     and entry.position < ${microseconds(`asked.at + ${WRITTEN_TOGETHER}`)} and entry.at = asked.at and ${CREATES_IT}`,
);

/** Who made credentials that are bound to no domain. `$1`, `$2`, `$3`: their subscriptions, their ids, when they were made. */
export const MAKERS_IN_SUBSCRIPTIONS = makers(
  { id: 'asked.id' },
  'unnest($1::text[], $2::text[], $3::timestamptz[]) asked (subscription, id, at)',
  `entry.domain_id = 0 and ${together('subscription', 'asked.subscription')} and ${CREATES_IT}`,
);
