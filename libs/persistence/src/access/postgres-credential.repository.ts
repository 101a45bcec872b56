import type { DataSource } from 'typeorm';
import { changesBetween, type Origin } from '#audit';
import { Credential, CredentialRepository, type NewCredential, type Presented, type Standing } from '#credentials';
import { Database, type Row, type StandIn } from '../database/database.js';
import { EntityTable } from '../database/entity-table.js';
import { Statement } from '../database/statement.js';
import { auditEntry, revocation } from '../log/audit-statement.js';
import { type FreshCache, type FreshCaches } from '../memory/fresh-cache.js';

/** How long a generated credential is good for when nothing is said (spec/admin.md, Credentials). */
const DEFAULT_VALIDITY = '6 months';
/** The lock under which the number of operators is looked at and changed. */
const OPERATORS = 'clientele operators';

export class PostgresCredentialRepository extends CredentialRepository {
  private readonly database: Database;
  private readonly table: EntityTable<Credential>;
  private readonly byKeyHash: FreshCache<Standing>;
  private readonly byId: FreshCache<Standing>;

  constructor(
    source: DataSource,
    private readonly caches: FreshCaches,
    standIn?: StandIn,
  ) {
    super();
    this.database = new Database(source, standIn);
    this.table = new EntityTable(source, Credential);
    this.byKeyHash = caches.make((hash) => this.load(`credentials.key_hash = decode($1, 'hex')`, hash));
    this.byId = caches.make((id) => this.load('credentials.id = $1::uuid', id));
  }

  standing(presented: Presented): Promise<Standing | undefined> {
    return 'id' in presented ? this.byId.get(presented.id) : this.byKeyHash.get(presented.keyHashHex);
  }

  async chosenKeyHashes(): Promise<Buffer[]> {
    const rows = await this.database.query<{ key_hash: Buffer }>('select key_hash from credentials where key_chosen');
    return rows.map((row) => row.key_hash);
  }

  async list(by: Credential, { after, limit }: { after?: string; limit: number }): Promise<Credential[]> {
    const statement = new Statement();
    const conditions = [
      ...(after === undefined ? [] : [`id > ${statement.parameter(after, 'uuid')}`]),
      ...withinRightsOf(by, statement),
    ];
    const sql = `select ${this.table.list} from credentials ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by id limit ${Math.trunc(limit)}`;
    const rows = await this.database.reading((database) => database.query(sql, statement.values));
    return rows.map((row) => this.table.toEntity(row));
  }

  async find(id: string): Promise<Credential | undefined> {
    const [row] = await this.database.reading((database) =>
      database.query(`select ${this.table.list} from credentials where id = $1::uuid`, [id]),
    );
    return row && this.table.toEntity(row);
  }

  insert(credential: NewCredential, origin: Origin): Promise<Credential> {
    return this.store(this.database, credential, origin);
  }

  insertFirst(credential: NewCredential, origin: Origin): Promise<Credential | undefined> {
    return this.database.exclusively(OPERATORS, async (database) => {
      const [known] = await database.query('select id from credentials limit 1');
      return known ? undefined : this.store(database, credential, origin);
    });
  }

  async revoke(id: string, origin: Origin): Promise<boolean> {
    const revoked = await this.database.exclusively(OPERATORS, async (database) => {
      const [target] = await database.query<{ last_operator: boolean }>(
        `select subscription is null and revoked_at is null and not exists (
           select from credentials other where other.id <> $1 and other.subscription is null and other.revoked_at is null
         ) as last_operator from credentials where id = $1`,
        [id],
      );
      if (target?.last_operator) return false;
      const statement = new Statement();
      const gone = `update credentials set revoked_at = now()
           where id = ${statement.parameter(id, 'uuid')} and revoked_at is null returning id, domain_id, subscription`;
      const entry = auditEntry(statement, 'gone', ...revocation('gone', origin));
      await database.query(`with gone as (${gone}), ${entry} select id from gone`, statement.values);
      return true;
    });
    await this.caches.changed();
    return revoked;
  }

  private async store(database: Database, credential: NewCredential, origin: Origin): Promise<Credential> {
    const { id, name, subscription, domainId, permissions, keyHash, keyHint, keyChosen } = credential;
    const { expiresAt, makerExpiresAt } = credential;
    const given = { id, name, subscription, domainId, permissions };
    const statement = new Statement();
    const expiry =
      expiresAt === undefined
        ? `least(now() + interval '${DEFAULT_VALIDITY}', ${statement.parameter(makerExpiresAt, 'timestamptz')})`
        : statement.parameter(expiresAt, 'timestamptz');
    const values = [
      statement.parameter(id, 'uuid'),
      statement.parameter(name, 'text'),
      statement.parameter(subscription, 'text'),
      statement.parameter(domainId, 'bigint'),
      statement.parameter(permissions, 'text[]'),
      statement.parameter(keyHash, 'bytea'),
      statement.parameter(keyHint, 'text'),
      statement.parameter(keyChosen, 'boolean'),
      expiry,
    ];
    const entry = auditEntry(statement, 'stored', {
      domainId,
      subscription,
      action: 'credential.created',
      origin,
      changes: changesBetween(undefined, given, Object.keys(given) as (keyof typeof given)[]),
    });
    const [row] = await database.query(
      `with stored as (
         insert into credentials (id, name, subscription, domain_id, permissions, key_hash, key_hint, key_chosen, expires_at)
         values (${values.join(', ')}) returning ${this.table.list}
       ), ${entry}
       select * from stored`,
      statement.values,
    );
    return this.table.toEntity(row!);
  }

  private async load(condition: string, value: string): Promise<Standing | undefined> {
    const sql = `select ${this.table.list}, last_used_on is not distinct from current_date as used_today,
              case when revoked_at is not null or domains.deleted_at is not null then 'revoked'
                   when expires_at <= now() then 'expired' else 'valid' end as state
         from credentials left join domains on domains.id = credentials.domain_id
        where ${condition}`;
    const [row] = await this.database.reading((database) =>
      database.query<Row & { state: Standing['state']; used_today: boolean }>(sql, [value]),
    );
    if (!row) return undefined;
    const credential = this.table.toEntity(row);
    if (row.state === 'valid' && !row.used_today) this.noteUse(credential);
    return { credential, state: row.state };
  }

  /** Written beside the request, and never able to fail it. */
  private noteUse(credential: Credential): void {
    this.database
      .query('update credentials set last_used_on = current_date where id = $1', [credential.id])
      .catch(() => {});
  }
}

/** As `Credential.isWithin`. */
function withinRightsOf(by: Credential, statement: Statement): string[] {
  if (by.isOperator) return [];
  return [
    `subscription = ${statement.parameter(by.subscription, 'text')}`,
    `permissions <@ ${statement.parameter(by.permissions, 'text[]')}`,
    ...(by.domainId === null ? [] : [`domain_id = ${statement.parameter(by.domainId, 'bigint')}`]),
  ];
}
