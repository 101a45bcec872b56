import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/**
 * A pooler that is asked by nobody else gives both the same session at once; one that takes turns gives another to the
 * second of two questions in a row; where many ask, each question has its chance.
 */
const ROUNDS = 4;

/** In a level of its own: a standby refuses even to look where the default is serializable. */
export const BEGIN = 'begin isolation level read committed';

/** What connections to a place keep from one transaction to the next. A pooler in transaction mode gives each another session. */
export interface Sessions {
  /** Settings, and all else that a session has. */
  readonly areKept: boolean;
  /** Prepared statements by their names: some poolers look after those. */
  readonly keepNames: boolean;
}

/** Found out by what they do, whatever lies between. `one` and `other`: open connections to the same place. */
export async function sessionsOf(one: Asked, other: Asked): Promise<Sessions> {
  const areKept = await areSessionsKept(one, other);
  return { areKept, keepNames: areKept || (await areNamesReplaced(one)) };
}

/** Sends a statement, and may give up waiting for the answer. */
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

/** A pooler that looks after prepared statements gives them names of its own: in its sessions ours is not known. */
async function areNamesReplaced(ask: Asked): Promise<boolean> {
  const name = `clientele ${randomUUID()}`;
  const text = 'select from pg_prepared_statements where name = $1';
  await ask({ text: BEGIN });
  const { rowCount } = (await ask({ name, text, values: [name] })) as pg.QueryResult;
  if (rowCount !== 0) await ask({ text: `deallocate "${name}"` });
  await ask({ text: 'commit' });
  return rowCount === 0;
}
