import { failover } from '../failover.js';
import { PromotedPair } from '../promoted-pair.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';

export const title = 'failover to a synchronous replica by hand';

export async function run(stage: Stage): Promise<Outcome> {
  return failover(stage, await PromotedPair.start(stage));
}
