import type { DataSource } from 'typeorm';
import type { Origin } from '#audit';
import { Domain, DomainRepository } from '#domains';
import { Database, type StandIn } from '../database/database.js';
import { EntityTable } from '../database/entity-table.js';
import { lookUps } from '../database/look-ups.js';
import { Statement } from '../database/statement.js';
import { auditEntry, auditInsert, revocation } from '../log/audit-statement.js';
import { moveLog } from '../log/domain-log.sql.js';
import { type FreshCache, type FreshCaches } from '../memory/fresh-cache.js';

const PURGE_BATCH = 5000;
const LOCK_KEYS = 'select from credentials where domain_id = $1 and revoked_at is null order by id for update';
const LOCK_LOG = 'select from domain_logs where domain_id = $1 for update';

export class PostgresDomainRepository extends DomainRepository {
  private readonly database: Database;
  private readonly table: EntityTable<Domain>;
  private readonly byName: FreshCache<Domain>;
  private readonly byId: FreshCache<Domain>;

  constructor(
    source: DataSource,
    private readonly caches: FreshCaches,
    standIn?: StandIn,
  ) {
    super();
    this.database = new Database(source, standIn);
    this.table = new EntityTable(source, Domain);
    this.byName = caches.make(this.lookUpBy('name', 'text'));
    this.byId = caches.make(this.lookUpBy('id', 'bigint'));
  }

  findById(id: string): Promise<Domain | undefined> {
    return this.byId.get(id);
  }

  findByName(name: string, subscription: string | null): Promise<Domain | undefined> {
    return this.byName.get(subscription === null ? name : `${name} ${subscription}`);
  }

  async names(subscription: string | null, { after, limit }: { after?: string; limit: number }): Promise<string[]> {
    const statement = new Statement();
    const conditions = [
      'deleted_at is null',
      ...(subscription === null ? [] : [`subscription = ${statement.parameter(subscription, 'text')}`]),
      ...(after === undefined ? [] : [`name > ${statement.parameter(after, 'text')}`]),
    ];
    // The limit as a literal, since PostgreSQL plans anew each time for one that it does not know.
    const sql = `select name from domains where ${conditions.join(' and ')} order by name limit ${Math.trunc(limit)}`;
    const rows = await this.database.reading((database) => database.query<{ name: string }>(sql, statement.values));
    return rows.map(({ name }) => name);
  }

  async insert(name: string, subscription: string, origin: Origin): Promise<Domain | undefined> {
    const statement = new Statement();
    const stored = `insert into domains (name, subscription)
         values (${statement.parameter(name, 'text')}, ${statement.parameter(subscription, 'text')})
         on conflict (name) where deleted_at is null do nothing returning ${this.table.list}`;
    const changes = { name: { before: null, after: name } };
    const entry = auditEntry(
      statement,
      'stored',
      { domainId: null, action: 'domain.created', origin, changes },
      { domain_id: 'stored.id' },
    );
    const [row] = await this.database.query(
      `with stored as (${stored}), ${entry} select * from stored`,
      statement.values,
    );
    await this.caches.changed();
    return row && this.table.toEntity(row);
  }

  async remove(domain: Domain, origin: Origin): Promise<boolean> {
    const isRemoved = await this.database.exclusively(`clientele end of ${domain.id}`, async (database) => {
      // What the statement behind cannot see is waited for: a key that is being made would go unrevoked. First the keys
      // that are there: whoever revokes one locks it before the log, too.
      await database.query(LOCK_KEYS, [domain.id]);
      await database.query(LOCK_LOG, [domain.id]);
      return this.end(database, domain, origin);
    });
    await this.caches.changed();
    return isRemoved;
  }

  private async end(database: Database, domain: Domain, origin: Origin): Promise<boolean> {
    const statement = new Statement();
    const id = statement.parameter(domain.id, 'bigint');
    const changes = { name: { before: domain.name, after: null } };
    const log = moveLog({
      domainId: id,
      entries: '(1 + (select count(*) from keys))',
      from: 'gone, (select count(*) from keys) counted',
      ends: true,
    });
    const [revoked, told] = revocation('keys', origin);
    const revocations = auditInsert(statement, 'keys, log', revoked, {
      ...told,
      position: 'log.position - row_number() over ()',
    });
    const last = { domainId: domain.id, action: 'domain.deleted', origin, changes };
    const entry = auditInsert(statement, 'log', last, { position: 'log.position' });
    const rows = await database.query(
      `with gone as (
         update domains set deleted_at = now() where id = ${id} and deleted_at is null returning id
       ), keys as (
         update credentials set revoked_at = now() from gone
          where credentials.domain_id = gone.id and credentials.revoked_at is null
         returning credentials.id, credentials.domain_id, credentials.subscription
       ), log as (${log}), revocations as (${revocations}), entry as (${entry})
       select id from gone`,
      statement.values,
    );
    return rows.length > 0;
  }

  /** Removes what is left of deleted domains, in steps, so that an interrupted run is simply taken up by the next. */
  async purgeDeleted(): Promise<void> {
    for (const [table, key] of Object.entries({ client_secrets: ['client_id', 'id'], clients: ['client_id'] })) {
      const isSame = ['domain_id', ...key].map((column) => `leftover.${column} = batch.${column}`).join(' and ');
      let removed: number;
      do {
        const rows = await this.database.query(
          `with batch as (
             select leftover.domain_id, ${key.map((column) => `leftover.${column}`).join(', ')}
               from ${table} leftover join domains on domains.id = leftover.domain_id
              where domains.deleted_at is not null limit $1)
           delete from ${table} leftover using batch where ${isSame} returning 1`,
          [PURGE_BATCH],
        );
        removed = rows.length;
      } while (removed >= PURGE_BATCH);
    }
  }

  private lookUpBy(column: 'name' | 'id', type: string): (key: string) => Promise<Domain | undefined> {
    // One full row for each in any case, so that existing and not existing take the same time.
    const sql = `select domains.id is not null as known, coalesce(domains.id, 0) as id, coalesce(name, 'nobody') as name,
              coalesce(subscription, 'nobody') as subscription, coalesce(created_at, now()) as created_at, deleted_at
         from unnest($1::${type}[], $2::text[]) with ordinality asked (key, within, place)
         left join domains on domains.${column} = asked.key and deleted_at is null
          and (within is null or within = subscription) order by place`;
    const found = lookUps(async (asked: readonly string[]) => {
      const parts = asked.map(partsOf);
      const [keys, within] = [parts.map(([key]) => key), parts.map(([, subscription]) => subscription)];
      const rows = await this.database.reading((database) => database.query(sql, [keys, within]));
      return rows.map((row) => {
        const domain = this.table.toEntity(row);
        return row.known ? domain : undefined;
      });
    });
    return (key) => found.load(key);
  }
}

/** An id or a name, neither of which has a space in it, and the subscription behind it, within which alone it is looked for. */
function partsOf(asked: string): [key: string, subscription: string | null] {
  const end = asked.indexOf(' ');
  return end < 0 ? [asked, null] : [asked.slice(0, end), asked.slice(end + 1)];
}
