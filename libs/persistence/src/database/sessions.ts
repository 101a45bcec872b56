import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/**
 * With no other callers, a pooler gives both connections the same session at once. A pooler that takes turns gives
 * another session to the second of two questions in a row. With many callers, each question has its chance.
 */
const ROUNDS = 4;

/** Names its isolation level: where the default is serializable, a standby refuses even to read. */
export const BEGIN = 'begin isolation level read committed';

/** What connections keep between transactions. A pooler in transaction mode gives each one another session. */
export interface Sessions {
  /** Settings, and everything else in a session. */
  readonly areKept: boolean;
  /** Prepared statements by name: some poolers keep those themselves. */
  readonly keepNames: boolean;
}

/** Finds out by trying, whatever stands in between. `one` and `other` are open connections to the same place. */
export async function sessionsOf(one: Asked, other: Asked): Promise<Sessions> {
  const areKept = await areSessionsKept(one, other);
  return { areKept, keepNames: areKept || (await areNamesReplaced(one)) };
}

/** Sends a statement. It may give up waiting for the answer. */
export type Asked = (config: pg.QueryConfig) => Promise<pg.QueryResult | pg.QueryResult[]>;

async function areSessionsKept(one: Asked, other: Asked): Promise<boolean> {
  const own = await sessionIn(one);
  for (let round = 0; round < ROUNDS; round += 1) {
    if ((await sessionIn(other)) === own) return false;
    for (let question = 0; question < 2; question += 1) if ((await sessionIn(one)) !== own) return false;
  }
  return true;
}

async function sessionIn(ask: Asked): Promise<number> {
  const answers = await ask({ text: `${BEGIN}; select pg_backend_pid() as pid; commit` });
  return (answers as pg.QueryResult<{ pid: number }>[])[1]!.rows[0]!.pid;
}

/** A pooler that keeps prepared statements gives them names of its own, so its sessions do not know our name. */
async function areNamesReplaced(ask: Asked): Promise<boolean> {
  const name = `clientele ${randomUUID()}`;
  const text = 'select from pg_prepared_statements where name = $1';
  await ask({ text: BEGIN });
  const { rowCount } = (await ask({ name, text, values: [name] })) as pg.QueryResult;
  if (rowCount !== 0) await ask({ text: `deallocate "${name}"` });
  await ask({ text: 'commit' });
  return rowCount === 0;
}
