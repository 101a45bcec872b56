import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many entries came with the last move of a log: so that a move can be told by the row alone (domain-log.sql.ts). */
export class LogMoves1764920000000 implements MigrationInterface {
  readonly name = 'LogMoves1764920000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "domain_logs" ADD COLUMN "entries" integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "domain_logs" DROP COLUMN "entries"');
  }
}
