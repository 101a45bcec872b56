import DataLoader from 'dataloader';

/** How much one statement looks up. */
const MAX_KEYS = 100;

/**
 * Looks things up by a key each; those that are asked for in the same turn of the event loop in one statement. `load`: what
 * is found for each key, in the same order.
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
