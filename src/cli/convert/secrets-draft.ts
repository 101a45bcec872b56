import { type HashFields, importedSecretViolations, MAX_LIVE_SECRETS, secretHashOf } from '#clients';
import { isLongerThan, isVisible, MAX_NAME_LENGTH } from '#visible';
import { INSTANT_RULE, isInstant } from './instant.js';
import type { Line, SetField } from './line.js';
import type { Notes } from './notes.js';

/** A secret as another system has it: in the clear, or as a hash. */
export interface FoundSecret {
  readonly secret?: string;
  readonly hash?: string | HashFields;
  readonly name?: string;
  readonly expiresAt?: string;
}

/** The secrets of a draft. */
export class SecretsDraft {
  /** Whether the notes say what becomes of the secrets. */
  private isNoted = false;

  constructor(
    private readonly line: Partial<Line>,
    private readonly notes: Notes,
    private readonly set: SetField,
    private readonly comeAlong: boolean,
  ) {}

  /** Notes that a secret does not come along. Its value is not even looked at. */
  leave(from: string, what = 'stays behind'): void {
    const then = this.isConfidential ? 'the import makes a new one' : 'a Public client has none here';
    this.notes.leave(from, `${what}: ${then}`);
    this.isNoted = true;
  }

  /** The secrets that the file has. Each comes along if that is wanted, and if the registry can take it. */
  add(found: readonly FoundSecret[], from: string): void {
    if (found.length === 0) return;
    if (!this.isConfidential || !this.comeAlong) {
      this.leave(from, this.isConfidential ? 'stays behind without --with-secrets' : undefined);
      return;
    }
    this.isNoted = true;
    const kept = this.line.secrets ?? [];
    for (const [index, one] of found.entries()) {
      const violation =
        kept.length < MAX_LIVE_SECRETS ? secretViolation(one) : `a client has at most ${MAX_LIVE_SECRETS} secrets`;
      const field = found.length === 1 ? from : `${from}[${index}]`;
      if (violation === undefined) kept.push(one as NonNullable<Line['secrets']>[number]);
      else this.notes.leave(field, violation);
    }
    if (kept.length > 0) this.set('secrets', kept, from);
    else this.notes.changed(from, 'none comes along: the import makes a new one');
  }

  finish(): void {
    if (this.isConfidential && !this.isNoted) {
      this.notes.assumed('secret', 'is not in the file: the import makes a new one');
    }
  }

  /** Those that a client with this id may have. */
  fitting(clientId: string): NonNullable<Line['secrets']> {
    const { secrets = [] } = this.line;
    const fitting = secrets!.filter(({ secret }) => !secret || importedSecretViolations(secret, clientId).length === 0);
    if (fitting.length < secrets!.length) this.notes.leave('secret', 'a secret must not equal the client id');
    return fitting;
  }

  private get isConfidential(): boolean {
    return this.line.clientType === 'Confidential';
  }
}

/** Why the registry would not take a secret, never with the secret. */
function secretViolation({ secret, hash, name, expiresAt }: FoundSecret): string | undefined {
  if (name !== undefined && (isLongerThan(name, MAX_NAME_LENGTH) || !isVisible(name)))
    return `its name must be 1 to ${MAX_NAME_LENGTH} characters that can be seen`;
  if (expiresAt !== undefined && !isInstant(expiresAt)) return `its end ${INSTANT_RULE}`;
  if (expiresAt !== undefined && new Date(expiresAt).getTime() <= Date.now()) return 'it has ended';
  if (secret !== undefined) return importedSecretViolations(secret, '')[0]?.message;
  const taken = secretHashOf(hash!);
  if ('hash' in taken) return undefined;
  const { field = 'hash', message } = taken.violations[0]!;
  return `its ${field} ${message}`;
}
