import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much of its limit each credential has used (RATE_LIMIT). Unlogged: a count that a crash loses begins anew. */
export class RateWindows1764100000000 implements MigrationInterface {
  readonly name = 'RateWindows1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE "rate_windows" (
        "credential_id" uuid PRIMARY KEY,
        "used" integer NOT NULL,
        "granted" integer NOT NULL,
        "ends_at" timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "rate_windows"');
  }
}
