import { type DraftAction, LIFE_FIELDS, METADATA_FIELDS } from '#clients';
import { nextReminder, secondsUntil } from '../database/reminders.sql.js';
import { CLOCK, endedOf, fieldsOf, moveLog } from '../log/domain-log.sql.js';
import { clientsByKey } from './client-key.sql.js';
import { CLIENT_COLUMNS, CLIENT_JSON } from './client-row.js';
import { beginSecrets } from './secret-row.js';

/** All statements take the domain as `$1` and the import as `$2`. The two identify the import's lines. */
const OF_IMPORT = 'line.domain_id = $1 and line.import_id = $2';

/** The columns of a line, without its domain and import. */
const COLUMNS = [
  'client_id',
  'line',
  'action',
  'version',
  'secrets_version',
  'record',
  'ends_secrets',
  'secret',
  'changes',
  'entry_action',
  'needs',
].join(', ');

/** $3: the lines, as JSON by column name. */
export const ADD = `
  insert into import_lines (domain_id, import_id, ${COLUMNS})
  select $1, $2, ${COLUMNS} from json_populate_recordset(null::import_lines, $3)`;

/** $3: ids. */
export const LINES = `select client_id, line from import_lines line where ${OF_IMPORT} and client_id = any($3)`;

export const COUNT = `select count(*)::integer as lines from import_lines line where ${OF_IMPORT}`;

export const NOW = `select ${CLOCK}::text as now`;

export const CHANGES = `
  select client_id, action, record, changes from import_lines line
   where ${OF_IMPORT} and action <> 'unchanged' and client_id > $3 order by client_id limit $4`;

/**
 * Whether the draft has a line of a client. Looks it up by key: PostgreSQL would plan a join by its last statistics of
 * the table, which say little about a table that is filled and emptied all the time.
 */
function drafted(clientId: string, condition = 'true'): string {
  return `exists (select from import_lines line where ${OF_IMPORT} and line.client_id = ${clientId} and ${condition} offset 0)`;
}

/** $3: the largest number that is returned. */
export const MISSING = `
  select distinct needed from import_lines line, unnest(needs) needed
   where ${OF_IMPORT} and not ${drafted('needed', `action <> 'removed'`)}
     and (${drafted('needed')} or not exists (select from clients where domain_id = $1 and client_id = needed offset 0))
   order by needed limit $3`;

const SAME = `${OF_IMPORT} and clients.domain_id = $1 and clients.client_id = line.client_id
  and clients.version = line.version and clients.secrets_version = line.secrets_version`;

/** Counts the rows that a statement with RETURNING has written. Not every database returns the right count by itself. */
function counted(sql: string): string {
  return `with done as (${sql}) select count(*)::integer as clients from done`;
}

/** Whether `changes` name one of these fields. */
const namesOf = (fields: readonly string[]) => `changes ?| array[${fields.map((field) => `'${field}'`).join(', ')}]`;

/** A row's new value must not depend on both the clock and the row (decision 50). */
const LINES_WITH_CHANGES = `
  select *, case when changes_record then now() end as changed_at from (
    select *, ${namesOf(METADATA_FIELDS)} as changes_record, ${namesOf(LIFE_FIELDS)} as changes_life from import_lines) line`;

const REMINDER_DAYS = nextReminder(secondsUntil('r.expires_at'));

interface Guarded {
  readonly action: DraftAction;
  readonly sql: string;
}

/** The statements that need the columns of clients and secrets. */
export class DraftStatements {
  /** $3: ids. */
  readonly onRecord: string;
  /**
   * $3: the last one returned; $4: the database's clock at the first call; $5: the largest number that is returned. No
   * version of an existing client is later than that clock; a client that is created later has a later one (decision 4).
   */
  readonly others: string;
  /** Statements that must each write as many clients as the draft has for their action. */
  readonly guarded: readonly Guarded[];
  readonly endSecrets = `
    delete from client_secrets using import_lines line
     where ${OF_IMPORT} and client_secrets.domain_id = $1 and client_secrets.client_id = line.client_id and line.ends_secrets`;
  readonly beginSecrets: string;
  readonly forget = `
    delete from client_sightings seen using import_lines line
     where ${OF_IMPORT} and seen.domain_id = $1 and seen.client_id = line.client_id and line.action = 'removed'`;

  constructor() {
    const columns = [...METADATA_FIELDS, ...LIFE_FIELDS].map((field) => CLIENT_COLUMNS[field].column);
    const row = `${CLIENT_JSON}::text as client`;
    this.onRecord = `select ${row} from ${clientsByKey('unnest($2::text[]) asked (client)', { domain: '$1', client: 'asked.client collate "C"' })}`;
    this.others = `select ${row} from clients
      where domain_id = $1 and client_id > $3 and version <= $4 and not ${drafted('clients.client_id')}
      order by client_id limit $5`;
    const record = 'json_populate_record(null::clients, line.record) r';
    const written: Guarded[] = [
      {
        action: 'created',
        sql: `insert into clients (domain_id, client_id, version, created_at, updated_at, next_reminder_days, ${columns.join(', ')})
          select $1, line.client_id, ${CLOCK}, now(), now(), ${REMINDER_DAYS}, ${columns.map((column) => `r.${column}`).join(', ')}
            from import_lines line, ${record} where ${OF_IMPORT} and line.action = 'created'
          on conflict do nothing returning 1`,
      },
      {
        action: 'changed',
        sql: `update clients set version = clients.version + changes_record::integer,
            updated_at = coalesce(changed_at, clients.updated_at),
            secrets_version = clients.secrets_version + (ends_secrets or changes_life)::integer,
            next_reminder_days = case when clients.expires_at is not distinct from r.expires_at then clients.next_reminder_days
                                      else reminder_days end,
            ${columns.map((column) => `${column} = r.${column}`).join(', ')}
          from (${LINES_WITH_CHANGES}) line, ${record}, lateral (select ${REMINDER_DAYS} as reminder_days) reminder where ${SAME} and line.action = 'changed' returning 1`,
      },
      {
        action: 'removed',
        sql: `delete from clients using import_lines line where ${SAME} and line.action = 'removed' returning 1`,
      },
      {
        action: 'unchanged',
        sql: `select 1 from clients, import_lines line where ${SAME} and line.action = 'unchanged'`,
      },
    ];
    this.guarded = written.map(({ action, sql }) => ({ action, sql: counted(sql) }));
    this.beginSecrets = beginSecrets(
      `(select client_id, each.secret from import_lines line, json_array_elements(line.secret) each (secret) where ${OF_IMPORT}) line`,
      'line.client_id',
    );
  }
}

/** For a draft that changes nothing: it moves no log, so it checks with this whether the log has ended. */
export const ENDED = `select ${endedOf('array[$1::bigint]')} as ended`;

const MOVED = moveLog({
  domainId: '$1::bigint',
  entries: 'entries',
  clients: 'clients',
  from: 'written',
});

/** Writes one audit entry for each client that changes, and moves the log. From here on, other writers wait for the log. */
export const AUDIT = `
  with written as (
    select count(*) as entries,
           count(*) filter (where action = 'created') - count(*) filter (where action = 'removed') as clients
      from import_lines line where ${OF_IMPORT} and action <> 'unchanged' having count(*) > 0
  ), log as (${MOVED})
  insert into audit_entries
    (domain_id, position, credential_id, credential_name, dialect, request_id, action, client_id, changes, fields)
  select $1::bigint, log.position - entries + row_number() over (order by client_id),
         $3::uuid, $4::text, $5::text, $6::text,
         entry_action, client_id, changes, ${fieldsOf('changes')}
    from import_lines line, log, written where ${OF_IMPORT} and action <> 'unchanged'`;
