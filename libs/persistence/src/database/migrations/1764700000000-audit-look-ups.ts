import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * So that reading the audit costs what it shows: the names of the fields that an entry is about stand beside their values,
 * which are long; and a subscription’s entries of no one domain have an index. Entries written before, and by a server of
 * the version before, have no names: those are read from the values, as they were.
 */
export class AuditLookUps1764700000000 implements MigrationInterface {
  readonly name = 'AuditLookUps1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query('ALTER TABLE "audit_entries" ADD COLUMN "fields" text[]');
    // Nobody searches by it.
    await runner.query('ALTER TABLE "audit_entries" ALTER COLUMN "fields" SET STATISTICS 0');
    await runner.query(`
      CREATE INDEX "audit_entries_of_a_subscription" ON "audit_entries" ("subscription", "id") WHERE domain_id = 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "audit_entries_of_a_subscription"');
    await runner.query('ALTER TABLE "audit_entries" DROP COLUMN "fields"');
  }
}
