// Several processes as one instance (WORKERS): the primary process, which runs
// the workers and passes on their messages, and what a worker needs of it. Uses
// Node's cluster; the server itself does not know whether it has other workers.
import cluster from 'node:cluster';
import { once } from 'node:events';
import type { DatabaseLocation } from '../store.js';
import { ClusterWorkers } from './cluster-workers.js';
import type { ToPrimary, ToWorker } from './ipc.js';

export { startWorkers } from './primary.js';

/** What a worker gets from its primary process; undefined in any other process. */
export async function fromPrimary(): Promise<
  { database: DatabaseLocation; otherWorkers: ClusterWorkers; isFirst: boolean } | undefined
> {
  if (!cluster.isWorker) return undefined;
  const answer = once(process, 'message') as Promise<[Extract<ToWorker, { type: 'database' }>]>;
  process.send!({ type: 'begin' } satisfies ToPrimary);
  const [{ database, isFirst }] = await answer;
  return { database, isFirst, otherWorkers: new ClusterWorkers() };
}
