import type { Client } from '#clients';
import { ClientCache, type LogWatch, type WatchedLog } from '../../libs/persistence/src/testing/index.js';
import { aClient } from './a-client.js';

export const REF = { domainId: '1', clientId: 'my-app' };

/** The client as it was at some time. */
export const version = (number: number) => aClient({}, { version: String(number) });

/** The logs of all domains, watched while this is so; each time that they are not, something may be missed. */
export function watchedLogs(isWatched: () => boolean = () => true): Pick<LogWatch, 'of' | 'wake'> {
  let logs = new Map<string, WatchedLog>();
  return {
    wake: () => {},
    of: (domainId) => {
      if (!isWatched()) {
        logs = new Map();
        return undefined;
      }
      const log = logs.get(domainId) ?? { domainId, position: 1n };
      logs.set(domainId, log);
      return log;
    },
  };
}

/** A cache of which a test reads one client, and the look-ups that it makes. */
export function cacheUnderTest() {
  const state = { isWatched: true };
  const cache = new ClientCache(watchedLogs(() => state.isWatched));
  const loads: { answer: (number?: number) => void; fail: (error: Error) => void }[] = [];
  const load = () =>
    new Promise<Client | undefined>((resolve, fail) =>
      loads.push({ answer: (number) => resolve(number ? version(number) : undefined), fail }),
    );
  const read = async () => (await cache.read(REF, load))?.version;
  const readAnew = async () => (await cache.readAnew(REF, load))?.version;
  /** Reads with the load answered at once. */
  const readNow = async (number?: number) => {
    const [before, answer] = [loads.length, read()];
    loads[before]?.answer(number);
    return answer;
  };
  return { state, cache, loads, read, readAnew, readNow };
}

export type CacheUnderTest = ReturnType<typeof cacheUnderTest>;
