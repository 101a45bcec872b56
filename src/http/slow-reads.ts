import { Shares, Turns } from '#shares';

/** Those of one subscription that wait or are under way. */
const PLACES_OF_A_SUBSCRIPTION = 100;
const PLACES = 1000;

/**
 * Reads that may look through much, in turns, so that whatever one subscription asks for, the others and all that is
 * quick find a connection to the database (decision 46).
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
