import { failover } from '../failover.js';
import { PatroniPair } from '../patroni-pair.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';

export const title = 'failover by Patroni, etcd and HAProxy';

export async function run(stage: Stage): Promise<Outcome> {
  return failover(stage, await PatroniPair.start(stage));
}
