import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  clients_of_an_owner: '("domain_id", "owner", "client_id") WHERE owner IS NOT NULL',
  clients_of_a_manager: '("domain_id", "managed_by", "client_id") WHERE managed_by IS NOT NULL',
  clients_with_labels: '("domain_id", "client_id") WHERE labels IS NOT NULL',
};

/**
 * What is said of a client beside its record: whose it is, and who alone changes it. A server of the version before
 * leaves these columns alone. The indexes hold only clients of which this is said, and cost the others nothing.
 */
export class Abouts1765070000000 implements MigrationInterface {
  readonly name = 'Abouts1765070000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(`
      ALTER TABLE "clients"
        ADD COLUMN "owner" text,
        ADD COLUMN "contact" text,
        ADD COLUMN "description" text,
        ADD COLUMN "labels" json,
        ADD COLUMN "managed_by" text,
        ADD COLUMN "locked" boolean`);
    for (const [name, index] of Object.entries(INDEXES)) {
      await runner.query(`CREATE INDEX "${name}" ON "clients" ${index}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX "${name}"`);
    await runner.query(`
      ALTER TABLE "clients"
        DROP COLUMN "locked",
        DROP COLUMN "managed_by",
        DROP COLUMN "labels",
        DROP COLUMN "description",
        DROP COLUMN "contact",
        DROP COLUMN "owner"`);
  }
}
