import type { DataSource } from 'typeorm';
import { AuditEntry, type AuditQuery, AuditTrail, type TrailEntry } from '#audit';
import { Database, type StandIn } from './database.js';
import { EntityTable } from './entity-table.js';

const LAST_ID = '9223372036854775807';

export class PostgresAuditTrail extends AuditTrail {
  private readonly database: Database;
  private readonly table: EntityTable<AuditEntry>;

  constructor(source: DataSource, standIn?: StandIn) {
    super();
    this.database = new Database(source, standIn);
    this.table = new EntityTable(source, AuditEntry);
  }

  async list({ subscription, domainId, clientId, after, upTo, limit }: AuditQuery): Promise<TrailEntry[]> {
    const sql = `select ${this.table.listOf('entry')}, domains.name as domain_name,
                coalesce(domains.subscription, entry.subscription) as owner
         from audit_entries entry left join domains on domains.id = entry.domain_id
        where entry.id > $1 and entry.id <= $5
          and ($2::bigint is null or entry.domain_id = $2)
          and ($3::text is null or entry.client_id = $3)
          and ($4::text is null or coalesce(domains.subscription, entry.subscription) = $4)
        order by entry.id limit $6`;
    const values = [after ?? 0, domainId ?? null, clientId ?? null, subscription, upTo ?? LAST_ID, limit];
    const rows = await this.database.reading((database) => database.query(sql, values));
    return rows.map((row) =>
      Object.assign(this.table.toEntity(row), {
        domainName: row.domain_name as string | null,
        owner: row.owner as string | null,
      }),
    );
  }
}
