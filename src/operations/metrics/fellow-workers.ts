/** Injection token of `FellowWorkers`. */
export const FELLOW_WORKERS = Symbol('FellowWorkers');

/** The other processes of this instance, each of which counts for itself. */
export interface FellowWorkers {
  /** By which this process is told apart; undefined when it is alone. */
  readonly id?: number;
  /** What each of them measures; whoever does not answer in time is left out. */
  measurements(): Promise<unknown[]>;
  /** To be called once: how they are answered. */
  measureWith(measure: () => Promise<unknown>): void;
}

export const NO_FELLOWS: FellowWorkers = { measurements: async () => [], measureWith: () => {} };
