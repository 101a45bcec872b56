import { CLIENT_ID, type ClientRef } from '#clients';
import { type Caller, FailureError } from '../http/index.js';

/** The client that a path names. An id that no client can have is one that no client has. */
export function refOf({ domain }: Caller, clientId: string): ClientRef {
  if (!CLIENT_ID.test(clientId)) throw new FailureError({ kind: 'not_found', what: 'client' });
  return { domainId: domain!.id, clientId };
}
