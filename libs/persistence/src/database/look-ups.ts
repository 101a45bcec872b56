import DataLoader from 'dataloader';

/** How many keys one statement looks up. */
const MAX_KEYS = 100;

/**
 * Looks things up by key. Joins all look-ups of one turn of the event loop into one statement. `load` returns what is
 * found for each key, in the same order.
 */
export function lookUps<Key, Found>(
  load: (keys: readonly Key[]) => Promise<readonly Found[]>,
): Pick<DataLoader<Key, Found>, 'load'> {
  return new DataLoader(async (keys) => [...(await load(keys))], {
    cache: false,
    maxBatchSize: MAX_KEYS,
    batchScheduleFn: setImmediate,
  });
}

/**
 * The keys that a statement looks up, as rows with these columns; they come as a JSON list (`$1`). The statement says how
 * many they are at most. PostgreSQL knows the length of an array, so it planned for each few keys anew, and that took
 * longer than to look them up (decision 21).
 */
export function keysAsked(columns: string): string {
  return `select * from json_to_recordset($1) as (${columns}) limit ${MAX_KEYS}`;
}
