import { METADATA_FIELDS } from '#clients';
import { fieldsOf } from '../log/audit-statement.js';
import { endedOf, moveLog } from '../log/domain-log.sql.js';
import { CLIENT_COLUMNS, CLIENT_JSON } from './client-row.js';
import { beginSecrets } from './secret-row.js';

/**
 * The draft lies in a table of its session, so it ends with that, whatever happens, and no transaction is open while it
 * is filled: one that stays open keeps PostgreSQL from clearing up behind everybody.
 */
export const CREATE_DRAFT = `
  create temporary table draft (
    client_id text collate "C" primary key,
    line integer not null,
    action text not null,
    version bigint,
    secrets_version integer,
    record json,
    ends_secrets boolean not null,
    secret json,
    changes jsonb not null,
    needs text[] collate "C" not null)`;

export const ADD = 'insert into draft select * from json_populate_recordset(null::draft, $1::json)';

export const LINES = 'select client_id, line from draft where client_id = any($1)';

export const COUNTS = 'select action, count(*)::integer as clients from draft group by action';

export const CHANGES = `
  select client_id, action, record, changes from draft
   where action <> 'unchanged' and client_id > $1 order by client_id limit $2`;

/** $1: the domain; $2: how many are told. */
export const MISSING = `
  select distinct needed from draft, unnest(needs) needed
   where not exists (select from draft other where other.client_id = needed and other.action <> 'removed')
     and (exists (select from draft other where other.client_id = needed)
          or not exists (select from clients where domain_id = $1 and client_id = needed))
   order by needed limit $2`;

const SAME = `clients.domain_id = $1 and clients.client_id = draft.client_id
  and clients.version = draft.version and clients.secrets_version = draft.secrets_version`;

/** The statements that do what a draft says, all with the domain as $1. */
export class DraftStatements {
  /** Kept by the database until it is fetched: to look for each piece anew would cost more the more there are. */
  readonly others: string;
  /** `$1`: the domain; `$2`: ids. */
  readonly onRecord: string;
  /** How many rows each of these touches must be as many as the draft has of the action. */
  readonly guarded: readonly { readonly action: string; readonly sql: string }[];
  readonly endSecrets = `
    delete from client_secrets using draft
     where client_secrets.domain_id = $1 and client_secrets.client_id = draft.client_id and draft.ends_secrets`;
  readonly beginSecrets: string;

  constructor() {
    const columns = METADATA_FIELDS.map((field) => CLIENT_COLUMNS[field].column);
    const row = `${CLIENT_JSON}::text as client`;
    this.onRecord = `select ${row} from clients where domain_id = $1 and client_id = any($2)`;
    this.others = `declare others no scroll cursor with hold for select ${row} from clients
      where domain_id = $1 and not exists (select from draft where draft.client_id = clients.client_id)`;
    this.guarded = [
      {
        action: 'created',
        sql: `insert into clients (domain_id, client_id, version, created_at, updated_at, ${columns.join(', ')})
          select $1, draft.client_id, (extract(epoch from clock_timestamp()) * 1000000)::bigint, now(), now(),
                 ${columns.map((column) => `r.${column}`).join(', ')}
            from draft, json_populate_record(null::clients, record) r where action = 'created' on conflict do nothing`,
      },
      {
        action: 'changed',
        sql: `update clients set version = clients.version + 1, updated_at = now(),
            secrets_version = clients.secrets_version + draft.ends_secrets::integer,
            ${columns.map((column) => `${column} = r.${column}`).join(', ')}
          from draft, json_populate_record(null::clients, record) r where ${SAME} and action = 'changed'`,
      },
      { action: 'removed', sql: `delete from clients using draft where ${SAME} and action = 'removed'` },
      { action: 'unchanged', sql: `select from clients, draft where ${SAME} and action = 'unchanged'` },
    ];
    this.beginSecrets = beginSecrets('draft', 'draft.client_id');
  }
}

/** What changes nothing moves no log. */
export const ENDED = `select ${endedOf('array[$1::bigint]')} as ended`;

const MOVED = moveLog({
  domainId: '$1::bigint',
  entries: '(select entries from written)',
  clients: 'clients',
  from: 'written',
});

/** One entry of the audit for each client that changes, and the move of the log, which others wait for from here on. */
export const AUDIT = `
  with written as (
    select count(*) as entries,
           count(*) filter (where action = 'created') - count(*) filter (where action = 'removed') as clients
      from draft where action <> 'unchanged' having count(*) > 0
  ), log as (${MOVED})
  insert into audit_entries
    (domain_id, position, credential_id, credential_name, dialect, request_id, action, client_id, changes, fields)
  select $1::bigint, log.position - entries + row_number() over (order by client_id),
         $2::uuid, $3::text, $4::text, $5::text,
         case action when 'removed' then 'client.deleted' else 'client.' || action end, client_id, changes, ${fieldsOf('changes')}
    from draft, log, written where action <> 'unchanged'`;
