import type { WorkerNotice } from '#persistence';
import type { DatabaseLocation } from '../store.js';

/** What workers say to each other: what they have to know of a write, or that somebody asks for what they measure. */
export type WorkerMessage = WorkerNotice | { readonly kind: 'measure' };

/** What the primary process tells its workers. */
export type ToWorker =
  /** Where the data is, and whether this worker is the one that tells what all would tell alike: the answer to `begin`. */
  | { readonly type: 'database'; readonly database: DatabaseLocation; readonly isFirst: boolean }
  /** Another worker says so; to be answered when it is done. */
  | { readonly type: 'hear'; readonly id: number; readonly message: WorkerMessage }
  /** All other workers have heard what this worker told them under this number; what they said to it. */
  | { readonly type: 'heard'; readonly id: number; readonly answers: readonly unknown[] };

/** What a worker tells the primary process. */
export type ToPrimary =
  /** Now it listens; what is said to it before is lost. */
  | { readonly type: 'begin' }
  | { readonly type: 'tell'; readonly id: number; readonly message: WorkerMessage }
  | { readonly type: 'heard'; readonly id: number; readonly answer?: unknown };
