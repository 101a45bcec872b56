import { failover } from '../failover.mjs';
import { PromotedPair } from '../promoted-pair.mjs';

export const title = 'failover to a synchronous replica by hand';

export async function run(stage) {
  return failover(stage, await PromotedPair.start(stage));
}
