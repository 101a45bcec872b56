import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '../bench/postgres.js';

const PATIENCE_MS = 60_000;

/** Waits until `condition` holds; fails with `what` after a minute. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, pause = 5): Promise<void> {
  for (const begin = performance.now(); !(await condition()); await sleep(pause)) {
    if (performance.now() - begin > PATIENCE_MS) throw new Error(`Waited a minute in vain: ${what}`);
  }
}

/** What servers that are gone have sent to PostgreSQL goes on until it notices; settles when all of it has ended. */
export async function statementsEnded(query: Query): Promise<void> {
  const name = `application_name = 'clientele'`;
  const [row] = await query<{ pids: number[] }>(
    `select coalesce(array_agg(pid), '{}') as pids from pg_stat_activity where ${name}`,
  );
  const alive = `select 1 from pg_stat_activity where pid = any($1) and state <> 'idle'`;
  await until('statements end', async () => (await query(alive, [row!.pids])).length === 0);
}
