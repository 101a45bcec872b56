import { type Client, type ClientRef, type ClientWrite, LIFE_FIELDS, METADATA_FIELDS } from '#clients';
import { DomainError } from '#domains';
import { Batches } from '../database/batches.js';
import { byColumn } from '../database/columns.js';
import type { Database } from '../database/database.js';
import { domainGone, StoreUnavailable } from '../database/store-error.js';
import { addLife, addMetadata, type ClientRow, clientOf } from './client-row.js';
import { MAX_WRITES, WRITES } from './client-writes.sql.js';
import { SECRET_COLUMNS } from './secret-row.js';

/** The values that the database has set for a client that was written. */
export interface Stored {
  readonly version: string;
  readonly secretsVersion: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When the client was written. */
  readonly at: Date;
  /** The position of its audit entry in the domain's log. */
  readonly position: string;
  /** The expiry of the secret that was added with it, if any; null = it never expires. */
  readonly secretExpiresAt: Date | null;
}

/** The outcome of a write. Without either field, the record is no longer the one that the write was decided on. */
interface RowResult {
  readonly stored?: Stored;
  /** The client that has the id already. */
  readonly taken?: Client;
}

/** A write that waits for its statement. */
interface Asked {
  readonly kind: keyof typeof WRITES;
  readonly client: ClientRef;
  /**
   * What the statement reads, as JSON. Built with Object.assign: if properties are added to a spread object, V8 makes a new
   * hidden class each time, which only a garbage collection of the whole heap removes (decision 21).
   */
  readonly row: object;
}

/** The action in the audit for a write that changes secrets, if the write itself has none. */
const SECRET_ACTIONS: Partial<Record<ClientWrite['secrets']['action'], string>> = {
  add: 'client.secret_added',
  drop: 'client.secret_removed',
};

/**
 * Writes clients. Concurrent writes of one domain and kind share one statement. Writes of different domains do not,
 * because one locked record makes all writes of a statement wait. Each client is written completely or not at all,
 * independent of the others.
 */
export class ClientWrites {
  private readonly writes = new Batches<Asked, RowResult>((asked) => this.perform(asked), MAX_WRITES);

  constructor(private readonly database: Pick<Database, 'query'>) {}

  /** Neither stored nor taken: another caller has created the client meanwhile. */
  insert({ client, secrets, ...write }: ClientWrite): Promise<RowResult> {
    const row = addMetadata(rowOf(client, write, 'client.created'), client);
    if (changesLife(write)) {
      const whole = Object.assign(addLife(row, client), rowOfSecrets(secrets));
      return this.ask({ kind: 'insertWithLife', client, row: whole });
    }
    return 'secret' in secrets
      ? this.ask({ kind: 'insertWithSecret', client, row: Object.assign(row, rowOfSecrets(secrets)) })
      : this.ask({ kind: 'insert', client, row });
  }

  /** undefined = record or secrets are no longer those of `current`. */
  async change(current: Client, { client, secrets, ...write }: ClientWrite): Promise<Stored | undefined> {
    const action = write.action ?? SECRET_ACTIONS[secrets.action] ?? 'client.changed';
    const concernsLife = changesLife(write);
    const row = Object.assign(addMetadata(rowOf(client, write, action), client), decidedOn(current), {
      changes_record: METADATA_FIELDS.some((field) => field in write.changes),
      changes_beside: secrets.action !== 'none' || concernsLife,
    });
    if (!concernsLife && secrets.action === 'none') return (await this.ask({ kind: 'change', client, row })).stored;
    const whole = Object.assign(row, rowOfSecrets(secrets));
    const asked: Asked = concernsLife
      ? { kind: 'changeWithLife', client, row: addLife(whole, client) }
      : { kind: 'changeWithSecrets', client, row: whole };
    return (await this.ask(asked)).stored;
  }

  /** undefined = record or secrets are no longer those of `current`. */
  async remove(current: Client, write: Pick<ClientWrite, 'changes' | 'origin'>): Promise<Stored | undefined> {
    const row = Object.assign(rowOf(current, write, 'client.deleted'), decidedOn(current));
    return (await this.ask({ kind: 'remove', client: current, row })).stored;
  }

  private ask(asked: Asked): Promise<RowResult> {
    return this.writes.ask(asked.client.domainId, asked);
  }

  /** Of several writes of one client, sends only the first. The others fail, or start again; if it fails, they are sent. */
  private perform(asked: readonly Asked[]): Promise<RowResult>[] {
    const firsts = new Map<string, Asked>();
    for (const one of asked) if (!firsts.has(nameOf(one))) firsts.set(nameOf(one), one);
    const results = new Map<Asked, Promise<RowResult>>();
    for (const writes of statementsFor([...firsts.values()])) {
      const all = this.write(writes);
      for (const one of writes) results.set(one, this.resultOf(one, writes, all));
    }
    return asked.map((one) => {
      const first = firsts.get(nameOf(one))!;
      const outcome = results.get(first)!;
      return one === first
        ? outcome
        : outcome.then(
            () => NOTHING,
            (error) => this.byItself(one, error),
          );
    });
  }

  /** If a shared statement fails, sends each write by itself: the error of one write must not make the others fail. */
  private async resultOf(one: Asked, joined: readonly Asked[], all: Promise<RowResults>): Promise<RowResult> {
    try {
      return (await all).get(one.client.clientId) ?? NOTHING;
    } catch (error) {
      if (joined.length === 1) throw error;
      return this.byItself(one, error);
    }
  }

  /** `error`: why the statement before failed. It may have nothing to do with this write. */
  private async byItself(one: Asked, error: unknown): Promise<RowResult> {
    if (error instanceof StoreUnavailable || error instanceof DomainError) throw error;
    return (await this.write([one])).get(one.client.clientId) ?? NOTHING;
  }

  private async write(writes: readonly Asked[]): Promise<RowResults> {
    const { kind, client } = writes[0]!;
    const [row] = await this.database.query<Yield>(WRITES[kind], [
      client.domainId,
      JSON.stringify(writes.map((write) => write.row)),
    ]);
    if (row?.ended) throw domainGone();
    const results = new Map<string, RowResult>();
    for (const values of listOf<ClientRow>(row?.taken)) {
      const taken = clientOf(values);
      results.set(taken.clientId, { taken });
    }
    for (const written of listOf<Written>(row?.written)) results.set(written[0], { stored: storedOf(written) });
    return results;
  }
}

/** By client. */
type RowResults = ReadonlyMap<string, RowResult>;
const NOTHING: RowResult = {};

interface Yield {
  readonly written: string | null;
  readonly taken?: string | null;
  readonly ended?: readonly string[] | null;
}

type Written = [
  clientId: string,
  version: string,
  secretsVersion: number,
  createdAt: string,
  updatedAt: string,
  at: string,
  position: string,
  secretExpiresAt?: string | null,
];

function storedOf([, version, secretsVersion, createdAt, updatedAt, at, position, secretEnd]: Written): Stored {
  const dates = { createdAt: new Date(createdAt), updatedAt: new Date(updatedAt), at: new Date(at) };
  return { version, secretsVersion, ...dates, position, secretExpiresAt: secretEnd ? new Date(secretEnd) : null };
}

function listOf<T>(list: string | null | undefined): T[] {
  return list ? JSON.parse(list) : [];
}

/** Groups writes that share a statement, sorted by id: all statements lock the records in this order. */
function statementsFor(asked: readonly Asked[]): Asked[][] {
  const statements = new Map<string, Asked[]>();
  for (const one of asked) {
    const writes = statements.get(one.kind);
    if (writes) writes.push(one);
    else statements.set(one.kind, [one]);
  }
  const byId = (one: Asked, other: Asked) => (one.client.clientId < other.client.clientId ? -1 : 1);
  return [...statements.values()].map((writes) => writes.sort(byId));
}

function nameOf({ kind, client }: Asked): string {
  return `${kind} ${client.clientId}`;
}

function changesLife({ changes }: Pick<ClientWrite, 'changes'>): boolean {
  return LIFE_FIELDS.some((field) => field in changes);
}

function decidedOn({ version, secretsVersion }: Client): object {
  return { decided_version: version, decided_secrets_version: secretsVersion };
}

function rowOf(
  { clientId }: ClientRef,
  { changes, origin }: Pick<ClientWrite, 'changes' | 'origin'>,
  action: string,
): object {
  return {
    clientId,
    credential_id: origin.credentialId,
    credential_name: origin.credentialName,
    dialect: origin.dialect,
    request_id: origin.requestId,
    action,
    changes,
  };
}

function rowOfSecrets(secrets: ClientWrite['secrets']): object {
  const overlap = secrets.action === 'add' ? secrets.overlapSeconds : 0;
  return {
    ends_secrets: secrets.action !== 'none' && secrets.action !== 'drop' && overlap === 0,
    ended_secret: secrets.action === 'drop' ? secrets.id : null,
    overlap_seconds: overlap,
    secret: 'secret' in secrets ? byColumn(SECRET_COLUMNS, secrets.secret) : null,
  };
}
