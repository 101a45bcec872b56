import type pg from 'pg';

/** Tables whose keys begin with the domain’s id. The id chooses the node, so all rows of a domain share one. */
const BY_DOMAIN = [
  'domain_logs',
  'clients',
  'client_secrets',
  'client_sightings',
  'audit_entries',
  'imports',
  'import_lines',
];
/** Small tables that are read with those: each node has a copy. Other tables stay where the servers connect to. */
const ON_EVERY_NODE = ['domains', 'credentials'];

/**
 * If the database has Citus, lets it distribute the tables, with their rows, that are not distributed yet. Runs in a
 * transaction: readers and writers wait until it has ended.
 */
export async function distribute(connection: pg.ClientBase): Promise<void> {
  const { rows: installed } = await connection.query(`select from pg_extension where extname = 'citus'`);
  if (installed.length === 0) return;
  // A table that is missing is left to the first query that needs it, which says so with or without Citus.
  const { rows } = await connection.query<{ name: string }>(
    `select relname as name from pg_class left join pg_dist_partition on pg_class.oid = logicalrelid
      where relnamespace = current_schema()::regnamespace and (partmethod = 'h' or repmodel = 't') is not true`,
  );
  const undistributed = new Set(rows.map(({ name }) => name));
  const isWaiting = (name: string) => undistributed.has(name);
  // In parallel, Citus would use several connections, and none of them sees what another has not committed.
  await connection.query(`set local citus.multi_shard_modify_mode = 'sequential'`);
  for (const name of ON_EVERY_NODE.filter(isWaiting)) {
    await connection.query('select create_reference_table($1::regclass)', [name]);
    await removeWhatWasCopied(connection, name);
  }
  for (const name of BY_DOMAIN.filter(isWaiting)) {
    const beside = name === BY_DOMAIN[0] ? 'none' : BY_DOMAIN[0];
    await connection.query(`select create_distributed_table($1::regclass, 'domain_id', colocate_with => $2)`, [
      name,
      beside,
    ]);
    await removeWhatWasCopied(connection, name);
  }
}

/** Removes the rows that were copied to the nodes. Nobody sees them any more, but they would take up room for ever. */
async function removeWhatWasCopied(connection: pg.ClientBase, name: string): Promise<void> {
  await connection.query('select truncate_local_data_after_distributing_table($1::regclass)', [name]);
}
