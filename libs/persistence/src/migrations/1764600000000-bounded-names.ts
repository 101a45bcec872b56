import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * As the lists compare names (client-order.sql.ts). PostgreSQL refuses what makes an entry of an index longer than 2,704
 * bytes, which a name of a thousand characters can be: so of long names only the beginning is in it.
 */
export const CREATE_NAME_INDEX = `
  CREATE INDEX IF NOT EXISTS "clients_in_order_of_names" ON "clients"
    ("domain_id", (client_name IS NULL), (left(coalesce(client_name, ''), 200) COLLATE "C"),
     (CASE WHEN char_length(client_name) > 200 THEN '~' ELSE client_id END))`;

/** Brings databases that have whole names in an index to the state that sorted-clients.ts makes by now. */
export class BoundedNames1764600000000 implements MigrationInterface {
  readonly name = 'BoundedNames1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(CREATE_NAME_INDEX);
    await runner.query('DROP INDEX IF EXISTS "clients_by_name"');
  }

  /** The migration before makes the same. */
  async down(): Promise<void> {}
}
