import pg from 'pg';

/** The role of the product. It owns its database with everything in it, and nothing else on the server. */
export const ROLE = 'clientele';

/** What superusers may own of our database: everything, if it was made before the role existed. */
const FOREIGN = `
  select format('alter %s %s owner to ${ROLE}', kind, name) as sql
    from (
      select oid, relowner as owner, oid::regclass::text as name,
             case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind
        from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'S', 'v', 'm')
      union all
      select oid, proowner, oid::regprocedure::text, 'routine' from pg_proc where pronamespace = 'public'::regnamespace
    ) as things
   where owner <> '${ROLE}'::regrole
     -- What belongs to an extension, or is a column's sequence, follows.
     and not exists (
       select from pg_depend
        where objid = things.oid and (deptype in ('e', 'i') or (deptype = 'a' and kind = 'sequence'))
     )`;

/** Makes the role, and gives it what it should own. `url`: a superuser's. A standby has its primary's role. */
export async function ensureRole(url: string, password: string): Promise<void> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ is_standby: boolean; is_there: boolean }>(
      `select pg_is_in_recovery() as is_standby, to_regrole('${ROLE}') is not null as is_there`,
    );
    const { is_standby, is_there } = rows[0]!;
    if (is_standby) return;
    await client.query('begin');
    // The password is base64url, which needs no escaping.
    await client.query(`${is_there ? 'alter' : 'create'} role ${ROLE} login password '${password}'`);
    await client.query(`do $$ begin execute format('alter database %I owner to ${ROLE}', current_database()); end $$`);
    const foreign = await client.query<{ sql: string }>(FOREIGN);
    for (const { sql } of foreign.rows) await client.query(sql);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
