import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Exact totals without a scan: client_tallies holds what each statement added to or took from a domain's clients.
 * By triggers, so that no writer can forget it: not a bulk load, and not a server of the version before.
 */
export class ClientTallies1763900000000 implements MigrationInterface {
  readonly name = 'ClientTallies1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    // Counting millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query('CREATE TABLE "client_tallies" ("domain_id" bigint NOT NULL, "clients" bigint NOT NULL)');
    await runner.query('CREATE INDEX "client_tallies_of_a_domain" ON "client_tallies" ("domain_id")');
    for (const [event, rows, count] of [
      ['insert', 'NEW', 'count(*)'],
      ['delete', 'OLD', '-count(*)'],
    ]) {
      await runner.query(`
        CREATE FUNCTION "tally_client_${event}"() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO "client_tallies" SELECT domain_id, ${count} FROM affected GROUP BY domain_id;
          RETURN NULL;
        END $$`);
      await runner.query(`
        CREATE TRIGGER "tally_${event}" AFTER ${event} ON "clients" REFERENCING ${rows} TABLE AS affected
        FOR EACH STATEMENT EXECUTE FUNCTION "tally_client_${event}"()`);
    }
    // The triggers hold back writers until here, so nothing is counted twice or not at all.
    await runner.query('INSERT INTO "client_tallies" SELECT domain_id, count(*) FROM "clients" GROUP BY domain_id');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const event of ['insert', 'delete']) {
      await runner.query(`DROP TRIGGER "tally_${event}" ON "clients"`);
      await runner.query(`DROP FUNCTION "tally_client_${event}"()`);
    }
    await runner.query('DROP TABLE "client_tallies"');
  }
}
