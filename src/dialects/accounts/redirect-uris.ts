import { isSame } from '#audit';
import type { Violation } from '#clients';
import type { WriteClientDto } from './accounts.dto.js';

// A client has one list of redirect URIs: `redirectURIs` is the whole list, `callbackURL` its first entry. The head of
// spec/accounts-dialect.md, item 3, says what a body with one or both of them means.

type Given = Partial<Pick<WriteClientDto, 'callbackURL' | 'redirectURIs'>>;

export interface RedirectUris {
  readonly uris: readonly string[];
  readonly violations: readonly Violation[];
  /** The two disagree, so the body edits what the caller had read, and must not be applied twice. */
  readonly isPartialEdit: boolean;
}

export function redirectUrisOfNewClient({ callbackURL, redirectURIs }: Given): RedirectUris {
  const first = callbackURL || null;
  const list = redirectURIs ?? [];
  if (first === null) return agreed(list);
  return list.length === 0 ? agreed([first]) : movedToFront(first, list);
}

export function redirectUrisOfKnownClient(given: Given, onRecord: readonly string[]): RedirectUris {
  const { callbackURL, redirectURIs } = given;
  if (callbackURL === undefined) return agreed(redirectURIs === undefined ? onRecord : (redirectURIs ?? []));
  const first = callbackURL || null;
  if (redirectURIs === undefined) return agreed(withFirst(first, onRecord));
  const list = redirectURIs ?? [];
  if (first === (list[0] ?? null)) return agreed(list);
  if (isSame(list, onRecord)) return { ...agreed(withFirst(first, onRecord)), isPartialEdit: true };
  if (first === (onRecord[0] ?? null)) return { ...agreed(list), isPartialEdit: true };
  return { ...movedToFront(first, list), isPartialEdit: true };
}

/** Drops repeated entries and keeps the first of each. */
function agreed(uris: readonly string[]): RedirectUris {
  return { uris: [...new Set(uris)], violations: [], isPartialEdit: false };
}

function withFirst(first: string | null, uris: readonly string[]): readonly string[] {
  return first === null ? [] : [first, ...uris.slice(1)];
}

function movedToFront(first: string | null, list: readonly string[]): RedirectUris {
  if (first !== null && list.includes(first)) return agreed([first, ...list]);
  const message = 'must be one of redirectURIs when both are given';
  return { ...agreed(list), violations: [{ property: 'callbackURL', rule: 'value', message }] };
}
