import { ANY_MANAGER, type Origin } from '#audit';
import type { ClientRef } from './client.entity.js';
import { ClientError, type LockedClient } from './client-errors.js';
import type { Violation } from './metadata-rule.js';

export type Labels = Readonly<Record<string, string>>;

/** What people and tools say of a client, beside its record: whose it is, and who alone changes it. */
export interface ClientAbout {
  readonly owner: string | null;
  readonly contact: string | null;
  readonly description: string | null;
  /** null = none. */
  readonly labels: Labels | null;
  /** The name of the tool or of the team that manages the client. */
  readonly managedBy: string | null;
  /** Whether the client is changed only in the name of its manager. */
  readonly locked: boolean;
}

/** What is to be said anew. What is absent stays, and null empties; so do the labels, each by itself. */
export type AboutPatch = {
  readonly [Field in Exclude<keyof ClientAbout, 'labels'>]?: ClientAbout[Field] | null;
} & { readonly labels?: Readonly<Record<string, string | null>> | null };

export const NOTHING_SAID: ClientAbout = {
  owner: null,
  contact: null,
  description: null,
  labels: null,
  managedBy: null,
  locked: false,
};

export const ABOUT_FIELDS = Object.keys(NOTHING_SAID) as readonly (keyof ClientAbout)[];

/** The most labels of a client. */
export const MAX_LABELS = 32;
const MAX_LABEL_LENGTH = 63;
const MAX_MANAGER_LENGTH = 100;
const LABEL_KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;
/** It stands in a header. */
const MANAGER = /^[A-Za-z0-9]([A-Za-z0-9._:/@-]*[A-Za-z0-9])?$/;
export const MANAGER_SCHEMA = { type: 'string', maxLength: MAX_MANAGER_LENGTH, pattern: MANAGER.source } as const;

const ENDS = 'and begin and end with a letter or digit';
export const LABEL_KEY_RULE = `must be 1 to ${MAX_LABEL_LENGTH} letters, digits, '.', '_', '/' and '-', ${ENDS}`;
export const LABEL_VALUE_RULE = `must be at most ${MAX_LABEL_LENGTH} letters, digits, '.', '_' and '-', ${ENDS}`;
export const MANAGER_RULE = `must be 1 to ${MAX_MANAGER_LENGTH} letters, digits, '.', '_', ':', '/', '@' and '-', ${ENDS}`;

export function isLabelKey(text: string): boolean {
  return text.length <= MAX_LABEL_LENGTH && LABEL_KEY.test(text);
}

export function isLabelValue(text: string): boolean {
  return text.length <= MAX_LABEL_LENGTH && LABEL_VALUE.test(text);
}

export function isManager(text: string): boolean {
  return text.length <= MAX_MANAGER_LENGTH && MANAGER.test(text);
}

export function aboutOf({ owner, contact, description, labels, managedBy, locked }: ClientAbout): ClientAbout {
  return { owner, contact, description, labels, managedBy, locked };
}

/** A JSON merge patch (RFC 7396). */
export function patched(about: ClientAbout, { labels, locked, ...texts }: AboutPatch): ClientAbout {
  const named = Object.entries(texts).filter(([, value]) => value !== undefined);
  return {
    ...aboutOf(about),
    ...Object.fromEntries(named),
    labels: labels === undefined ? about.labels : labels && labelsOf({ ...about.labels, ...labels }),
    locked: locked === undefined ? about.locked : locked === true,
  };
}

/** Equal labels in one order. */
export function labelsOf(labels: Readonly<Record<string, string | null>>): Labels | null {
  const entries = Object.entries(labels)
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** What is wrong with the whole, though each field of it is right. */
export function aboutViolations({ labels, managedBy, locked }: ClientAbout): readonly Violation[] {
  const violations: Violation[] = [];
  if (labels && Object.keys(labels).length > MAX_LABELS)
    violations.push({ property: 'labels', rule: 'limit', message: `must be at most ${MAX_LABELS}` });
  if (locked && managedBy === null)
    violations.push({ property: 'locked', rule: 'value', message: 'must not be true without managedBy' });
  return violations;
}

/** Whether the client is locked, and who would change it does not write in the name of its manager. */
export function isLockedFor({ manager }: Origin, { locked, managedBy }: ClientAbout): boolean {
  return locked && manager !== managedBy && manager !== ANY_MANAGER;
}

/** Fails with `client_locked`. To be called with the record that a write is decided on, which guards the write. */
export function requireManager(origin: Origin, client: ClientRef & ClientAbout): void {
  if (isLockedFor(origin, client)) throw new ClientError({ code: 'client_locked', clients: [lockedClient(client)] });
}

export function lockedClient({ clientId, managedBy }: ClientRef & ClientAbout): LockedClient {
  return { clientId, managedBy: managedBy ?? '' };
}
