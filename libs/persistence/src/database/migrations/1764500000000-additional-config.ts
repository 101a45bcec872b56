import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a client brings along for others to understand (decision 37). */
export class AdditionalConfig1764500000000 implements MigrationInterface {
  readonly name = 'AdditionalConfig1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "clients" ADD COLUMN "additional_config" json');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "clients" DROP COLUMN "additional_config"');
  }
}
