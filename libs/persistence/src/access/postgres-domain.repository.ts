import { type DataSource, IsNull, MoreThan } from 'typeorm';
import { changesBetween, type Origin } from '#audit';
import { Credential } from '#credentials';
import { Domain, type DomainPolicy, DomainRepository, POLICY_FIELDS, policyOf } from '#domains';
import { Database, type StandIn } from '../database/database.js';
import { DomainLog } from '../database/entities/domain-log.entity.js';
import { keysAsked, lookUps } from '../database/look-ups.js';
import { appendEntries } from '../log/append-entries.js';
import { type FreshCache, type FreshCaches } from '../memory/fresh-cache.js';
import { type Revoked, revocationOf } from './revocation.js';

const PURGE_BATCH = 5000;
/** What a deleted domain leaves: tables, and their keys within a domain. */
const LEFTOVERS = { client_secrets: ['client_id', 'id'], client_sightings: ['client_id'], clients: ['client_id'] };
const LOCK = { mode: 'pessimistic_write' } as const;

export class PostgresDomainRepository extends DomainRepository {
  private readonly database: Database;
  private readonly byName: FreshCache<Domain>;
  private readonly byId: FreshCache<Domain>;

  constructor(
    source: DataSource,
    private readonly caches: FreshCaches,
    standIn?: StandIn,
  ) {
    super();
    this.database = new Database(source, standIn);
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
    const where = {
      deletedAt: IsNull(),
      ...(subscription !== null && { subscription }),
      ...(after !== undefined && { name: MoreThan(after) }),
    };
    const page = { where, order: { name: 'ASC' }, take: limit } as const;
    const domains = await this.database.read((manager) => manager.find(Domain, page));
    return domains.map(({ name }) => name);
  }

  async insert(name: string, subscription: string, origin: Origin): Promise<Domain | undefined> {
    const domain = await this.database.transaction(async (manager) => {
      const inserting = manager.createQueryBuilder().insert().into(Domain).values({ name, subscription }).orIgnore();
      const [made] = (await inserting.returning('id').execute()).raw as { id: string }[];
      if (!made) return undefined;
      const stored = await manager.findOneByOrFail(Domain, made);
      const entry = { action: 'domain.created', changes: { name: { before: null, after: name } } };
      await appendEntries(manager, made.id, [entry], origin);
      return stored;
    });
    await this.caches.changed();
    return domain;
  }

  async changePolicy({ id }: Domain, policy: DomainPolicy, origin: Origin): Promise<boolean> {
    const isThere = await this.database.transaction(async (manager) => {
      // Before the domain, as `remove` locks them.
      await manager.findOne(DomainLog, { where: { domainId: id }, lock: LOCK });
      const before = await manager.findOneBy(Domain, { id, deletedAt: IsNull() });
      if (!before) return false;
      const changes = changesBetween<DomainPolicy>(policyOf(before), policy, POLICY_FIELDS);
      if (Object.keys(changes).length === 0) return true;
      await manager.update(Domain, { id }, policy);
      await appendEntries(manager, id, [{ action: 'domain.changed', changes }], origin);
      return true;
    });
    await this.caches.changed();
    return isThere;
  }

  async remove(domain: Domain, origin: Origin): Promise<boolean> {
    const isRemoved = await this.database.transaction(async (manager) => {
      const keys = { domainId: domain.id, revokedAt: IsNull() };
      // The statements below do not see uncommitted rows. Without this wait, a key that is being made would not be
      // revoked. The existing keys are locked first, because revoking a key also locks the key before the log.
      await manager.find(Credential, { where: keys, order: { id: 'ASC' }, lock: LOCK });
      await manager.findOne(DomainLog, { where: { domainId: domain.id }, lock: LOCK });
      const living = { id: domain.id, deletedAt: IsNull() };
      const { affected } = await manager.update(Domain, living, { deletedAt: () => 'now()' });
      if (!affected) return false;
      const revoking = manager
        .createQueryBuilder()
        .update(Credential)
        .set({ revokedAt: () => 'now()' })
        .where(keys);
      const revoked: Revoked[] = (await revoking.returning(['id', 'subscription']).execute()).raw;
      const entry = { action: 'domain.deleted', changes: { name: { before: domain.name, after: null } } };
      await appendEntries(manager, domain.id, [...revoked.map(revocationOf), entry], origin, { ends: true });
      return true;
    });
    await this.caches.changed();
    return isRemoved;
  }

  /**
   * Removes the rows of deleted domains step by step. If a run is interrupted, the next one continues it. SQL, because
   * TypeORM has no DELETE with a limit.
   */
  async purgeDeleted(): Promise<void> {
    for (const [table, key] of Object.entries(LEFTOVERS)) {
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

  /** Looks up many domains in one SQL statement of our own, because cold requests wait for it (decision 6). */
  private lookUpBy(column: 'name' | 'id', type: string): (key: string) => Promise<Domain | undefined> {
    // Every key gets one full row, so that existing and missing domains take the same time. Each key has its own
    // look-up: PostgreSQL may plan a join as a scan of all domains.
    const sql = `select domains.id is not null as known, coalesce(domains.id, 0) as id, coalesce(name, 'nobody') as name,
              coalesce(subscription, 'nobody') as subscription, coalesce(created_at, now()) as "createdAt",
              deleted_at as "deletedAt", max_secret_age_days as "maxSecretAgeDays"
         from (${keysAsked(`place integer, key ${type}, within text`)}) asked
         left join lateral (
           select * from domains
            where ${column} = asked.key and deleted_at is null and (within is null or within = subscription) offset 0
         ) domains on true order by place`;
    const found = lookUps(async (asked: readonly string[]) => {
      const keys = JSON.stringify(asked.map((text, place) => ({ place, ...partsOf(text) })));
      const rows = await this.database.reading((database) => database.query<Row>(sql, [keys]));
      return rows.map(({ known, ...fields }) => {
        const domain = Object.assign(new Domain(), fields);
        return known ? domain : undefined;
      });
    });
    return (key) => found.load(key);
  }
}

type Row = Domain & { readonly known: boolean };

/** Splits an id or name, neither of which contains a space, from the subscription that the look-up is limited to. */
function partsOf(asked: string): { readonly key: string; readonly within: string | null } {
  const end = asked.indexOf(' ');
  return end < 0 ? { key: asked, within: null } : { key: asked.slice(0, end), within: asked.slice(end + 1) };
}
