import type { ClientRef } from './client.entity.js';

/**
 * The port to the record of the days on which clients were seen. It is written beside what is answered: nothing waits
 * for it, and nothing fails with it.
 */
export abstract class ClientSightings {
  /** Notes that somebody has read the client by its id, or has shown a secret of it that is good. */
  abstract note(ref: ClientRef): void;
}
