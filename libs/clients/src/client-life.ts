import { type Changes, changesBetween } from '#audit';

/** What stands beside a client's record. No dialect shows it, and no version of the client has it. */
export interface ClientLife {
  /** Since when the client is suspended; null = it is not. */
  readonly suspendedAt: Date | null;
  /** When the suspension ends by itself; null = never. */
  readonly suspendedUntil: Date | null;
  readonly suspensionReason: string | null;
  /** The id of the credential that suspended it; null if that has none. */
  readonly suspendedBy: string | null;
  /** When the client ends by itself; null = never. */
  readonly expiresAt: Date | null;
}

export type LifeField = keyof ClientLife;

/** The life of a client about which nobody has said anything. */
export const DEFAULT_LIFE: ClientLife = {
  suspendedAt: null,
  suspendedUntil: null,
  suspensionReason: null,
  suspendedBy: null,
  expiresAt: null,
};

export const LIFE_FIELDS = Object.keys(DEFAULT_LIFE) as readonly LifeField[];

export function lifeOf({
  suspendedAt,
  suspendedUntil,
  suspensionReason,
  suspendedBy,
  expiresAt,
}: ClientLife): ClientLife {
  return { suspendedAt, suspendedUntil, suspensionReason, suspendedBy, expiresAt };
}

/** The changes of what stands beside the record, with times as text. */
export function lifeChanges(before: ClientLife | undefined, after: ClientLife | undefined): Changes {
  return changesBetween(before && toldOf(before), after && toldOf(after), LIFE_FIELDS);
}

/** What stood beside the record of the client that this entry deleted. The entry names everything that was not null. */
export function lifeAtDeletion({ changes }: { readonly changes: Changes }): ClientLife {
  const textOf = (field: LifeField) => (changes[field]?.before ?? null) as string | null;
  const timeOf = (field: LifeField) => {
    const text = textOf(field);
    return text === null ? null : new Date(text);
  };
  return {
    suspendedAt: timeOf('suspendedAt'),
    suspendedUntil: timeOf('suspendedUntil'),
    suspensionReason: textOf('suspensionReason'),
    suspendedBy: textOf('suspendedBy'),
    expiresAt: timeOf('expiresAt'),
  };
}

/** As an audit entry tells it. */
function toldOf({ suspendedAt, suspendedUntil, suspensionReason, suspendedBy, expiresAt }: ClientLife) {
  return {
    suspendedAt: textOf(suspendedAt),
    suspendedUntil: textOf(suspendedUntil),
    suspensionReason,
    suspendedBy,
    expiresAt: textOf(expiresAt),
  };
}

function textOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
