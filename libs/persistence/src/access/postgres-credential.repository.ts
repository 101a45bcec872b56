import { ArrayContainedBy, type DataSource, type EntityManager, IsNull, MoreThan, Not } from 'typeorm';
import { changesBetween, type Origin } from '#audit';
import {
  Credential,
  CredentialRepository,
  type CredentialStatus,
  type NewCredential,
  PERMISSIONS,
  type PresentedCredential,
} from '#credentials';
import { Database, type StandIn } from '../database/database.js';
import { nextReminder, secondsUntil } from '../database/reminders.sql.js';
import { appendEntries, NO_DOMAIN } from '../log/append-entries.js';
import { type FreshCache, type FreshCaches } from '../memory/fresh-cache.js';
import { revocationOf } from './revocation.js';

/** How long a generated credential is valid when the request names no expiry (spec/admin.md, Credentials). */
const DEFAULT_VALIDITY = '6 months';
/** The lock that is held while operators are counted and their number changes. */
const OPERATORS = 'clientele operators';

export class PostgresCredentialRepository extends CredentialRepository {
  private readonly database: Database;
  private readonly byKeyHash: FreshCache<CredentialStatus>;
  private readonly byId: FreshCache<CredentialStatus>;

  constructor(
    source: DataSource,
    private readonly caches: FreshCaches,
    standIn?: StandIn,
  ) {
    super();
    this.database = new Database(source, standIn);
    this.byKeyHash = caches.make((hash) => this.load(STATUS_BY_KEY_HASH, hash));
    this.byId = caches.make((id) => this.load(STATUS_BY_ID, id));
  }

  statusOf(presented: PresentedCredential): Promise<CredentialStatus | undefined> {
    return 'id' in presented ? this.byId.get(presented.id) : this.byKeyHash.get(presented.keyHashHex);
  }

  async chosenKeyHashes(): Promise<Buffer[]> {
    const chosen = await this.database.run((manager) => manager.findBy(Credential, { keyChosen: true }));
    return chosen.map(({ keyHash }) => keyHash);
  }

  list(by: Credential, { after, limit }: { after?: string; limit: number }): Promise<Credential[]> {
    const where = { ...withinRightsOf(by), ...(after !== undefined && { id: MoreThan(after) }) };
    return this.database.read((manager) => manager.find(Credential, { where, order: { id: 'ASC' }, take: limit }));
  }

  async find(id: string): Promise<Credential | undefined> {
    return (await this.database.read((manager) => manager.findOneBy(Credential, { id }))) ?? undefined;
  }

  insert(credential: NewCredential, origin: Origin): Promise<Credential> {
    return this.database.transaction((manager) => store(manager, credential, origin));
  }

  insertFirst(credential: NewCredential, origin: Origin): Promise<Credential | undefined> {
    return this.database.exclusively(OPERATORS, async (manager) =>
      (await manager.exists(Credential)) ? undefined : store(manager, credential, origin),
    );
  }

  async revoke(id: string, origin: Origin): Promise<boolean> {
    const isKept = await this.database.exclusively(OPERATORS, async (manager) => {
      const valid = { id, revokedAt: IsNull() };
      const credential = await manager.findOneBy(Credential, valid);
      if (!credential) return false;
      const otherOperators = { ...valid, id: Not(id), subscription: IsNull() };
      if (credential.isOperator && !(await manager.existsBy(Credential, otherOperators))) return true;
      // The domain may be being deleted at this moment.
      const { affected } = await manager.update(Credential, valid, { revokedAt: () => 'now()' });
      if (affected) await appendEntries(manager, credential.domainId ?? NO_DOMAIN, [revocationOf(credential)], origin);
      return false;
    });
    await this.caches.changed();
    return !isKept;
  }

  private async load(sql: string, value: string): Promise<CredentialStatus | undefined> {
    const [row] = await this.database.reading((database) => database.query<StatusRow>(sql, [value]));
    if (!row) return undefined;
    const { state, isUsedToday, ...fields } = row;
    const credential = Object.assign(new Credential(), fields);
    if (state === 'valid' && !isUsedToday) this.noteUse(credential);
    return { credential, state };
  }

  /** Runs beside the request, which it can never make fail. */
  private noteUse({ id }: Credential): void {
    this.database
      .run((manager) => manager.update(Credential, { id }, { lastUsedOn: () => 'current_date' }))
      .catch(() => {});
  }
}

/** As `Credential.isWithin`. */
function withinRightsOf(by: Credential) {
  if (by.isOperator) return {};
  return {
    subscription: by.subscription!,
    permissions: ArrayContainedBy(PERMISSIONS.filter((permission) => by.may(permission))),
    ...(by.domainId !== null && { domainId: by.domainId }),
  };
}

async function store(manager: EntityManager, credential: NewCredential, origin: Origin): Promise<Credential> {
  const { makerExpiresAt, expiresAt, ...given } = credential;
  const { id, name, subscription, domainId, permissions } = credential;
  const endsAt =
    expiresAt === undefined
      ? `least(now() + interval '${DEFAULT_VALIDITY}', cast(:makerExpiresAt as timestamptz))`
      : 'cast(:expiresAt as timestamptz)';
  await manager
    .createQueryBuilder()
    .insert()
    .into(Credential)
    .values({ ...given, expiresAt: () => endsAt, nextReminderDays: () => nextReminder(secondsUntil(endsAt)) })
    .setParameters({ makerExpiresAt, expiresAt })
    .execute();
  const stored = await manager.findOneByOrFail(Credential, { id });
  const told = { id, name, subscription, domainId, permissions };
  const changes = changesBetween(undefined, told, Object.keys(told) as (keyof typeof told)[]);
  const entry = { subscription, action: 'credential.created', changes };
  await appendEntries(manager, domainId ?? NO_DOMAIN, [entry], origin);
  return stored;
}

/** The fields of a credential under their names, and its state. */
type StatusRow = { readonly [field in keyof Credential]: Credential[field] } & {
  readonly state: CredentialStatus['state'];
  readonly isUsedToday: boolean;
};

/** SQL of our own: TypeORM's takes more than twice as long, and a cold request starts with this look-up (decision 6). */
const statusWhere = (condition: string) => `
  select credentials.id, credentials.name, credentials.subscription, domain_id as "domainId", permissions,
         key_hash as "keyHash", key_hint as "keyHint", key_chosen as "keyChosen", credentials.created_at as "createdAt",
         expires_at as "expiresAt", revoked_at as "revokedAt", last_used_on as "lastUsedOn",
         last_used_on is not distinct from current_date as "isUsedToday",
         case when revoked_at is not null or domains.deleted_at is not null then 'revoked'
              when expires_at <= now() then 'expired' else 'valid' end as state
    from credentials left join domains on domains.id = credentials.domain_id
   where ${condition}`;
const STATUS_BY_KEY_HASH = statusWhere(`credentials.key_hash = decode($1, 'hex')`);
const STATUS_BY_ID = statusWhere('credentials.id = $1::uuid');
