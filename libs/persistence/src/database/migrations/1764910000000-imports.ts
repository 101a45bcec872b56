import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an import gathers before it is done, and which import a domain has (import-lease.ts). Keys begin with the domain’s
 * id, as those of clients do, so that lines lie where their clients do.
 */
export class Imports1764910000000 implements MigrationInterface {
  readonly name = 'Imports1764910000000';

  async up(runner: QueryRunner): Promise<void> {
    // Room for the next versions of a row beside it, since each batch of lines makes one.
    await runner.query(`
      CREATE TABLE "imports" (
        "domain_id" bigint PRIMARY KEY,
        "import_id" uuid NOT NULL,
        "begun_at" timestamptz NOT NULL,
        "expires_at" timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE "import_lines" (
        "domain_id" bigint NOT NULL,
        "import_id" uuid NOT NULL,
        "client_id" text COLLATE "C" NOT NULL,
        "line" integer NOT NULL,
        "action" text NOT NULL,
        "version" bigint,
        "secrets_version" integer,
        "record" json,
        "ends_secrets" boolean NOT NULL,
        "secret" json,
        "changes" jsonb NOT NULL,
        "needs" text[] COLLATE "C" NOT NULL,
        PRIMARY KEY ("domain_id", "import_id", "client_id"))`);
    // Nobody searches by these, and to analyse them takes longer than all others.
    for (const column of ['record', 'secret', 'changes', 'needs']) {
      await runner.query(`ALTER TABLE "import_lines" ALTER COLUMN "${column}" SET STATISTICS 0`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "import_lines"');
    await runner.query('DROP TABLE "imports"');
  }
}
