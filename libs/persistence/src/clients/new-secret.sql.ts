import type { ClientSecret } from '#clients';
import type { EntityTable } from '../database/entity-table.js';

/** What is written of a new secret. */
const FIELDS = ['id', 'name', 'algorithm', 'salt', 'hash', 'hint', 'expiresAt'] as const;

/**
 * Begins the secrets that the rows of `source` have as JSON, by the names of columns, in a column called `secret`.
 * `$1`: the domain; `clientId`: the column with the client's id.
 */
export function beginSecrets(secrets: EntityTable<ClientSecret>, source: string, clientId: string): string {
  const columns = FIELDS.map((field) => secrets.columnOf(field).column);
  return `insert into client_secrets (domain_id, client_id, ${columns.join(', ')})
    select $1, ${clientId}, ${columns.map((column) => `s.${column}`).join(', ')}
      from ${source}, json_populate_record(null::client_secrets, secret) s where secret is not null`;
}
