import type { DataSource } from 'typeorm';
import {
  Client,
  type ClientDraft,
  type ClientPage,
  type ClientQuery,
  type ClientRef,
  ClientRepository,
  ClientSecret,
  type ClientWrite,
  type IdQuery,
} from '#clients';
import { ClientCache, type Written } from './client-cache.js';
import { DraftStatements } from './client-draft.sql.js';
import { ClientLookUps } from './client-look-ups.js';
import { type FoundPage, pageStatement } from './client-page.sql.js';
import { ClientTallies } from './client-tallies.js';
import { ClientWrites, type Stored } from './client-writes.js';
import { Database, type StandIn } from './database.js';
import { EntityTable } from './entity-table.js';
import { PageMemory, type RememberedPage } from './page-memory.js';
import { type DraftTables, PostgresClientDraft } from './postgres-client-draft.js';
import { Statement } from './statement.js';

/** Clients in PostgreSQL, and those that were read last in memory. Every write is guarded by both versions. */
export class PostgresClientRepository extends ClientRepository {
  private readonly database: Database;
  private readonly clients: EntityTable<Client>;
  private readonly secrets: EntityTable<ClientSecret>;
  private readonly tallies: ClientTallies;
  private readonly drafts: DraftTables;
  private readonly lookUps: ClientLookUps;
  private readonly writes: ClientWrites;
  private readonly pages = new PageMemory();

  constructor(
    source: DataSource,
    private readonly cache = new ClientCache(() => false),
    standIn?: StandIn,
  ) {
    super();
    this.database = new Database(source, standIn);
    this.clients = new EntityTable(source, Client);
    this.secrets = new EntityTable(source, ClientSecret);
    this.lookUps = new ClientLookUps(this.database, this.clients);
    this.writes = new ClientWrites(this.database, this.clients, this.secrets);
    this.tallies = new ClientTallies(this.database);
    const statements = new DraftStatements(this.clients, this.secrets);
    const { url } = source.options as { url: string };
    this.drafts = { url, clients: this.clients, secrets: this.secrets, statements, cache };
  }

  find(ref: ClientRef): Promise<Client | undefined> {
    // What a replica shows is never remembered.
    return this.database.reading(
      (database) => this.load(ref, database),
      () => this.cache.read(ref, () => this.lookUps.find(ref)),
    );
  }

  insert(write: ClientWrite): Promise<Client | undefined> {
    const { client } = write;
    return this.cache.replacing(client, async () => this.written(client, await this.writes.insert(write)));
  }

  async update(
    ref: ClientRef,
    decide: (current: Client, liveSecrets: () => Promise<ClientSecret[]>) => Promise<ClientWrite | undefined>,
  ): Promise<Client | undefined> {
    const liveSecrets = () => this.loadSecrets(ref);
    // To decide on what is remembered saves reading it first: the guard holds only if that is still on record.
    const remembered = this.cache.peek(ref);
    const guess = remembered && (await guessOf(() => decide(remembered, liveSecrets)));
    const unchanged = guess && !guess.value ? remembered : undefined;
    const guessed = remembered && guess?.value && (await this.change(remembered, guess.value));
    if (guessed) return guessed;
    for (;;) {
      const current = await this.findNow(ref);
      if (!current) return undefined;
      if (unchanged && isSameVersion(current, unchanged)) return unchanged;
      const write = await decide(current, liveSecrets);
      if (!write) return current;
      const changed = await this.change(current, write);
      if (changed) return changed;
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

  async list(domainId: string, query: ClientQuery): Promise<ClientPage> {
    const remembered = this.pages.get(domainId, query);
    const { sql, values } = remembered?.statement ?? pageStatement(domainId, query, this.clients.json);
    const [row] = await this.database.reading((database) => database.query<FoundPage>(sql, values));
    const { page, known, total, tallies } = row!;
    if (tallies !== null) this.tallies.found(domainId, Number(tallies));
    const { clients, hasMore } = remembered && known ? remembered : this.readPage(domainId, query, page);
    return { clients, total: Number(total), hasMore };
  }

  async ids(domainId: string, { search, after, offset = 0, limit }: IdQuery): Promise<string[]> {
    const statement = new Statement();
    const conditions = [
      `domain_id = ${statement.parameter(domainId, 'bigint')}`,
      ...(after === undefined ? [] : [`client_id > ${statement.parameter(after, 'text')}`]),
      ...(search === undefined ? [] : [`position(${statement.parameter(search, 'text')} in client_id) > 0`]),
    ];
    const skip = offset > 0 ? `offset ${statement.parameter(offset, 'bigint')}` : '';
    // The limit as a literal, since PostgreSQL plans anew each time for one that it does not know.
    const rows = await this.database.reading((database) =>
      database.query<{ client_id: string }>(
        `select client_id from clients where ${conditions.join(' and ')} order by client_id limit ${Math.trunc(limit)} ${skip}`,
        statement.values,
      ),
    );
    return rows.map((row) => row.client_id);
  }

  openDraft(domainId: string): Promise<ClientDraft | undefined> {
    return PostgresClientDraft.open(this.drafts, domainId);
  }

  liveSecrets(ref: ClientRef): Promise<ClientSecret[]> {
    return this.database.reading((database) => this.loadSecrets(ref, database));
  }

  async noteUse(secret: ClientSecret, anew?: Pick<ClientSecret, 'algorithm' | 'salt' | 'hash'>): Promise<void> {
    const { algorithm, salt, hash } = anew ?? secret;
    await this.database.query(
      `update client_secrets set last_used_on = current_date, algorithm = $4, salt = $5, hash = $6
        where domain_id = $1 and client_id = $2 and id = $3 and (last_used_on is distinct from current_date or algorithm <> $4)`,
      [secret.domainId, secret.clientId, secret.id, algorithm, salt, hash],
    );
  }

  private async load({ domainId, clientId }: ClientRef, database: Database): Promise<Client | undefined> {
    const [row] = await database.query<{ client: string }>(
      `select ${this.clients.json}::text as client from clients where domain_id = $1 and client_id = $2`,
      [domainId, clientId],
    );
    return row && this.clients.fromValues(JSON.parse(row.client));
  }

  private async loadSecrets(ref: ClientRef, database = this.database): Promise<ClientSecret[]> {
    const rows = await database.query(
      `select ${this.secrets.list} from client_secrets where domain_id = $1 and client_id = $2
          and (expires_at is null or expires_at > now()) order by created_at, id`,
      [ref.domainId, ref.clientId],
    );
    return rows.map((row) => this.secrets.toEntity(row));
  }

  private readPage(domainId: string, query: ClientQuery, page: string | null): RememberedPage {
    const values: unknown[][] = page === null ? [] : JSON.parse(page);
    const found = values.map((each) => this.cache.observe(this.clients.fromValues(each)));
    for (const clientId of idsAskedFor(query)) {
      if (!found.some((client) => client.clientId === clientId)) this.cache.forget({ domainId, clientId });
    }
    const clients = found.slice(0, query.limit);
    const read = {
      clients: 'before' in query.start ? clients.reverse() : clients,
      hasMore: found.length > query.limit,
      statement: pageStatement(domainId, query, this.clients.json, found),
    };
    this.pages.set(domainId, query, read);
    return read;
  }

  /** The record as it is on the primary, whatever is remembered. */
  private async findNow(ref: ClientRef): Promise<Client | undefined> {
    const found = await this.lookUps.find(ref);
    if (found) this.cache.observe(found);
    else this.cache.forget(ref);
    return found;
  }

  /** false = record or secrets are no longer what they were. */
  private async drop(current: Client, allowed: Pick<ClientWrite, 'changes' | 'origin'>): Promise<boolean> {
    return (await this.cache.around(current, () => this.writes.remove(current, allowed))) !== undefined;
  }

  /** undefined = record or secrets are no longer what they were. */
  private change(current: Client, write: ClientWrite): Promise<Client | undefined> {
    return this.cache.replacing(current, async () =>
      this.written(write.client, await this.writes.change(current, write)),
    );
  }

  /** The client as it is stored now; undefined when nothing was written. */
  private written(client: Client, stored: Stored | undefined): Written | undefined {
    if (!stored) return undefined;
    const { entry, ...known } = stored;
    return { client: this.clients.copy(client, known), entry };
  }
}

/** What was decided; undefined when it was refused, which is for a decision on the row itself to say. */
async function guessOf<T>(decide: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await decide() };
  } catch {
    return undefined;
  }
}

function isSameVersion(one: Client, other: Client): boolean {
  return one.version === other.version && one.secretsVersion === other.secretsVersion;
}

/** A list that was to show them and does not has seen that they are gone. */
function idsAskedFor({ filters }: ClientQuery): readonly string[] {
  return filters.find(({ property, operator }) => property === 'clientId' && operator === 'equals')?.values ?? [];
}
