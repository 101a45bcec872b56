import type { ClientRef } from './client.entity.js';

/**
 * The port that records on which days clients were seen. No answer waits for the record to be written, and none fails
 * with it.
 */
export abstract class ClientSightings {
  /** Records that somebody has read the client by its id, or has presented a live secret of it. */
  abstract note(ref: ClientRef): void;
}
