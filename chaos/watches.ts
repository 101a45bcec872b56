import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, withClient } from '../bench/postgres.js';

/** For how long the watching connections are cut, and then left alone. */
const SPELL_MS = 2500;
const BETWEEN_CUTS_MS = 50;

/** Cuts the connections over which instances look for others' changes, again and again, until `isOver()`. */
export async function cutWatches(
  postgres: Pick<Database, 'url'>,
  isOver: () => boolean,
  { spellMs = SPELL_MS } = {},
): Promise<void> {
  await withClient(postgres.url(), async (client) => {
    // When PostgreSQL is stopped in the middle, because of Ctrl-C, everything else says so.
    client.on('error', () => {});
    for (const begin = performance.now(); !isOver(); await sleep(BETWEEN_CUTS_MS)) {
      if (Math.floor((performance.now() - begin) / spellMs) % 2 === 1) continue;
      const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clientele watch'`;
      if (!(await client.query(cut).catch(() => undefined))) return;
    }
  });
}
