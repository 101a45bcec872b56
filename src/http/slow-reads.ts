import { Shares, Turns } from '#shares';

/** Of one subscription, the reads that wait or are under way. */
const PLACES_OF_A_SUBSCRIPTION = 100;
const PLACES = 1000;

/**
 * Takes turns among reads that may look through many rows. Whatever one subscription asks for, other subscriptions and
 * quick reads still find a connection to the database (decision 46).
 */
export class SlowReads extends Turns {
  constructor(poolSize: number) {
    super(new Shares('reads', { each: PLACES_OF_A_SUBSCRIPTION, all: PLACES }), {
      each: partOf(poolSize, 1 / 3),
      all: partOf(poolSize, 2 / 3),
    });
  }
}

function partOf(size: number, part: number): number {
  return Math.max(1, Math.floor(size * part));
}
