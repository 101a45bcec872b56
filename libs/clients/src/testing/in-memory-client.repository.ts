import type { Changes, Origin } from '#audit';
import { Client, type ClientRef } from '../client.entity.js';
import {
  type AboutPage,
  type AboutQuery,
  ClientRepository,
  type ClientWrite,
  type Decide,
  type DueClient,
  type DueDate,
  type Put,
  type SecretsToVerify,
} from '../client.repository.js';
import { type ClientDraft, type DraftEntry, entryActionOf } from '../client-draft.js';
import { type ClientAction, isSuspended, LIFE_FIELDS, lifeOf } from '../client-life.js';
import { METADATA_FIELDS } from '../client-metadata.js';
import {
  type ClientFilter,
  type ClientPage,
  type ClientPosition,
  type ClientQuery,
  type IdQuery,
  positionOf,
} from '../client-query.js';
import type { ClientSecret } from '../client-secret.entity.js';
import type { StoredSecret } from '../client-secret.js';
import { InMemoryClientDraft } from './in-memory-client-draft.js';
import { comparePositions, compareText, fits } from './in-memory-query.js';

/** What the audit says of one write. */
export interface RecordedWrite extends ClientRef {
  readonly action:
    | 'client.created'
    | 'client.changed'
    | 'client.deleted'
    | 'client.secret_added'
    | 'client.secret_removed'
    | ClientAction;
  readonly origin: Origin;
  readonly changes: Changes;
}

interface Row {
  readonly client: Client;
  readonly secrets: readonly ClientSecret[];
}

/** A ClientRepository in Maps, for tests of what stands above the port. */
export class InMemoryClientRepository extends ClientRepository {
  readonly audit: RecordedWrite[] = [];
  private readonly rows = new Map<string, Row>();
  /** The domains that have a draft. */
  private readonly drafts = new Set<string>();
  /** Moves on for ever, so that a version never recurs, not even after delete and create. */
  private lastVersion = 0;

  /** The secrets that are live now. */
  secretsOf(ref: ClientRef): readonly ClientSecret[] {
    const row = this.rows.get(keyOf(ref));
    return row && !isOver(row.client.expiresAt) ? row.secrets.filter(({ expiresAt }) => !isOver(expiresAt)) : [];
  }

  async find(ref: ClientRef): Promise<Client | undefined> {
    return copyOf(this.rows.get(keyOf(ref))?.client);
  }

  async insert(write: ClientWrite): Promise<Client | undefined> {
    const key = keyOf(write.client);
    if (this.rows.has(key)) return undefined;
    const now = new Date();
    const client = stored(write.client, {
      version: this.nextVersion(),
      secretsVersion: 1,
      createdAt: now,
      updatedAt: now,
    });
    this.rows.set(key, { client, secrets: secretsAfter(write, []) });
    this.record(client, 'client.created', write);
    return copyOf(client);
  }

  async put(ref: ClientRef, decide: Decide<Client | undefined>): Promise<Put | undefined> {
    for (;;) {
      const current = await this.find(ref);
      const write = await decide(current, async () => [...this.secretsOf(ref)]);
      if (!write) return current && { client: current, created: false };
      const client = current ? this.change(current, write) : await this.insert(write);
      if (client) return { client, created: !current, ...this.begunBy(write) };
    }
  }

  private begunBy({ client, secrets }: ClientWrite): Pick<Put, 'secret'> {
    if (!('secret' in secrets)) return {};
    return { secret: this.rows.get(keyOf(client))?.secrets.find(({ id }) => id === secrets.secret.id) };
  }

  /** undefined = record or secrets are no longer those of `current`. */
  private change(current: Client, write: ClientWrite): Client | undefined {
    const row = this.rows.get(keyOf(current));
    if (!row || !isSame(row.client, current)) return undefined;
    const isChanged = METADATA_FIELDS.some((field) => field in write.changes);
    const changesLife = LIFE_FIELDS.some((field) => field in write.changes);
    const client = stored(write.client, {
      ...lifeOf(changesLife ? write.client : current),
      version: isChanged ? this.nextVersion() : current.version,
      secretsVersion: current.secretsVersion + (write.secrets.action === 'none' && !changesLife ? 0 : 1),
      createdAt: current.createdAt,
      updatedAt: isChanged ? new Date() : current.updatedAt,
    });
    this.rows.set(keyOf(current), { client, secrets: secretsAfter(write, row.secrets) });
    const actions = { add: 'client.secret_added', drop: 'client.secret_removed' } as const;
    this.record(
      current,
      write.action ?? (write.secrets.action in actions ? actions[write.secrets.action as 'add'] : 'client.changed'),
      write,
    );
    return copyOf(client);
  }

  async remove(
    ref: ClientRef,
    allow: (current: Client) => Pick<ClientWrite, 'changes' | 'origin'>,
  ): Promise<Client | undefined> {
    for (;;) {
      const current = await this.find(ref);
      if (!current) return undefined;
      const entry = allow(current);
      const row = this.rows.get(keyOf(ref));
      if (!row || !isSame(row.client, current)) continue;
      this.rows.delete(keyOf(ref));
      this.record(ref, 'client.deleted', entry);
      return current;
    }
  }

  async list(domainId: string, { filters, sort, start, limit }: ClientQuery): Promise<ClientPage> {
    const order = (one: ClientPosition, other: ClientPosition) => comparePositions(one, other, sort);
    const all = this.matching(domainId, filters)
      .map((client) => ({ client, position: positionOf(client, sort) }))
      .sort((one, other) => order(one.position, other.position));
    const found =
      'after' in start
        ? all.filter(({ position }) => order(position, start.after) > 0)
        : 'before' in start
          ? all.filter(({ position }) => order(position, start.before) < 0)
          : all.slice(start.offset);
    const page = 'before' in start ? found.slice(-limit) : found.slice(0, limit);
    return { clients: page.map(({ client }) => copyOf(client)!), total: all.length, hasMore: found.length > limit };
  }

  async ids(domainId: string, { search = '', after = '', offset = 0, limit }: IdQuery): Promise<string[]> {
    return this.matching(domainId, [])
      .map(({ clientId }) => clientId)
      .filter((id) => id.includes(search) && compareText(id, after) > 0)
      .sort(compareText)
      .slice(offset, offset + limit);
  }

  async due(date: DueDate, { after, limit }: { after?: DueClient; limit: number }): Promise<readonly DueClient[]> {
    const all = [...this.rows.values()].flatMap(({ client: { domainId, clientId, [date]: dueAt } }) =>
      dueAt && isOver(dueAt) ? [{ domainId, clientId, dueAt }] : [],
    );
    return all
      .filter((client) => !after || earliestFirst(client, after) > 0)
      .sort(earliestFirst)
      .slice(0, limit);
  }

  async openDraft(domainId: string): Promise<ClientDraft | undefined> {
    if (this.drafts.has(domainId)) return undefined;
    this.drafts.add(domainId);
    return new InMemoryClientDraft({
      clients: () =>
        this.matching(domainId, [])
          .map((client) => copyOf(client)!)
          .sort((one, other) => compareText(one.clientId, other.clientId)),
      write: (entry, origin) => this.writeDrafted(domainId, entry, origin),
      closed: () => this.drafts.delete(domainId),
    });
  }

  async secretsToVerify(ref: ClientRef): Promise<SecretsToVerify> {
    const live = [...this.secretsOf(ref)];
    const client = this.rows.get(keyOf(ref))?.client;
    return { live, isSuspended: client !== undefined && isSuspended(client, Date.now()) };
  }

  async suspended(domainId: string, { after = '', limit }: { after?: string; limit: number }): Promise<Client[]> {
    return this.matching(domainId, [])
      .filter((client) => isSuspended(client, Date.now()) && compareText(client.clientId, after) > 0)
      .sort((one, other) => compareText(one.clientId, other.clientId))
      .slice(0, limit)
      .map((client) => copyOf(client)!);
  }

  async described(domainId: string, { owner, managedBy, label, after = '', limit }: AboutQuery): Promise<AboutPage> {
    const fitting = this.matching(domainId, [])
      .filter(
        (client) =>
          compareText(client.clientId, after) > 0 &&
          [client.owner, undefined].includes(owner) &&
          [client.managedBy, undefined].includes(managedBy) &&
          (label === undefined || hasLabel(client, label)),
      )
      .sort((one, other) => compareText(one.clientId, other.clientId));
    const clients = fitting.slice(0, limit).map((client) => copyOf(client)!);
    return fitting.length > limit ? { clients, after: clients.at(-1)!.clientId } : { clients };
  }

  async noteUse(secret: ClientSecret, anew?: Pick<StoredSecret, 'algorithm' | 'salt' | 'hash'>): Promise<void> {
    const row = this.rows.get(keyOf(secret));
    const used = { ...secret, ...anew, lastUsedOn: new Date().toISOString().slice(0, 10) };
    if (row)
      this.rows.set(keyOf(secret), {
        ...row,
        secrets: row.secrets.map((each) => (each.id === secret.id ? used : each)),
      });
  }

  private matching(domainId: string, filters: readonly ClientFilter[]): Client[] {
    return [...this.rows.values()]
      .map(({ client }) => client)
      .filter((client) => client.domainId === domainId && filters.every((filter) => fits(client, filter)));
  }

  private writeDrafted(domainId: string, entry: DraftEntry, origin: Origin): void {
    const { clientId, metadata, life, secrets, changes } = entry;
    const ref = { domainId, clientId };
    const row = this.rows.get(keyOf(ref));
    this.record(ref, entryActionOf(entry), { origin, changes });
    if (!metadata) {
      this.rows.delete(keyOf(ref));
      return;
    }
    const now = new Date();
    const isChanged = !row || METADATA_FIELDS.some((field) => field in changes);
    const changesBeside = !row || secrets.action !== 'none' || LIFE_FIELDS.some((field) => field in changes);
    const client = stored(Object.assign(new Client(), ref, metadata, life), {
      version: isChanged ? this.nextVersion() : row.client.version,
      secretsVersion: (row?.client.secretsVersion ?? 0) + (changesBeside ? 1 : 0),
      createdAt: row?.client.createdAt ?? now,
      updatedAt: isChanged ? now : row.client.updatedAt,
    });
    const write = { client, secrets, changes, origin };
    this.rows.set(keyOf(ref), { client, secrets: secretsAfter(write, row?.secrets ?? []) });
  }

  private record(ref: ClientRef, action: RecordedWrite['action'], { origin, changes }: WhatAndWho): void {
    this.audit.push({ domainId: ref.domainId, clientId: ref.clientId, action, origin, changes });
  }

  private nextVersion(): string {
    this.lastVersion += 1;
    return String(this.lastVersion);
  }
}

type WhatAndWho = Pick<ClientWrite, 'origin' | 'changes'>;

const keyOf = ({ domainId, clientId }: ClientRef) => `${domainId} ${clientId}`;

const isOver = (expiresAt: Date | null) => expiresAt !== null && expiresAt.getTime() <= Date.now();

const earliestFirst = (one: DueClient, other: DueClient) =>
  one.dueAt.getTime() - other.dueAt.getTime() ||
  Number(one.domainId) - Number(other.domainId) ||
  compareText(one.clientId, other.clientId);

const isSame = (one: Client, other: Client) =>
  one.version === other.version && one.secretsVersion === other.secretsVersion;

const hasLabel = ({ labels }: Client, { key, value }: NonNullable<AboutQuery['label']>) =>
  labels !== null && Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);

/** A client of its own, so that nobody reaches into the store. */
function copyOf(client: Client | undefined): Client | undefined {
  return client && stored(client, {});
}

function stored(client: Client, columns: Partial<Client>): Client {
  const values = Object.entries({ ...client, ...columns });
  const copies = values.map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]);
  return Object.assign(new Client(), Object.fromEntries(copies));
}

function secretsAfter({ client, secrets }: ClientWrite, before: readonly ClientSecret[]): readonly ClientSecret[] {
  switch (secrets.action) {
    case 'none':
      return before;
    case 'revoke':
      return [];
    case 'replace':
      return [secretOf(client, secrets.secret)];
    case 'drop':
      return before.filter(({ id }) => id !== secrets.id);
    case 'add': {
      const end = new Date(Date.now() + secrets.overlapSeconds * 1000);
      const older = before.map((each) => (each.expiresAt && each.expiresAt < end ? each : { ...each, expiresAt: end }));
      return [...(secrets.overlapSeconds > 0 ? older : []), secretOf(client, secrets.secret)];
    }
  }
}

function secretOf({ domainId, clientId }: ClientRef, secret: StoredSecret): ClientSecret {
  return { domainId, clientId, name: null, createdAt: new Date(), expiresAt: null, lastUsedOn: null, ...secret };
}
