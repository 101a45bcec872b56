import { isDeepStrictEqual } from 'node:util';
import type { Query } from '../bench/postgres.js';
import { call, type Target } from './call.js';
import { afterEntry, type Changes, emptyLike, type Told } from './told.js';
import type { Acknowledged } from './writers.js';

/** More of one kind say nothing new. */
const SENTENCES = 5;
/** Columns of a client that no entry names. */
const UNTOLD = new Set([
  'domain_id',
  'client_id',
  'version',
  'secrets_version',
  'created_at',
  'updated_at',
  'next_reminder_days',
]);
/** Times that entries name: the same time, written in another way. */
const TIMES = new Set(['suspended_at', 'suspended_until', 'expires_at']);
/** Request ids of what the server does by itself without naming each. */
const NO_REQUEST = '-';

interface EntryRow {
  readonly id: number;
  readonly request_id: string;
  readonly action: string;
  readonly client_id: string;
  readonly changes: Changes;
  /** null = the server did it by itself. */
  readonly credential_id: string | null;
}

/** A client as it is in the database; secrets: id and hint of each. */
interface Found {
  readonly record: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

/** What writers noted. */
interface Noted {
  readonly acknowledged: Acknowledged[];
  /** Request ids. */
  readonly refused: string[];
}

/**
 * Holds the audit against what was acknowledged, and records and secrets against the audit: every acknowledged write is
 * there, once and in its order, and each client is exactly what its trail says, secrets included.
 */
export class Books {
  readonly failures: string[] = [];
  acknowledged = 0;
  lost = 0;
  /** Clients that are not what their trail says. */
  halfDone = 0;
  /** Clients, and suspensions, that have ended by themselves. */
  ended = 0;
  resumed = 0;
  #lastEntry = 0;
  /** By client, as the trail says. */
  readonly #told = new Map<string, Told>();
  /** Every write in the audit, by its request id: the entry's number. */
  readonly #entries = new Map<string, number>();
  /** Values of secrets as they were acknowledged, by request id. */
  readonly #secrets = new Map<string, string>();

  /** To be called when no write is under way; `query` runs SQL. What was noted is used up. */
  async check(query: Query, { acknowledged, refused }: Noted): Promise<void> {
    for (const { id, request_id, action, client_id, changes, credential_id } of await query<EntryRow>(
      'select position::float8 as id, request_id, action, client_id, changes, credential_id from audit_entries where client_id is not null and position > $1 order by position',
      [this.#lastEntry],
    )) {
      if (this.#entries.has(request_id) && request_id !== NO_REQUEST) this.#fail(`${request_id} is in the audit twice`);
      this.#entries.set(request_id, id);
      this.#follow(client_id, { requestId: request_id, action, changes });
      if (credential_id === null && action === 'client.deleted') this.ended += 1;
      if (credential_id === null && action === 'client.resumed') this.resumed += 1;
      this.#lastEntry = id;
    }
    this.acknowledged += acknowledged.length;
    this.#checkAcknowledged(acknowledged.splice(0));
    for (const requestId of refused.splice(0)) {
      if (this.#entries.has(requestId)) this.#fail(`${requestId} was refused, and is in the audit`);
    }
    await this.#checkRecords(query);
  }

  /** Whether the last secret that was acknowledged for each client works; gives how many there are. */
  async verifySecrets(server: Target): Promise<number> {
    const known = [...this.#told].flatMap(([clientId, { secret }]) => {
      const value = secret && this.#secrets.get(secret.requestId);
      return value === undefined ? [] : [{ clientId, secret: value }];
    });
    for (const { clientId, secret } of known) {
      const path = `/v1/domain/default/client/${clientId}/secrets/verify`;
      const { status, body } = await call<{ valid: boolean }>(server, 'POST', path, { body: { secret } });
      if (status !== 200 || !body.valid) this.#fail(`the secret of ${clientId} does not verify (${status})`);
    }
    return known.length;
  }

  #checkAcknowledged(writes: readonly Acknowledged[]) {
    const last = new Map<string, number>();
    for (const { requestId, clientId, secret } of writes) {
      const entry = this.#entries.get(requestId);
      if (secret) this.#secrets.set(requestId, secret);
      if (entry === undefined) {
        this.lost += 1;
        this.#fail(`${requestId} of ${clientId} was acknowledged, and is not in the audit`);
      } else if (entry < (last.get(clientId) ?? 0)) this.#fail(`${requestId} of ${clientId} is out of order`);
      else last.set(clientId, entry);
    }
  }

  #follow(clientId: string, entry: Parameters<typeof afterEntry>[1]) {
    const { told, fault } = afterEntry(this.#told.get(clientId), entry);
    if (fault) this.#fail(`${clientId}: ${fault}`);
    if (told) this.#told.set(clientId, told);
    else this.#told.delete(clientId);
  }

  async #checkRecords(query: Query) {
    const rows = await query<Found & { client_id: string }>(`
      select client_id, to_jsonb(clients) as record,
             array(select id::text || ' ' || hint from client_secrets s
                    where s.domain_id = clients.domain_id and s.client_id = clients.client_id) as secrets
        from clients where client_id like 'w%'`);
    const records = new Map(rows.map(({ client_id, record, secrets }) => [client_id, { record, secrets }]));
    for (const clientId of new Set([...records.keys(), ...this.#told.keys()])) {
      if (this.#isAsTold(this.#told.get(clientId), records.get(clientId))) continue;
      this.halfDone += 1;
      this.#fail(`${clientId} is not what its audit trail says`);
    }
    const [sums] = await query<Record<'orphans' | 'counted' | 'there', string>>(`
      select (select count(*) from client_secrets s where not exists (select from clients c
               where c.domain_id = s.domain_id and c.client_id = s.client_id)) as orphans,
             (select coalesce(sum(clients), 0) from domain_logs) as counted, (select count(*) from clients) as there`);
    const { orphans, counted, there } = sums!;
    if (orphans !== '0') this.#fail(`${orphans} secrets have no client`);
    if (counted !== there) this.#fail(`the total says ${counted} clients, and there are ${there}`);
  }

  #isAsTold(told: Told | undefined, found: Found | undefined) {
    if (!told || !found) return told === found;
    const { record, secrets } = found;
    const named = new Map(Object.entries(told.fields).map(([name, value]) => [snakeCase(name), value]));
    const isColumn = ([name, value]: [string, unknown]) =>
      UNTOLD.has(name) ||
      (TIMES.has(name) && isSameTime(value, named.get(name))) ||
      isDeepStrictEqual(value, named.has(name) ? named.get(name) : emptyLike(value));
    if (!Object.entries(record).every(isColumn)) return false;
    if ((record.client_type === 'confidential') !== (told.secret !== undefined)) return false;
    if (!told.secret) return secrets.length === 0;
    const [id, hint] = secrets[0]?.split(' ') ?? [];
    const value = this.#secrets.get(told.secret.requestId);
    return (
      secrets.length === 1 &&
      (told.secret.id === undefined || told.secret.id === id) &&
      (value === undefined || value.endsWith(hint!))
    );
  }

  #fail(sentence: string) {
    if (this.failures.length < SENTENCES) this.failures.push(`${sentence}.`);
  }
}

function isSameTime(one: unknown, other: unknown) {
  return typeof one === 'string' && typeof other === 'string' && Date.parse(one) === Date.parse(other);
}

function snakeCase(name: string) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
