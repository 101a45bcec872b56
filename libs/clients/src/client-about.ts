import { ANY_MANAGER, type Origin } from '#audit';
import { ClientError, type LockedClient } from './client-errors.js';
import type { Violation } from './metadata-rule.js';

export type Labels = Readonly<Record<string, string>>;

/** What people and tools say of a client beside its record: whose it is, and which tool manages it. */
export interface ClientAbout {
  readonly owner: string | null;
  readonly contact: string | null;
  readonly description: string | null;
  /** null = none. */
  readonly labels: Labels | null;
  /** The name of the tool or of the team that manages the client. */
  readonly managedBy: string | null;
  /** Whether only requests that name the manager can change the client. */
  readonly locked: boolean;
}

/** A change of what is said. An absent field stays as it is; null removes its value. The same holds for each label. */
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

/** The most characters of each text. */
export const ABOUT_LENGTHS = { owner: 200, contact: 200, description: 1000 } as const;
/** The most labels of a client. */
export const MAX_LABELS = 32;
const MAX_LABEL_LENGTH = 63;
const MAX_MANAGER_LENGTH = 100;
const LABEL_KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;
/** Only characters that a header can carry. */
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

/** The labels sorted by key, so that equal labels are stored in the same way; null = none. */
export function labelsOf(labels: Readonly<Record<string, string | null>>): Labels | null {
  const entries = Object.entries(labels)
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** The rules that concern several fields together, or all labels together. */
export function aboutViolations({ labels, managedBy, locked }: ClientAbout): readonly Violation[] {
  const violations: Violation[] = [];
  if (labels && Object.keys(labels).length > MAX_LABELS)
    violations.push({ property: 'labels', rule: 'limit', message: `must be at most ${MAX_LABELS}` });
  if (locked && managedBy === null)
    violations.push({ property: 'locked', rule: 'value', message: 'must not be true without managedBy' });
  return violations;
}

interface AboutClient extends ClientAbout {
  readonly clientId: string;
}

/** Whether the client is locked, and the caller does not name its manager. */
export function isLockedFor({ manager }: Origin, { locked, managedBy }: ClientAbout): boolean {
  return locked && manager !== managedBy && manager !== ANY_MANAGER;
}

/** Fails with `client_locked`. Call it with the record on which the write is decided, because its versions guard the write. */
export function requireManager(origin: Origin, client: AboutClient): void {
  if (isLockedFor(origin, client)) throw new ClientError({ code: 'client_locked', clients: [lockedClient(client)] });
}

export function lockedClient({ clientId, managedBy }: AboutClient): LockedClient {
  return { clientId, managedBy: managedBy ?? '' };
}
