import { isDeepStrictEqual } from 'node:util';

interface Change {
  readonly before: unknown;
  readonly after: unknown;
}

/** What an audit entry says was changed, by the name of the field. */
export type Changes = Readonly<Record<string, Change>>;

/** What entries tell of a client; the secret: what is known of the one that it was given last. */
export interface Told {
  readonly fields: Record<string, unknown>;
  secret: { readonly requestId: string; readonly id: string | undefined } | undefined;
}

interface Entry {
  readonly action: string;
  readonly requestId: string;
  readonly changes: Changes;
}

/**
 * What a client is once its next audit entry has happened to it, as far as entries tell; undefined = it is gone.
 * `fault`: why the entry does not follow from those before.
 */
export function afterEntry(
  known: Told | undefined,
  { action, requestId, changes: { clientSecret, ...changes } }: Entry,
): { told: Told | undefined; fault: string | undefined } {
  const isOutOfTurn = (action === 'client.created') !== (known === undefined);
  let fault = isOutOfTurn ? `${action} came out of turn` : undefined;
  if (action === 'client.deleted') return { told: undefined, fault };
  const told: Told = known ? { fields: { ...known.fields }, secret: known.secret } : { fields: {}, secret: undefined };
  for (const [field, { before, after }] of Object.entries(changes)) {
    // What is empty when a client is made, its entry does not name.
    const was = told.fields[field] ?? emptyLike(before);
    if (!isDeepStrictEqual(was, before)) fault ??= 'a change is missing';
    told.fields[field] = after;
  }
  if (clientSecret?.after === 'revoked') told.secret = undefined;
  else if (clientSecret) told.secret = { requestId, id: /^added (.+)$/.exec(String(clientSecret.after))?.[1] };
  return { told, fault };
}

/** What a field is of which no entry has told anything. */
export function emptyLike(value: unknown): [] | false | null {
  if (value === false) return false;
  return Array.isArray(value) ? [] : null;
}
