import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = pathToFileURL(path.resolve(fileURLToPath(import.meta.url), '../../..')).href;
/** Of the product, from the sources or built. */
const OURS = new RegExp(`^${ROOT}/(?:dist/)?((?:src|libs)/.+)\\.[jt]s$`);
const REQUESTS = 20;
/** Until what follows an answer is done, too: it is counted and logged. */
const SETTLED_MS = 5;

/**
 * The files of ours in which a function runs because of a request, by V8's precise coverage of this process. `send` sends
 * one, many times: what a timer does meanwhile, it does not do beside each of them.
 */
export async function filesPassedBy(send: () => Promise<unknown>): Promise<string[]> {
  let passed: string[] | undefined;
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    for (let request = 0; request < REQUESTS; request += 1) {
      await filesSinceLast(session);
      await send();
      await sleep(SETTLED_MS);
      const files = await filesSinceLast(session);
      passed = passed?.filter((file) => files.includes(file)) ?? files;
    }
  } finally {
    session.disconnect();
  }
  return passed!.sort();
}

async function filesSinceLast(session: Session): Promise<string[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result.flatMap(({ url, functions }) => {
    const [, file] = OURS.exec(url) ?? [];
    return file && functions.some(({ ranges: [whole] }) => whole!.count > 0) ? [`${file}.ts`] : [];
  });
}
