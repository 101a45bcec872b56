import {
  ArrayContainedBy,
  type DataSource,
  type EntityManager,
  IsNull,
  MoreThan,
  Not,
  type QueryDeepPartialEntity,
} from 'typeorm';
import { changesBetween, type Origin } from '#audit';
import {
  Credential,
  CredentialRepository,
  type CredentialStatus,
  type NewCredential,
  PERMISSIONS,
  type PresentedCredential,
  type Rotation,
  type RotationRefusal,
  type RotationTimes,
  rotated,
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
  /** By the id of the credential and that of the token. */
  private readonly byToken: FreshCache<CredentialStatus>;

  constructor(
    source: DataSource,
    private readonly caches: FreshCaches,
    standIn?: StandIn,
  ) {
    super();
    this.database = new Database(source, standIn);
    this.byKeyHash = caches.make((hash) => this.load(STATUS_BY_KEY_HASH, [hash]));
    this.byToken = caches.make((ids) => this.load(STATUS_BY_TOKEN, ids.split(' ')));
  }

  statusOf(presented: PresentedCredential): Promise<CredentialStatus | undefined> {
    if ('keyHashHex' in presented) return this.byKeyHash.get(presented.keyHashHex);
    return this.byToken.get(`${presented.id} ${presented.tokenId}`);
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

  async rotate(by: Credential, rotation: Rotation, origin: Origin): Promise<Credential | RotationRefusal> {
    const result = await this.database.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const before = await manager.findOne(Credential, { where: { id: by.id }, lock });
      if (!before) return 'not_valid';
      // After the lock: others may have held it for a while.
      const [times] = await manager.query<(RotationTimes & { nextReminderDays: number })[]>(TIMES_OF_ROTATION, [
        before.makerExpiresAt,
      ]);
      const values = rotated(before, by, rotation, times!);
      if (typeof values === 'string') return values;
      return storeRotation(manager, before, values, times!.nextReminderDays, origin);
    });
    await this.caches.changed();
    return result;
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

  private async load(sql: string, values: readonly string[]): Promise<CredentialStatus | undefined> {
    const [row] = await this.database.reading((database) => database.query<StatusRow>(sql, values));
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
  const renewable = expiresAt === undefined;
  const endsAt = renewable ? usualEnd('cast(:makersEnd as timestamptz)') : 'cast(:expiresAt as timestamptz)';
  await manager
    .createQueryBuilder()
    .insert()
    .into(Credential)
    .values({
      ...{ ...given, renewable, makerExpiresAt, expiresAt: () => endsAt },
      nextReminderDays: () => nextReminder(secondsUntil(endsAt)),
    })
    .setParameters({ makersEnd: makerExpiresAt, expiresAt })
    .execute();
  const stored = await manager.findOneByOrFail(Credential, { id });
  const told = { id, name, subscription, domainId, permissions };
  const changes = changesBetween(undefined, told, Object.keys(told) as (keyof typeof told)[]);
  const entry = { subscription, action: 'credential.created', changes };
  await appendEntries(manager, domainId ?? NO_DOMAIN, [entry], origin);
  return stored;
}

/** When a credential ends of which nobody said when, counted from now; `makersEnd`: an expression, null = never. */
function usualEnd(makersEnd: string): string {
  return `least(now() + interval '${DEFAULT_VALIDITY}', ${makersEnd})`;
}

/**
 * For a rotation; $1: when the maker ends. The reminder is computed here and not in the update, because Citus refuses an
 * update in which a `case` contains the clock (decision 50).
 */
const TIMES_OF_ROTATION = `
  select clock_timestamp()::timestamptz(3) as now, ${usualEnd('$1::timestamptz')}::timestamptz(3) as "usualEnd",
         ${nextReminder(secondsUntil(usualEnd('$1::timestamptz')))} as "nextReminderDays"`;

async function storeRotation(
  manager: EntityManager,
  before: Credential,
  values: Partial<Credential>,
  nextReminderDays: number,
  origin: Origin,
): Promise<Credential> {
  const { id, domainId, subscription, renewable } = before;
  // Who has another end is to be reminded of that one.
  const reminder = renewable && { nextReminderDays };
  await manager.update(Credential, { id }, { ...values, ...reminder } as QueryDeepPartialEntity<Credential>);
  const after = Object.assign(new Credential(), before, values);
  // Nothing is told of previous values from before: they ended then, or long ago.
  const changes = changesBetween(toldOf(before, null), toldOf(after, after.previousExpiresAt), TOLD);
  await appendEntries(
    manager,
    domainId ?? NO_DOMAIN,
    [{ subscription, action: 'credential.rotated', changes }],
    origin,
  );
  return after;
}

/** What the audit tells of a rotation. */
const TOLD = ['hint', 'expiresAt', 'previousExpiresAt'] as const;

function toldOf({ keyHint, expiresAt }: Credential, previousExpiresAt: Date | null) {
  const textOf = (instant: Date | null) => instant?.toISOString() ?? null;
  return { hint: keyHint, expiresAt: textOf(expiresAt), previousExpiresAt: textOf(previousExpiresAt) };
}

/** The fields of a credential under their names, and its state. */
type StatusRow = { readonly [field in keyof Credential]: Credential[field] } & {
  readonly state: CredentialStatus['state'];
  readonly isUsedToday: boolean;
};

/**
 * SQL of our own: TypeORM's takes more than twice as long, and a cold request starts with this look-up (decision 6).
 * `present`, `previous`: whether the presented value is the present or the previous one.
 */
const statusWhere = (present: string, previous: string) => `
  select credentials.id, credentials.name, credentials.subscription, domain_id as "domainId", permissions,
         key_hash as "keyHash", key_hint as "keyHint", key_chosen as "keyChosen", credentials.created_at as "createdAt",
         expires_at as "expiresAt", renewable, maker_expires_at as "makerExpiresAt", token_id as "tokenId",
         rotated_at as "rotatedAt", previous_key_hash as "previousKeyHash", previous_key_hint as "previousKeyHint",
         previous_token_id as "previousTokenId", previous_expires_at as "previousExpiresAt",
         revoked_at as "revokedAt", last_used_on as "lastUsedOn",
         last_used_on is not distinct from current_date as "isUsedToday",
         case when revoked_at is not null or domains.deleted_at is not null then 'revoked'
              when expires_at <= now() or (not ${present} and previous_expires_at <= now()) then 'expired'
              else 'valid' end as state
    from credentials left join domains on domains.id = credentials.domain_id
   where ${present} or ${previous}`;
const KEY_HASH = `decode($1, 'hex')`;
const STATUS_BY_KEY_HASH = statusWhere(`key_hash = ${KEY_HASH}`, `previous_key_hash = ${KEY_HASH}`);
const IS_IT = 'credentials.id = $1::uuid';
const STATUS_BY_TOKEN = statusWhere(
  `(${IS_IT} and coalesce(token_id, credentials.id) = $2::uuid)`,
  `(${IS_IT} and previous_token_id = $2::uuid)`,
);
