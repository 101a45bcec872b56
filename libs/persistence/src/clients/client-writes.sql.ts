import { LIFE_FIELDS, METADATA_FIELDS } from '#clients';
import { nextReminder, secondsUntil } from '../database/reminders.sql.js';
import { CLOCK, endedOf, fieldsOf, moveLog } from '../log/domain-log.sql.js';
import { clientsByKey } from './client-key.sql.js';
import { CLIENT_COLUMNS, CLIENT_JSON, LIFE_COLUMNS, sentField } from './client-row.js';
import { beginSecrets } from './secret-row.js';

/** The largest number of clients that one statement writes. The SQL contains it, because PostgreSQL would expect a hundred. */
export const MAX_WRITES = 16;

type Types = Readonly<Record<string, string>>;

const ENTRY: Types = {
  credential_id: 'uuid',
  credential_name: 'text',
  dialect: 'text',
  request_id: 'text',
  action: 'text',
  changes: 'jsonb',
};
const DECIDED_ON: Types = { decided_version: 'bigint', decided_secrets_version: 'integer' };
const CHANGES: Types = { changes_record: 'boolean', changes_beside: 'boolean' };
const SECRET: Types = { secret: 'json' };
const ENDING: Types = { ends_secrets: 'boolean', ended_secret: 'uuid', overlap_seconds: 'integer' };

const OF_CLIENT = 'client_secrets.domain_id = $1 and client_secrets.client_id = "clientId"';
/**
 * The guard on the secrets' version is needed for removing secrets, too. Without it, a statement that waited for a
 * concurrent rotation would overlook the secret that the rotation added.
 */
const UNCHANGED = `clients.domain_id = $1 and clients.client_id = "clientId"
  and clients.version = decided_version and clients.secrets_version = decided_secrets_version`;

/** The number of written clients; no row if there are none. */
const WRITTEN = 'written as (select count(*) as entries from done having count(*) > 0)';

interface Field {
  readonly field: string;
  readonly column: string;
  readonly type: string;
  /** The value as it was sent. */
  readonly sent: string;
}

/** Columns and what they are set to. */
type Values = readonly Pick<Field, 'column' | 'sent'>[];

const RECORD: readonly Field[] = METADATA_FIELDS.map((field) => ({
  ...CLIENT_COLUMNS[field],
  field,
  sent: sentField(field, 'asked'),
}));
const LIFE: readonly Field[] = LIFE_FIELDS.map((field) => ({
  ...LIFE_COLUMNS[field],
  field,
  sent: `asked."${field}"`,
}));
/** Only writes that change what is kept beside the record contain it. */
const WHOLE = [...RECORD, ...LIFE];

/** The next reminder, for the expiry that was sent. */
const REMINDER = { column: 'next_reminder_days', sent: 'asked.reminder_days' };
/** Reminders begin anew when the expiry changes. */
const RENEWED_REMINDER = {
  column: 'next_reminder_days',
  sent: `case when clients.expires_at is not distinct from asked."expiresAt" then clients.next_reminder_days else ${REMINDER.sent} end`,
};

const insert = (values: Values) =>
  `insert into clients (domain_id, client_id, version, created_at, updated_at, ${values.map(({ column }) => column).join(', ')})
  select $1, "clientId", ${CLOCK}, now(), now(), ${values.map(({ sent }) => sent).join(', ')} from asked on conflict do nothing`;
const change = (values: Values) => `update clients
    set version = clients.version + changes_record::integer,
        updated_at = coalesce(changed_at, clients.updated_at),
        secrets_version = clients.secrets_version + changes_beside::integer,
        ${values.map(({ column, sent }) => `${column} = ${sent}`).join(', ')}
   from asked where ${UNCHANGED}`;
const REMOVE = `delete from clients using asked where ${UNCHANGED}`;

const BEGIN = `begun as (${beginSecrets('done', '"clientId"')} returning client_id, expires_at)`;
/** Every change of the secrets also removes expired ones. */
const END = `ended as (delete from client_secrets using done
  where ${OF_CLIENT} and (ends_secrets or expires_at <= now() or id = ended_secret))`;
const END_LATER = `ending as (
  update client_secrets set expires_at = least(expires_at, overlap_ends_at),
         next_reminder_days = case when expires_at <= overlap_ends_at then next_reminder_days else ${nextReminder('overlap_seconds')} end
    from done where ${OF_CLIENT} and overlap_seconds > 0 and (expires_at is null or expires_at > now()))`;
const END_ALL = `ended as (delete from client_secrets using done where ${OF_CLIENT})`;
const FORGET = `forgotten as (delete from client_sightings seen using done
  where seen.domain_id = $1 and seen.client_id = "clientId")`;

const CHANGED = { ...DECIDED_ON, ...CHANGES };
/** Computed before the write: a row's new value must not depend on both the clock and the row (decision 50). */
const CHANGED_AT = 'case when changes_record then now() end as changed_at';
const REMINDER_DAYS = `${nextReminder(secondsUntil('"expiresAt"'))} as reminder_days`;
const OVERLAP_ENDS_AT = 'now() + make_interval(secs => overlap_seconds) as overlap_ends_at';
const TAKEN = `select json_agg(${CLIENT_JSON})::text from ${clientsByKey('(select "clientId" from asked) asked', { domain: '$1', client: '"clientId"' })}`;

/**
 * The writes. Each statement writes clients of one domain (`$1`), at most MAX_WRITES and none twice, each with its
 * secrets and its audit entry. It takes a JSON list (`$2`): each client's metadata (`addMetadata`) and the other facts
 * about it. It returns `written`: for each client that was written, and no other, its id and the values that the database
 * has set, also those of its new secret. It skips records that differ from those that the write was decided on.
 */
export const WRITES = {
  /** Skips ids that are taken, and returns their present clients as `taken`; `ended` = the domain has been deleted. */
  insert: statement(creation(RECORD)),
  insertWithSecret: statement({ ...creation(RECORD), more: SECRET, besides: [BEGIN] }),
  insertWithLife: statement({
    ...creation(WHOLE, [REMINDER]),
    more: SECRET,
    times: [REMINDER_DAYS],
    besides: [BEGIN],
  }),
  change: statement({ fields: RECORD, more: CHANGED, times: [CHANGED_AT], write: change(RECORD) }),
  changeWithSecrets: statement(changeWithSecrets(RECORD)),
  changeWithLife: statement(changeWithSecrets(WHOLE, [RENEWED_REMINDER], [REMINDER_DAYS])),
  remove: statement({ more: DECIDED_ON, write: REMOVE, clients: '-entries', besides: [END_ALL, FORGET] }),
};

interface Parts {
  /** The fields of a client that the statement reads, besides the id. */
  readonly fields?: readonly Field[];
  /** Fields that the statement reads, besides the audit entry. */
  readonly more?: Types;
  /** Times that are computed from those fields. */
  readonly times?: readonly string[];
  readonly write: string;
  /** By how much the number of the domain's clients changes. */
  readonly clients?: string;
  /** Further changes for the clients in `done`, which contains the entries that were written. */
  readonly besides?: readonly string[];
  readonly taken?: string;
}

function creation(fields: readonly Field[], more: Values = []): Parts {
  return { fields, write: insert([...fields, ...more]), clients: 'entries', taken: TAKEN };
}

function changeWithSecrets(fields: readonly Field[], more: Values = [], times: readonly string[] = []): Parts {
  return {
    fields,
    more: { ...CHANGED, ...ENDING, ...SECRET },
    times: [CHANGED_AT, OVERLAP_ENDS_AT, ...times],
    write: change([...fields, ...more]),
    besides: [END, END_LATER, BEGIN],
  };
}

function statement({ fields = [], more = {}, times = [], write, clients, besides = [], taken }: Parts): string {
  const entry = Object.keys(ENTRY).join(', ');
  const sent = Object.fromEntries(fields.map(({ field, type }) => [`"${field}"`, type]));
  const parts = [
    `asked as (
      select ${['*', `${fieldsOf('changes')} as fields`, ...times].join(', ')} from json_to_recordset($2)
          as (${listed({ '"clientId"': 'text collate "C"', ...sent, ...ENTRY, ...more })})
       limit ${MAX_WRITES})`,
    `stored as (${write} returning clients.client_id, clients.version, clients.secrets_version, clients.created_at, clients.updated_at)`,
    'done as (select asked.* from stored join asked on client_id = "clientId")',
    ...besides,
    WRITTEN,
    `log as (${moveLog({ domainId: '$1', entries: 'entries', clients, from: 'written' })})`,
    `entry as (insert into audit_entries (domain_id, position, client_id, ${entry}, fields)
      select $1, log.position + 1 - row_number() over (), "clientId", ${entry}, fields
        from done, log returning client_id, position)`,
  ];
  const [secretEnd, begun] = besides.includes(BEGIN)
    ? [', begun.expires_at', ' left join begun using (client_id)']
    : ['', ''];
  return `with ${parts.join(',\n')}
    select json_agg(json_build_array(client_id, version::text, secrets_version, created_at, updated_at, now()::timestamptz(3), position::text${secretEnd}))::text as written${taken ? `, (${taken}) as taken, ${endedOf('array[$1]')} as ended` : ''}
      from stored join entry using (client_id)${begun}`;
}

function listed(types: Types): string {
  return Object.entries(types)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
}
