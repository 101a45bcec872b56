import { type Changes, changesBetween } from '#audit';
import { aboutOf, type ClientAbout, type Labels, NOTHING_SAID } from './client-about.js';

/** What is kept beside a client's record. No dialect shows it, and no version of the client contains it. */
export interface ClientLife extends ClientAbout {
  /** Since when the client is suspended; null = it is not. */
  readonly suspendedAt: Date | null;
  /** When the suspension ends by itself; null = never. */
  readonly suspendedUntil: Date | null;
  readonly suspensionReason: string | null;
  /** The id of the credential that suspended it; null = that credential has no id. */
  readonly suspendedBy: string | null;
  /** The expiry: when the server deletes the client; null = never. */
  readonly expiresAt: Date | null;
}

export type LifeField = keyof ClientLife;

type Suspended = Pick<ClientLife, 'suspendedAt' | 'suspendedUntil' | 'suspensionReason' | 'suspendedBy'>;

/** The actions of the audit for changes of what is kept beside the record. */
export type ClientAction = 'client.suspended' | 'client.resumed' | 'client.renewed' | 'client.described';

/** The terms of a suspension, which its caller decides. */
export interface SuspensionTerms {
  readonly reason: string | null;
  /** null = until somebody resumes the client. */
  readonly until: Date | null;
}

/** The most characters of the reason for a suspension. */
export const MAX_REASON_LENGTH = 500;

export const NOT_SUSPENDED: Suspended = {
  suspendedAt: null,
  suspendedUntil: null,
  suspensionReason: null,
  suspendedBy: null,
};

/** The life of a client about which nobody has said anything. */
export const DEFAULT_LIFE: ClientLife = { ...NOT_SUSPENDED, expiresAt: null, ...NOTHING_SAID };

export const LIFE_FIELDS = Object.keys(DEFAULT_LIFE) as readonly LifeField[];

export function lifeOf(client: ClientLife): ClientLife {
  const { suspendedAt, suspendedUntil, suspensionReason, suspendedBy, expiresAt } = client;
  return { suspendedAt, suspendedUntil, suspensionReason, suspendedBy, expiresAt, ...aboutOf(client) };
}

/** Whether nothing is kept beside the record. */
export function isBare(client: ClientLife): boolean {
  return LIFE_FIELDS.every((field) => client[field] === DEFAULT_LIFE[field]);
}

/** `now`: milliseconds since 1970 by the store's clock, here and below. */
export function isSuspended({ suspendedAt, suspendedUntil }: Suspended, now: number): boolean {
  return suspendedAt !== null && !hasPassed(suspendedUntil, now);
}

/**
 * Suspends a client on these terms. If it is suspended already, `suspendedAt` stays; if the terms are also the same,
 * nothing changes.
 */
export function suspended(
  current: ClientLife | undefined,
  { reason, until }: SuspensionTerms,
  by: string | null,
  now: number,
): Suspended {
  const standing = current && isSuspended(current, now) ? current : undefined;
  const isSame = standing?.suspensionReason === reason && standing.suspendedUntil?.getTime() === until?.getTime();
  return {
    suspendedAt: standing?.suspendedAt ?? new Date(now),
    suspendedUntil: until,
    suspensionReason: reason,
    suspendedBy: isSame ? standing.suspendedBy : by,
  };
}

/** Leaves out what is over: a suspension that has ended, an expiry that has passed. */
export function lifeAt(life: ClientLife, now: number): ClientLife {
  const { suspendedUntil, expiresAt } = life;
  return {
    ...lifeOf(life),
    ...(hasPassed(suspendedUntil, now) && NOT_SUSPENDED),
    ...(hasPassed(expiresAt, now) && { expiresAt: null }),
  };
}

/** The changes of what is kept beside the record, with times as text. */
export function lifeChanges(before: ClientLife | undefined, after: ClientLife | undefined): Changes {
  // Nearly every write changes nothing here.
  if (before && after ? LIFE_FIELDS.every((field) => before[field] === after[field]) : isBare((before ?? after)!))
    return {};
  const told = before && after ? toldOf : toldOfWhole;
  return changesBetween(before && told(before), after && told(after), LIFE_FIELDS);
}

/** The action of a change that concerns neither the record nor the secrets; undefined = it does concern them. */
export function actionOf(changes: Changes): ClientAction | undefined {
  const fields = Object.keys(changes);
  const isBesideRecord = fields.length > 0 && fields.every((field) => LIFE_FIELDS.includes(field as LifeField));
  if (!isBesideRecord) return undefined;
  if (fields.join() === 'expiresAt') return 'client.renewed';
  if (!fields.some((field) => Object.hasOwn(NOT_SUSPENDED, field))) return 'client.described';
  const { suspendedAt } = changes;
  return suspendedAt && suspendedAt.after === null ? 'client.resumed' : 'client.suspended';
}

/** What was kept beside the record before these changes, which have led to `after`. */
export function lifeBefore(after: ClientLife, changes: Changes): ClientLife {
  const told: Record<LifeField, unknown> = { ...toldOf(after) };
  for (const field of LIFE_FIELDS) if (field in changes) told[field] = changes[field]!.before;
  const text = (field: LifeField) => told[field] as string | null;
  return {
    suspendedAt: timeOf(text('suspendedAt')),
    suspendedUntil: timeOf(text('suspendedUntil')),
    suspensionReason: text('suspensionReason'),
    suspendedBy: text('suspendedBy'),
    expiresAt: timeOf(text('expiresAt')),
    owner: text('owner'),
    contact: text('contact'),
    description: text('description'),
    labels: told.labels as Labels | null,
    managedBy: text('managedBy'),
    locked: told.locked === true,
  };
}

/** The values as an audit entry has them. */
function toldOf(life: ClientLife) {
  return {
    ...lifeOf(life),
    suspendedAt: textOf(life.suspendedAt),
    suspendedUntil: textOf(life.suspendedUntil),
    expiresAt: textOf(life.expiresAt),
  };
}

/** The same for the entry of a creation or a deletion, which names only what is set. */
function toldOfWhole(life: ClientLife) {
  return { ...toldOf(life), locked: life.locked || null };
}

function textOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function hasPassed(time: Date | null, now: number): boolean {
  return time !== null && time.getTime() <= now;
}
