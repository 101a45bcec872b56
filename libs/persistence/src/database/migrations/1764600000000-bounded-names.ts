import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * As the lists compare names (client-order.sql.ts). PostgreSQL refuses what makes an entry of an index longer than 2,704
 * bytes, which a name of a thousand characters can be: so of long names only the beginning is in it.
 */
export const CREATE_NAME_INDEX = `
  CREATE INDEX IF NOT EXISTS "clients_in_order_of_names" ON "clients"
    ("domain_id", (client_name IS NULL), (left(coalesce(client_name, ''), 200) COLLATE "C"),
     (CASE WHEN char_length(client_name) > 200 THEN '~' ELSE client_id END))`;

/**
 * Brings databases that have whole names in an index to the state that sorted-clients.ts makes by now.
 *
 * Then it sees to it that a client is found by its key. Where PostgreSQL takes a domain for small, it finds any index that
 * begins with the domain as cheap, and looks through all of a domain that is large:
 * - in a new table, until it has counted, it takes the youngest of them, so the key's index is made anew, and whoever adds
 *   an index to this table has to do so again;
 * - where most domains are small, it is told that they have a thousand clients each.
 */
export class BoundedNames1764600000000 implements MigrationInterface {
  readonly name = 'BoundedNames1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(CREATE_NAME_INDEX);
    await runner.query('DROP INDEX IF EXISTS "clients_by_name"');
    await runner.query('CREATE UNIQUE INDEX "clients_by_id" ON "clients" ("domain_id", "client_id")');
    await runner.query(`
      ALTER TABLE "clients"
        DROP CONSTRAINT "clients_pkey", ADD CONSTRAINT "clients_pkey" PRIMARY KEY USING INDEX "clients_by_id"`);
    await runner.query('ALTER TABLE "clients" ALTER COLUMN "domain_id" SET (n_distinct = -0.001)');
  }

  /** The migration before makes the same. */
  async down(): Promise<void> {}
}
