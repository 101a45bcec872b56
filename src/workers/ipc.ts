import type { WorkerNotice } from '#persistence';
import type { DatabaseLocation } from '../store.js';

/** Messages between workers: about a write, or a request for their measurements. */
export type WorkerMessage = WorkerNotice | { readonly kind: 'measure' };

/** Messages from the primary process to its workers. */
export type ToWorker =
  /** The answer to `begin`: where the data is, and whether this worker prints the messages that all would print alike. */
  | { readonly type: 'database'; readonly database: DatabaseLocation; readonly isFirst: boolean }
  /** A message from another worker. The receiver answers when it has handled the message. */
  | { readonly type: 'hear'; readonly id: number; readonly message: WorkerMessage }
  /** All other workers have handled this worker's message with this number, and these are their answers. */
  | { readonly type: 'heard'; readonly id: number; readonly answers: readonly unknown[] };

/** Messages from a worker to the primary process. */
export type ToPrimary =
  /** The worker handles messages from now on. Those that were sent to it before are lost. */
  | { readonly type: 'begin' }
  | { readonly type: 'tell'; readonly id: number; readonly message: WorkerMessage }
  | { readonly type: 'heard'; readonly id: number; readonly answer?: unknown };
