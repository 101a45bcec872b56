/** Injection token of `WorkerMetrics`. */
export const WORKER_METRICS = Symbol('WorkerMetrics');

/** The metrics of the other workers of this instance. Each worker counts for itself. */
export interface WorkerMetrics {
  /** The number of this worker; undefined when the instance is a single process. */
  readonly id?: number;
  /** What each of the others measures; a worker that does not answer in time is left out. */
  measurements(): Promise<unknown[]>;
  /** Sets what this worker answers when another one asks. To be called once. */
  measureWith(measure: () => Promise<unknown>): void;
}

export const SINGLE_PROCESS: WorkerMetrics = { measurements: async () => [], measureWith: () => {} };
