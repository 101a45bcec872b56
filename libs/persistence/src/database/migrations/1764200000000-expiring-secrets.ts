import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For /metrics, which counts each minute what expires soon: most secrets never do, and cost this index nothing. */
export class ExpiringSecrets1764200000000 implements MigrationInterface {
  readonly name = 'ExpiringSecrets1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(`
      CREATE INDEX "client_secrets_expiring" ON "client_secrets" ("expires_at") WHERE expires_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "client_secrets_expiring"');
  }
}
