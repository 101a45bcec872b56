import DataLoader from 'dataloader';

/** How many keys one statement looks up. */
export const MAX_KEYS = 100;

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
