import type { DataSource } from 'typeorm';
import {
  type AboutPage,
  type AboutQuery,
  Client,
  type ClientDraft,
  type ClientPage,
  type ClientQuery,
  type ClientRef,
  ClientRepository,
  type ClientSecret,
  type ClientWrite,
  type Decide,
  type DueClient,
  type DueDate,
  type IdQuery,
  type Put,
  type SecretsToVerify,
} from '#clients';
import { Database, type StandIn } from '../database/database.js';
import { ClientCache, isSameVersion, type OnRecord } from '../memory/client-cache.js';
import { ClientLists } from './client-lists.js';
import { ClientLookUps } from './client-look-ups.js';
import { withStored } from './client-row.js';
import { ClientWrites, type Stored } from './client-writes.js';
import { ImportLeases } from './import-lease.js';
import { PostgresClientDraft } from './postgres-client-draft.js';

/** Stores clients in PostgreSQL, and caches the clients that were read last. Both versions guard every write. */
export class PostgresClientRepository extends ClientRepository {
  private readonly database: Database;
  private readonly lookUps: ClientLookUps;
  private readonly lists: ClientLists;
  private readonly writes: ClientWrites;

  constructor(
    source: DataSource,
    private readonly cache = new ClientCache({ of: () => undefined, wake: () => {} }),
    standIn?: StandIn,
    private readonly leases = new ImportLeases((source.options as { url: string }).url),
  ) {
    super();
    this.database = new Database(source, standIn);
    this.lookUps = new ClientLookUps(this.database);
    this.writes = new ClientWrites(this.database);
    this.lists = new ClientLists(this.database, this.cache);
  }

  async find(ref: ClientRef): Promise<Client | undefined> {
    const remembered = this.cache.hit(ref);
    if (remembered) return remembered;
    // A client read from a replica is never cached.
    return this.database.reading(
      (database) => new ClientLookUps(database).find(ref),
      () => this.cache.read(ref, () => this.lookUps.find(ref)),
    );
  }

  async insert(write: ClientWrite): Promise<Client | undefined> {
    return (await this.attempt(undefined, write)).written?.client;
  }

  async put(ref: ClientRef, decide: Decide<Client | undefined>): Promise<Put | undefined> {
    const liveSecrets = async () => (await this.lookUps.secretsToVerify(ref)).live;
    // To decide on the cached client, or on its absence, saves a read. The write takes effect only if that is still
    // the record.
    const remembered = this.cache.peek(ref);
    const guess = await guessOf(() => decide(remembered, liveSecrets));
    const unchanged = guess && !guess.value ? remembered : undefined;
    let attempt = guess?.value ? await this.attempt(remembered, guess.value) : {};
    if (attempt.written) return { ...attempt.written, created: !remembered };
    for (;;) {
      const current = attempt.taken ?? (await this.findNow(ref));
      if (current && unchanged && isSameVersion(current, unchanged)) return { client: unchanged, created: false };
      const write = await decide(current, liveSecrets);
      if (!write) return current && { client: current, created: false };
      attempt = await this.attempt(current, write);
      if (attempt.written) return { ...attempt.written, created: !current };
    }
  }

  async remove(
    ref: ClientRef,
    allow: (current: Client) => Pick<ClientWrite, 'changes' | 'origin'>,
  ): Promise<Client | undefined> {
    const remembered = this.cache.peek(ref);
    const guess = remembered && (await guessOf(async () => allow(remembered)));
    if (guess && (await this.drop(remembered, guess.value))) return remembered;
    for (;;) {
      const current = await this.findNow(ref);
      if (!current) return undefined;
      if (await this.drop(current, allow(current))) return current;
    }
  }

  override findNow(ref: ClientRef): Promise<Client | undefined> {
    return this.cache.readAnew(ref, () => this.lookUps.findLiving(ref));
  }

  list(domainId: string, query: ClientQuery): Promise<ClientPage> {
    return this.lists.list(domainId, query);
  }

  ids(domainId: string, query: IdQuery): Promise<string[]> {
    return this.lists.ids(domainId, query);
  }

  due(date: DueDate, page: { readonly after?: DueClient; readonly limit: number }): Promise<readonly DueClient[]> {
    return this.lookUps.due(date, page);
  }

  async openDraft(domainId: string): Promise<ClientDraft | undefined> {
    const lease = await this.leases.take(domainId);
    return lease && new PostgresClientDraft(lease, this.cache);
  }

  secretsToVerify(ref: ClientRef): Promise<SecretsToVerify> {
    return this.database.reading(
      (database) => new ClientLookUps(database).secretsToVerify(ref),
      () => this.lookUps.secretsToVerify(ref),
    );
  }

  suspended(domainId: string, page: { readonly after?: string; readonly limit: number }): Promise<Client[]> {
    return this.database.reading((database) => new ClientLookUps(database).suspended(domainId, page));
  }

  described(domainId: string, query: AboutQuery): Promise<AboutPage> {
    return this.database.reading((database) => new ClientLookUps(database).described(domainId, query));
  }

  async noteUse(secret: ClientSecret, anew?: Pick<ClientSecret, 'algorithm' | 'salt' | 'hash'>): Promise<void> {
    const { algorithm, salt, hash } = anew ?? secret;
    await this.database.query(
      `update client_secrets set last_used_on = current_date, algorithm = $4, salt = $5, hash = $6
        where domain_id = $1 and client_id = $2 and id = $3 and hash = $7
          and (last_used_on is distinct from current_date or algorithm <> $4)`,
      [secret.domainId, secret.clientId, secret.id, algorithm, salt, hash, secret.hash],
    );
  }

  /** false = record or secrets have changed since. */
  private async drop(current: Client, allowed: Pick<ClientWrite, 'changes' | 'origin'>): Promise<boolean> {
    return (await this.cache.around(current, () => this.writes.remove(current, allowed))) !== undefined;
  }

  /** Writes what was decided on `current` (undefined = no such client), if that is still the record. */
  private async attempt(current: Client | undefined, write: ClientWrite): Promise<Attempt> {
    let stored: Stored | undefined;
    const onRecord = await this.cache.replacing(write.client, async () => {
      const outcome = current ? { stored: await this.writes.change(current, write) } : await this.writes.insert(write);
      stored = outcome.stored;
      return outcome.taken ? { client: outcome.taken } : stored && this.onRecord(write.client, stored);
    });
    if (!onRecord) return {};
    if (!stored) return { taken: this.cache.observe(onRecord.client) };
    return { written: { client: onRecord.client, secret: begunBy(write, stored) } };
  }

  /** The client as it is stored now. */
  private onRecord(client: Client, stored: Stored): OnRecord {
    return { client: withStored(client, stored), position: stored.position };
  }
}

/** The outcome of a write. Without either field, record or secrets have changed since the decision. */
interface Attempt {
  readonly written?: Omit<Put, 'created'>;
  /** The client that has the id already. */
  readonly taken?: Client;
}

/** The secret that a write added, as it is stored. */
function begunBy(
  { client: { domainId, clientId }, secrets }: ClientWrite,
  { at, secretExpiresAt: expiresAt }: Stored,
): ClientSecret | undefined {
  if (!('secret' in secrets)) return undefined;
  const { name = null } = secrets.secret;
  return { ...secrets.secret, domainId, clientId, name, expiresAt, createdAt: at, lastUsedOn: null };
}

/** The decision on a cached client; undefined = it refuses. Only a decision on the stored row may refuse. */
async function guessOf<T>(decide: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await decide() };
  } catch {
    return undefined;
  }
}
