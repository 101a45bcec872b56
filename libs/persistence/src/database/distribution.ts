import type pg from 'pg';

/** Keys begin with the domain’s id, by which they lie on one node or another, all that is of a domain on the same. */
const BY_DOMAIN = ['domain_logs', 'clients', 'client_secrets', 'audit_entries', 'imports', 'import_lines'];
/** Small, and read beside those: a copy on every node. What else there is stays where the servers connect to. */
const ON_EVERY_NODE = ['domains', 'credentials'];

/**
 * Lets Citus distribute what it does not have yet, with all that is in it, where the database has the extension. Within a
 * transaction: whoever reads or writes waits for its end.
 */
export async function distribute(connection: pg.ClientBase): Promise<void> {
  const { rows: installed } = await connection.query(`select from pg_extension where extname = 'citus'`);
  if (installed.length === 0) return;
  const { rows } = await connection.query<{ name: string }>(
    `select relname as name from pg_dist_partition join pg_class on pg_class.oid = logicalrelid
      where relnamespace = current_schema()::regnamespace and (partmethod = 'h' or repmodel = 't')`,
  );
  const distributed = new Set(rows.map(({ name }) => name));
  const isMissing = (name: string) => !distributed.has(name);
  // Side by side it would be done over several connections, of which none sees what another has not committed.
  await connection.query(`set local citus.multi_shard_modify_mode = 'sequential'`);
  for (const name of ON_EVERY_NODE.filter(isMissing)) {
    await connection.query('select create_reference_table($1::regclass)', [name]);
    await removeWhatWasCopied(connection, name);
  }
  for (const name of BY_DOMAIN.filter(isMissing)) {
    const beside = name === BY_DOMAIN[0] ? 'none' : BY_DOMAIN[0];
    await connection.query(`select create_distributed_table($1::regclass, 'domain_id', colocate_with => $2)`, [
      name,
      beside,
    ]);
    await removeWhatWasCopied(connection, name);
  }
}

/** Nobody sees it any more, but it would take its room for ever. */
async function removeWhatWasCopied(connection: pg.ClientBase, name: string): Promise<void> {
  await connection.query('select truncate_local_data_after_distributing_table($1::regclass)', [name]);
}
