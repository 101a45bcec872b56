import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is kept beside a client's record: whether it is suspended, and when it ends by itself. Few clients have either, so
 * the indexes are small, and cost the other clients nothing.
 */
export class ClientLifecycle1765000000000 implements MigrationInterface {
  readonly name = 'ClientLifecycle1765000000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(`
      ALTER TABLE "clients"
        ADD COLUMN "suspended_at" timestamptz(3),
        ADD COLUMN "suspended_until" timestamptz(3),
        ADD COLUMN "suspension_reason" text,
        ADD COLUMN "suspended_by" uuid,
        ADD COLUMN "expires_at" timestamptz(3)`);
    await runner.query(`
      CREATE INDEX "clients_suspended" ON "clients" ("domain_id", "client_id") WHERE suspended_at IS NOT NULL`);
    await runner.query(`
      CREATE INDEX "clients_suspended_until" ON "clients" ("suspended_until") WHERE suspended_until IS NOT NULL`);
    await runner.query(`
      CREATE INDEX "clients_expiring" ON "clients" ("expires_at") WHERE expires_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['clients_expiring', 'clients_suspended_until', 'clients_suspended']) {
      await runner.query(`DROP INDEX "${index}"`);
    }
    await runner.query(`
      ALTER TABLE "clients"
        DROP COLUMN "expires_at",
        DROP COLUMN "suspended_by",
        DROP COLUMN "suspension_reason",
        DROP COLUMN "suspended_until",
        DROP COLUMN "suspended_at"`);
  }
}
