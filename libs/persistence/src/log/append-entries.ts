import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { AuditEntry, type Changes, type Origin } from '#audit';
import { moveLog } from './domain-log.sql.js';

/** The log of what belongs to no one domain. */
export const NO_DOMAIN = '0';
/** A statement has room for 65,535 parameters. */
const ENTRIES_PER_STATEMENT = 1000;

export interface NewEntry {
  /** Set for an entry of no one domain. A domain knows its own subscription. */
  readonly subscription?: string | null;
  readonly action: string;
  /** The client that it is about. */
  readonly clientId?: string;
  readonly changes: Changes;
}

const MOVE = { domainId: '$1::bigint', entries: '$2::integer', from: '(values (1)) written' };
const MOVE_LOG = moveLog(MOVE);
const END_LOG = moveLog({ ...MOVE, ends: true });

/**
 * Writes entries at the end of a log. A transaction does this last: one that waits for the log holds nothing up.
 * `ends`: the log takes no more entries. If the log has ended already, this and the transaction fail.
 */
export async function appendEntries(
  manager: EntityManager,
  domainId: string,
  entries: readonly NewEntry[],
  { credentialId, credentialName, dialect, requestId }: Origin,
  { ends = false } = {},
): Promise<void> {
  const [log] = await manager.query<{ position: string }[]>(ends ? END_LOG : MOVE_LOG, [domainId, entries.length]);
  const before = BigInt(log!.position) - BigInt(entries.length);
  const rows = entries.map(({ subscription = null, action, clientId = null, changes }, index) => ({
    ...{ domainId, position: String(before + BigInt(index + 1)), subscription },
    ...{ credentialId, credentialName, dialect, requestId },
    ...{ action, clientId, changes: changes as QueryDeepPartialEntity<Changes>, fields: Object.keys(changes) },
  }));
  for (let start = 0; start < rows.length; start += ENTRIES_PER_STATEMENT) {
    await manager.insert(AuditEntry, rows.slice(start, start + ENTRIES_PER_STATEMENT));
  }
}
