import type { Credential } from './credential.entity.js';

/** Other values for a credential. */
export interface Rotation {
  readonly keyHash: Buffer;
  readonly keyHint: string;
  readonly tokenId: string;
  /** How long the present values stay valid beside them; 0 = they expire at once. */
  readonly overlapSeconds: number;
}

/** `not_valid`: the credential, or the values that were to be replaced, are no longer valid. `two_valid`: two are already. */
export type RotationRefusal = 'not_valid' | 'two_valid';

/** What the store's clock says. */
export interface RotationTimes {
  readonly now: Date;
  /** When a renewable credential ends that is rotated now. */
  readonly usualEnd: Date;
}

type Rotated = Pick<
  Credential,
  | 'expiresAt'
  | 'keyHash'
  | 'keyHint'
  | 'tokenId'
  | 'rotatedAt'
  | 'previousKeyHash'
  | 'previousKeyHint'
  | 'previousTokenId'
  | 'previousExpiresAt'
>;

/**
 * What a rotation changes of a credential on record. `by`: the credential as it was when the caller was let in; others may
 * have rotated it since.
 */
export function rotated(
  credential: Credential,
  by: Credential,
  { overlapSeconds, ...values }: Rotation,
  { now, usualEnd }: RotationTimes,
): Rotated | RotationRefusal {
  const { id, keyHash, keyHint, tokenId, previousKeyHash, previousExpiresAt, expiresAt, revokedAt } = credential;
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= now)) return 'not_valid';
  const hasPrevious = previousExpiresAt !== null && previousExpiresAt > now;
  const valid = hasPrevious ? [keyHash, previousKeyHash!] : [keyHash];
  if (!valid.some((each) => each.equals(by.keyHash))) return 'not_valid';
  const renewed = { ...values, expiresAt: credential.renewable ? usualEnd : expiresAt, rotatedAt: now };
  if (overlapSeconds === 0) {
    const none = { previousKeyHash: null, previousKeyHint: null, previousTokenId: null, previousExpiresAt: null };
    return { ...renewed, ...none };
  }
  if (hasPrevious) return 'two_valid';
  const overlapEnd = now.getTime() + overlapSeconds * 1000;
  return {
    ...renewed,
    ...{ previousKeyHash: keyHash, previousKeyHint: keyHint, previousTokenId: tokenId ?? id },
    previousExpiresAt: new Date(Math.min(overlapEnd, expiresAt?.getTime() ?? overlapEnd)),
  };
}
