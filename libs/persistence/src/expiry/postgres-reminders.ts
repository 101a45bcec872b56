import { type DataSource, type EntityManager, In } from 'typeorm';
import type { Origin } from '#audit';
import { Client } from '#clients';
import { DomainError } from '#domains';
import { Reminders } from '#expiry';
import { Database } from '../database/database.js';
import { appendEntries, type NewEntry } from '../log/append-entries.js';
import { type Due, dueOf, NOTES } from './reminders.sql.js';

/** One transaction writes the reminders of one log. Other writers of that log wait for it, so it is kept small. */
const BATCH = 100;
const MOST_BATCHES = 10;
const DUE = dueOf(BATCH);

/**
 * Each row stores which reminder comes next. One transaction updates this and writes the entry, and only if the stored
 * value is still the one that was read: so of several instances, one writes the entry.
 */
export class PostgresReminders extends Reminders {
  private readonly database: Database;

  constructor(source: DataSource) {
    super();
    this.database = new Database(source);
  }

  async remind(origin: Origin): Promise<void> {
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const due = await this.database.query<Due>(DUE);
      for (const together of inGroups(due)) {
        await this.database.transaction((manager) => write(manager, together, origin)).catch(unlessGone);
      }
      if (due.length < BATCH) return;
    }
  }
}

/** Groups by kind and log. */
function inGroups(due: readonly Due[]): Due[][] {
  const groups = new Map<string, Due[]>();
  for (const each of due) {
    const name = `${each.action} ${each.logId}`;
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return [...groups.values()];
}

async function write(manager: EntityManager, due: readonly Due[], origin: Origin): Promise<void> {
  const { action, logId } = due[0]!;
  const clientIds = due.flatMap(({ clientId }) => clientId ?? []);
  if (clientIds.length > 0) await lockClients(manager, logId, clientIds);
  const asked = JSON.stringify(due.map((each, place) => ({ ...each, place })));
  const noted = await manager.query<{ place: number }[]>(NOTES.get(action)!, [logId, asked]);
  const entries = noted.map(({ place }) => entryOf(due[place]!));
  if (entries.length > 0) await appendEntries(manager, logId, entries, origin);
}

/** All writes lock clients first, in the order of their ids, and the log last. Otherwise a rotation and a reminder could deadlock. */
async function lockClients(manager: EntityManager, domainId: string, clientIds: readonly string[]): Promise<void> {
  const lock = { mode: 'pessimistic_write' } as const;
  await manager.find(Client, {
    ...{ select: { domainId: true, clientId: true }, where: { domainId, clientId: In(clientIds) } },
    ...{ order: { clientId: 'ASC' }, lock },
  });
}

function entryOf({ action, clientId, id, name, subscription, expiresAt, days }: Due): NewEntry {
  const told = { id, name, expiresAt: expiresAt.toISOString(), days };
  const changes = Object.entries(told).flatMap(([field, after]) =>
    after === null ? [] : [[field, { before: null, after }] as const],
  );
  return { action, subscription, clientId: clientId ?? undefined, changes: Object.fromEntries(changes) };
}

/** A domain that was deleted meanwhile needs no reminders. */
function unlessGone(error: unknown): void {
  if (!(error instanceof DomainError)) throw error;
}
