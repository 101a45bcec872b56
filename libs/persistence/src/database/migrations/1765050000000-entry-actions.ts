import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the audit calls each line of an import. Servers of earlier versions neither write nor read it. */
export class EntryActions1765050000000 implements MigrationInterface {
  readonly name = 'EntryActions1765050000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "import_lines" ADD COLUMN "entry_action" text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "import_lines" DROP COLUMN "entry_action"');
  }
}
