import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How old the secrets of a domain may become, and when somebody is reminded next of what ends (decision 64). What is there
 * already has had no reminder: soon after this, the last one that is due comes for each. The lists of what ends soon have
 * indexes of their own. What never ends is in none of them, but for the few credentials of operators.
 */
export class PoliciesAndReminders1765020000000 implements MigrationInterface {
  readonly name = 'PoliciesAndReminders1765020000000';

  async up(runner: QueryRunner): Promise<void> {
    // Reading millions takes longer than any request may.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query('ALTER TABLE "domains" ADD COLUMN "max_secret_age_days" integer');
    for (const table of ['client_secrets', 'credentials', 'clients']) {
      await runner.query(`ALTER TABLE "${table}" ADD COLUMN "next_reminder_days" integer NOT NULL DEFAULT 30`);
    }
    await runner.query('DROP INDEX "client_secrets_expiring"');
    for (const [name, index] of Object.entries(INDEXES)) await runner.query(`CREATE INDEX "${name}" ON ${index}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX "${name}"`);
    await runner.query(`
      CREATE INDEX "client_secrets_expiring" ON "client_secrets" ("expires_at") WHERE expires_at IS NOT NULL`);
    for (const table of ['client_secrets', 'credentials', 'clients']) {
      await runner.query(`ALTER TABLE "${table}" DROP COLUMN "next_reminder_days"`);
    }
    await runner.query('ALTER TABLE "domains" DROP COLUMN "max_secret_age_days"');
  }
}

/** Those that begin with a condition are for lists: no other index fits where rows are compared that begin with it. */
const INDEXES = {
  client_secrets_expiring: '"client_secrets" ("expires_at", "id") WHERE expires_at IS NOT NULL',
  client_secrets_expiring_in_a_domain:
    '"client_secrets" ((expires_at IS NOT NULL), "domain_id", "expires_at", "id") WHERE expires_at IS NOT NULL',
  client_secrets_to_be_reminded_of:
    '"client_secrets" ("next_reminder_days", "expires_at") WHERE expires_at IS NOT NULL',
  credentials_expiring: '"credentials" ("expires_at", "id") WHERE revoked_at IS NULL',
  credentials_expiring_in_a_subscription:
    '"credentials" ((revoked_at IS NULL), "subscription", "expires_at", "id") WHERE revoked_at IS NULL',
  credentials_to_be_reminded_of: '"credentials" ("next_reminder_days", "expires_at") WHERE revoked_at IS NULL',
  clients_expiring_in_a_domain:
    '"clients" ((expires_at IS NOT NULL), "domain_id", "expires_at", "client_id") WHERE expires_at IS NOT NULL',
  clients_to_be_reminded_of: '"clients" ("next_reminder_days", "expires_at") WHERE expires_at IS NOT NULL',
};
