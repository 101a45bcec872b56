import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last day on which each client was seen, and the day on which that record begins. */
export class ClientSightings1765030000000 implements MigrationInterface {
  readonly name = 'ClientSightings1765030000000';

  async up(runner: QueryRunner): Promise<void> {
    // Room for the next version of a row beside it, since each day makes one.
    await runner.query(`
      CREATE TABLE "client_sightings" (
        "domain_id" bigint NOT NULL,
        "client_id" text COLLATE "C" NOT NULL,
        "seen_on" date NOT NULL,
        PRIMARY KEY ("domain_id", "client_id")
      ) WITH (fillfactor = 70)`);
    await runner.query(`
      INSERT INTO "server_settings" ("name", "value")
      VALUES ('sightings_since', convert_to(to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'UTF8'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM "server_settings" WHERE "name" = 'sightings_since'`);
    await runner.query('DROP TABLE "client_sightings"');
  }
}
