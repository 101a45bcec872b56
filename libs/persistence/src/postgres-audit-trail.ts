import type { DataSource } from 'typeorm';
import { AuditEntry, type AuditQuery, AuditTrail, type TrailEntry } from '#audit';
import { Database } from './database.js';
import { EntityTable } from './entity-table.js';

export class PostgresAuditTrail extends AuditTrail {
  private readonly database: Database;
  private readonly table: EntityTable<AuditEntry>;

  constructor(source: DataSource) {
    super();
    this.database = new Database(source);
    this.table = new EntityTable(source, AuditEntry);
  }

  async list({ subscription, domainId, clientId, after, limit }: AuditQuery): Promise<TrailEntry[]> {
    const rows = await this.database.query(
      `select entry.*, domains.name as domain_name
         from audit_entries entry left join domains on domains.id = entry.domain_id
        where entry.id > $1
          and ($2::bigint is null or entry.domain_id = $2)
          and ($3::text is null or entry.client_id = $3)
          and ($4::text is null or coalesce(domains.subscription, entry.subscription) = $4)
        order by entry.id limit $5`,
      [after ?? 0, domainId ?? null, clientId ?? null, subscription, limit],
    );
    return rows.map((row) => Object.assign(this.table.toEntity(row), { domainName: row.domain_name as string | null }));
  }
}
