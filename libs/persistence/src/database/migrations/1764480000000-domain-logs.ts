import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many entries the log of each domain has, and with how many it ended: whoever writes one moves its domain's row, and
 * no row can be moved past its end (domain-log.sql.ts).
 */
export class DomainLogs1764480000000 implements MigrationInterface {
  readonly name = 'DomainLogs1764480000000';

  async up(runner: QueryRunner): Promise<void> {
    // Counting millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    // Room for the next versions of a row beside it, since each write makes one.
    await runner.query(`
      CREATE TABLE "domain_logs" (
        "domain_id" bigint PRIMARY KEY,
        "position" bigint NOT NULL,
        "end_position" bigint,
        CONSTRAINT "domain_logs_nothing_after_the_end" CHECK ("position" <= "end_position")
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      INSERT INTO "domain_logs" ("domain_id", "position", "end_position")
      SELECT entries.domain_id, count(*), CASE WHEN domains.deleted_at IS NOT NULL THEN count(*) END
        FROM "audit_entries" entries LEFT JOIN "domains" ON domains.id = entries.domain_id
       GROUP BY entries.domain_id, domains.deleted_at`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "domain_logs"');
  }
}
