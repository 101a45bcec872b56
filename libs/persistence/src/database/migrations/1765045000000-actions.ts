import type { MigrationInterface, QueryRunner } from 'typeorm';

/** So much of an audit is this that it is found without an index. */
export const OFTEN = 'client.changed';

/** Finds what was done, other than changes of clients, of which there are so many that they are found without (decision 34). */
export class Actions1765045000000 implements MigrationInterface {
  readonly name = 'Actions1765045000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(`
      CREATE INDEX "audit_entries_by_action" ON "audit_entries" ("domain_id", "action", "position")
       WHERE action <> '${OFTEN}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "audit_entries_by_action"');
  }
}
