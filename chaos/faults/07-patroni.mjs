import { failover } from '../failover.mjs';
import { PatroniPair } from '../patroni-pair.mjs';

export const title = 'failover by Patroni, etcd and HAProxy';

export async function run(stage) {
  return failover(stage, await PatroniPair.start(stage));
}
