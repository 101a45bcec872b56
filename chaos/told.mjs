import { isDeepStrictEqual } from 'node:util';

/**
 * What a client is once its next audit entry has happened to it, as far as entries tell: `{ fields, secret }`, the
 * secret as what is known of the one that it was given last; undefined = it is gone. `fault`: why the entry does not
 * follow from those before.
 */
export function afterEntry(known, { action, requestId, changes: { clientSecret, ...changes } }) {
  const isOutOfTurn = (action === 'client.created') !== (known === undefined);
  let fault = isOutOfTurn ? `${action} came out of turn` : undefined;
  if (action === 'client.deleted') return { told: undefined, fault };
  const told = known ? { fields: { ...known.fields }, secret: known.secret } : { fields: {}, secret: undefined };
  for (const [field, { before, after }] of Object.entries(changes)) {
    // What is empty when a client is made, its entry does not name.
    const was = told.fields[field] ?? emptyLike(before);
    if (!isDeepStrictEqual(was, before)) fault ??= 'a change is missing';
    told.fields[field] = after;
  }
  if (clientSecret?.after === 'revoked') told.secret = undefined;
  else if (clientSecret) told.secret = { requestId, id: /^added (.+)$/.exec(clientSecret.after)?.[1] };
  return { told, fault };
}

export function emptyLike(value) {
  return Array.isArray(value) ? [] : null;
}
