import type { Origin } from '#audit';
import type { Client } from '../client.entity.js';
import {
  ClientDraft,
  type DraftAction,
  type DraftCounts,
  type DraftEntry,
  type DraftedClient,
  type DraftLook,
  type DraftOutcome,
} from '../client-draft.js';

/** What the draft needs of the store. */
export interface DraftStore {
  /** In the order of the ids. */
  clients(): readonly Client[];
  write(entry: DraftEntry, origin: Origin): void;
  closed(): void;
}

export class InMemoryClientDraft extends ClientDraft {
  private readonly drafted = new Map<string, DraftEntry>();
  /** What `others` has not told yet. */
  private untold: Client[] | undefined;

  constructor(private readonly store: DraftStore) {
    super();
  }

  async look(clientIds: readonly string[]): Promise<DraftLook> {
    const asked = this.store.clients().filter(({ clientId }) => clientIds.includes(clientId));
    const drafted = clientIds.flatMap((id) => this.drafted.get(id) ?? []);
    return {
      onRecord: new Map(asked.map((client) => [client.clientId, client])),
      drafted: new Map(drafted.map(({ clientId, line }) => [clientId, line])),
    };
  }

  async add(entries: readonly DraftEntry[]): Promise<void> {
    for (const entry of entries) {
      if (this.drafted.has(entry.clientId)) throw new Error(`${entry.clientId} is in the draft already`);
      this.drafted.set(entry.clientId, entry);
    }
  }

  async others(limit: number): Promise<readonly Client[]> {
    this.untold ??= this.store.clients().filter(({ clientId }) => !this.drafted.has(clientId));
    return this.untold.splice(0, limit);
  }

  async counts(): Promise<DraftCounts> {
    const count = (action: DraftAction) => [...this.drafted.values()].filter((entry) => entry.action === action).length;
    return {
      created: count('created'),
      changed: count('changed'),
      removed: count('removed'),
      unchanged: count('unchanged'),
    };
  }

  async missing(limit: number): Promise<readonly string[]> {
    const known = this.store.clients().map(({ clientId }) => clientId);
    const willExist = (id: string) => {
      const entry = this.drafted.get(id);
      return entry ? entry.action !== 'removed' : known.includes(id);
    };
    const needed = [...this.drafted.values()].flatMap(({ needs }) => needs);
    return [...new Set(needed)]
      .filter((id) => !willExist(id))
      .sort()
      .slice(0, limit);
  }

  async commit(origin: Origin): Promise<DraftOutcome> {
    const { onRecord } = await this.look([...this.drafted.keys()]);
    const isAsDecided = ({ clientId, current }: DraftEntry) => {
      const now = onRecord.get(clientId);
      return now?.version === current?.version && now?.secretsVersion === current?.secretsVersion;
    };
    if (![...this.drafted.values()].every(isAsDecided)) return 'changed';
    for (const entry of this.changes()) this.store.write(entry, origin);
    return 'done';
  }

  async entries(after = '', limit: number): Promise<readonly DraftedClient[]> {
    const behind = this.changes().filter(({ clientId }) => clientId > after);
    return behind
      .slice(0, limit)
      .map(({ clientId, action, metadata, life, changes }) => ({ clientId, action, metadata, life, changes }));
  }

  async close(): Promise<void> {
    this.store.closed();
  }

  private changes(): DraftEntry[] {
    return [...this.drafted.values()]
      .filter(({ action }) => action !== 'unchanged')
      .sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
  }
}
