import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_NAME_INDEX } from './1764600000000-bounded-names.js';

/**
 * For lists by name and by creation, and for what was created in a span of time (decision 34). Neither changes often: an
 * index over what does would turn each change of a client into a write of all its indexes.
 */
export class SortedClients1764300000000 implements MigrationInterface {
  readonly name = 'SortedClients1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query('CREATE INDEX "clients_by_creation" ON "clients" ("domain_id", "created_at", "client_id")');
    await runner.query(CREATE_NAME_INDEX);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "clients_in_order_of_names"');
    await runner.query('DROP INDEX "clients_by_creation"');
  }
}
