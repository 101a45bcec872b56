import { REMINDER_DAYS } from '#expiry';
import { isOnly } from '../database/is-only.sql.js';
import { NO_DOMAIN } from '../log/append-entries.js';

/** What has reminders, and the columns that a reminder contains. */
interface Kind {
  readonly action: string;
  readonly table: string;
  readonly columns: string;
  /** The domain in whose log the reminder is written. */
  readonly logId: string;
  /** The condition of the index of reminders, and which rows have no more reminders. */
  readonly condition: string;
  /** Whether a row of the table is the one in `asked`. */
  readonly isAsked: string;
}

const IS_LIVING = 'exists (select from domains where id = domain_id and deleted_at is null)';

const KINDS: readonly Kind[] = [
  {
    action: 'secret.expiring',
    table: 'client_secrets',
    columns: 'client_id as "clientId", id::text as id, name, null::text as subscription',
    logId: 'domain_id',
    condition: `expires_at is not null and ${IS_LIVING}`,
    isAsked: 'thing.domain_id = $1 and thing.client_id = asked."clientId" and thing.id = asked.id::uuid',
  },
  {
    action: 'client.expiring',
    table: 'clients',
    columns: 'client_id as "clientId", null::text as id, null::text as name, null::text as subscription',
    logId: 'domain_id',
    condition: `expires_at is not null and ${IS_LIVING}`,
    isAsked: 'thing.domain_id = $1 and thing.client_id = asked."clientId"',
  },
  {
    action: 'credential.expiring',
    table: 'credentials',
    columns: 'null::text as "clientId", id::text as id, name, subscription',
    logId: `coalesce(domain_id, ${NO_DOMAIN})`,
    // Credentials of a deleted domain are revoked.
    condition: 'revoked_at is null',
    isAsked: `coalesce(thing.domain_id, ${NO_DOMAIN}) = $1 and thing.id = asked.id::uuid`,
  },
];

/** Something whose reminder is due. */
export interface Due {
  readonly action: string;
  readonly logId: string;
  readonly clientId: string | null;
  readonly id: string | null;
  readonly name: string | null;
  readonly subscription: string | null;
  readonly expiresAt: Date;
  /** The stored next reminder, in days before the expiry. */
  readonly awaitedDays: number;
  /** The last reminder that is due. */
  readonly days: number;
}

const isWithin = (days: number) => `expires_at <= now() + interval '${days} days'`;
const DAYS = `case ${REMINDER_DAYS.toReversed()
  .map((days) => `when ${isWithin(days)} then ${days}`)
  .join(' ')} end`;

/** Citus sends a `case asked.days when …` in an update to its nodes as something that they cannot read. */
const NEXT = REMINDER_DAYS.map((days, at) => `when asked.days = ${days} then ${REMINDER_DAYS[at + 1] ?? 0}`).join(' ');

/**
 * At most `limit` rows of all kinds. Reads only what is due: an index has the rows that wait for the same reminder in the
 * order of their expiry.
 */
export function dueOf(limit: number): string {
  const parts = KINDS.flatMap(({ action, table, columns, logId, condition }) =>
    REMINDER_DAYS.map(
      (days) => `(select '${action}' as action, (${logId})::text as "logId", ${columns}, expires_at as "expiresAt",
             next_reminder_days as "awaitedDays", ${DAYS} as days from ${table}
       where ${isOnly('next_reminder_days', String(days))} and expires_at > now() and ${isWithin(days)} and ${condition}
       order by next_reminder_days, expires_at limit ${limit})`,
    ),
  );
  return `select * from (${parts.join(' union all ')}) due limit ${limit}`;
}

/**
 * For each kind, by its action: stores which reminder comes next. Skips rows that another instance has updated, and rows
 * whose expiry has changed; returns the places of the others in the list. `$1`: the log; `$2`: the list, as JSON.
 */
export const NOTES: ReadonlyMap<string, string> = new Map(
  KINDS.map(({ action, table, isAsked }) => [
    action,
    `with noted as (
        update ${table} thing set next_reminder_days = case ${NEXT} end
          from json_to_recordset($2) as asked
               (place integer, "clientId" text collate "C", id text, "expiresAt" timestamptz, "awaitedDays" integer, days integer)
         where ${isAsked} and thing.next_reminder_days = asked."awaitedDays" and thing.expires_at = asked."expiresAt"
        returning asked.place)
      select place from noted order by place`,
  ]),
);
