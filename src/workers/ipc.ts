import type { SiblingMessage } from '#persistence';
import type { Database } from '../store.js';

/** What the primary process tells its workers. */
export type ToWorker =
  /** Where the data is: the answer to `begin`. */
  | { readonly type: 'database'; readonly database: Database }
  /** A sibling says so; to be answered when it is done. */
  | { readonly type: 'hear'; readonly id: number; readonly message: SiblingMessage }
  /** All siblings have heard what this worker told them under this number. */
  | { readonly type: 'heard'; readonly id: number };

/** What a worker tells the primary process. */
export type ToPrimary =
  /** Now it listens; what is said to it before is lost. */
  | { readonly type: 'begin' }
  | { readonly type: 'tell'; readonly id: number; readonly message: SiblingMessage }
  | { readonly type: 'heard'; readonly id: number };
