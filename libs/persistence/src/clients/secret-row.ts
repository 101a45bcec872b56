// A secret of a client as a row, written in the same way as client-row.ts.
import { ClientSecret } from '#clients';
import { type Columns, jsonOf, type Writable } from '../database/columns.js';
import { nextReminder, secondsUntil } from '../database/reminders.sql.js';

/** In the order that `secretOf` reads. */
export const SECRET_COLUMNS: Columns<Exclude<keyof ClientSecret, 'nextReminderDays'>> = {
  domainId: { column: 'domain_id', type: 'bigint' },
  clientId: { column: 'client_id', type: 'text' },
  id: { column: 'id', type: 'uuid' },
  name: { column: 'name', type: 'text', isNullable: true },
  algorithm: { column: 'algorithm', type: 'text' },
  salt: { column: 'salt', type: 'bytea', isNullable: true },
  hash: { column: 'hash', type: 'bytea' },
  hint: { column: 'hint', type: 'text' },
  createdAt: { column: 'created_at', type: 'timestamptz' },
  expiresAt: { column: 'expires_at', type: 'timestamptz', isNullable: true },
  lastUsedOn: { column: 'last_used_on', type: 'date', isNullable: true },
};

/** An SQL expression for a row that `secretOf` reads. */
export const SECRET_JSON = jsonOf(SECRET_COLUMNS);

export type SecretRow = readonly [
  domainId: string,
  clientId: string,
  id: string,
  name: string | null,
  algorithm: string,
  salt: string | null,
  hash: string,
  hint: string,
  createdAt: string,
  expiresAt: string | null,
  lastUsedOn: string | null,
];

export function secretOf(row: SecretRow): ClientSecret {
  const secret: Writable<ClientSecret> = new ClientSecret();
  secret.domainId = row[0];
  secret.clientId = row[1];
  secret.id = row[2];
  secret.name = row[3];
  secret.algorithm = row[4];
  secret.salt = row[5] === null ? null : Buffer.from(row[5], 'hex');
  secret.hash = Buffer.from(row[6], 'hex');
  secret.hint = row[7];
  secret.createdAt = new Date(row[8]);
  secret.expiresAt = row[9] === null ? null : new Date(row[9]);
  secret.lastUsedOn = row[10];
  return secret;
}

/** The fields of a new secret that are written as they are given. */
const BEGUN = ['id', 'name', 'algorithm', 'salt', 'hash', 'hint'] as const;

/** The expiry of a new secret: the given one, or an earlier one if the rule of its domain demands it (decision 64). */
const ENDS_AT = 'least(s.expires_at, now() + make_interval(days => domain.max_secret_age_days))';

/**
 * Inserts the secrets of the rows of `source`, whose column `secret` contains them as JSON by column name. `$1` is the
 * domain; `clientId` is the column with the client's id. Every new secret is inserted by this statement.
 */
export function beginSecrets(source: string, clientId: string): string {
  const columns = BEGUN.map((field) => SECRET_COLUMNS[field].column);
  return `insert into client_secrets (domain_id, client_id, ${columns.join(', ')}, expires_at, next_reminder_days)
    select $1, ${clientId}, ${columns.map((column) => `s.${column}`).join(', ')}, ${ENDS_AT}, ${nextReminder(secondsUntil(ENDS_AT))}
      from ${source} left join domains domain on domain.id = $1, json_populate_record(null::client_secrets, secret) s
     where secret is not null`;
}
