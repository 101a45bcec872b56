import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A credential can have its previous values beside the present ones for a while (decision 66). Credentials that exist, and
 * those that a server of the version before makes, keep the end that they have: nobody noted whether it was said.
 */
export class RenewedKeys1765040000000 implements MigrationInterface {
  readonly name = 'RenewedKeys1765040000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE "credentials"
        ADD COLUMN "renewable" boolean NOT NULL DEFAULT false,
        ADD COLUMN "maker_expires_at" timestamptz(3),
        ADD COLUMN "token_id" uuid,
        ADD COLUMN "rotated_at" timestamptz(3),
        ADD COLUMN "previous_key_hash" bytea,
        ADD COLUMN "previous_key_hint" text,
        ADD COLUMN "previous_token_id" uuid,
        ADD COLUMN "previous_expires_at" timestamptz(3)`);
    await runner.query(`
      CREATE UNIQUE INDEX "credentials_previous_key_hash" ON "credentials" ("previous_key_hash")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "credentials_previous_key_hash"');
    await runner.query(`
      ALTER TABLE "credentials"
        DROP COLUMN "renewable", DROP COLUMN "maker_expires_at", DROP COLUMN "token_id", DROP COLUMN "rotated_at",
        DROP COLUMN "previous_key_hash", DROP COLUMN "previous_key_hint", DROP COLUMN "previous_token_id",
        DROP COLUMN "previous_expires_at"`);
  }
}
