/** Injection token of `WorkerMetrics`. */
export const WORKER_METRICS = Symbol('WorkerMetrics');

/** The metrics of the other workers of this instance. Each worker counts for itself. */
export interface WorkerMetrics {
  /** The number of this worker; undefined when the instance is a single process. */
  readonly id?: number;
  /** The measurements of the other workers, without any that does not answer in time. */
  measurements(): Promise<unknown[]>;
  /** Sets how this worker answers when another one asks. Call it once. */
  measureWith(measure: () => Promise<unknown>): void;
}

export const SINGLE_PROCESS: WorkerMetrics = { measurements: async () => [], measureWith: () => {} };
