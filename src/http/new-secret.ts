import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, IsString, ValidateBy } from 'class-validator';
import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type HashFields,
  type ImportedSecret,
  importedSecretViolations,
  secretHashOf,
  type Violation,
} from '#clients';
import type { Domain } from '#domains';
import { BodyProperty, type BodyWords, type Validated, validated } from './body.pipe.js';
import { instantOf } from './instant.js';
import { IsInstant, IsName, IsUnicode, NAME_SCHEMA } from './validators.js';

const DAY_MS = 86_400_000;
const ENCODINGS = ['base64', 'hex'] as const;

/** The hash that another system stores of a secret. */
class SecretHashDto implements HashFields {
  @BodyProperty()
  @ApiProperty({ enum: HASH_ALGORITHMS, example: 'pbkdf2-sha256' })
  @IsIn(HASH_ALGORITHMS, { message: `must be one of ${HASH_ALGORITHMS.join(', ')}` })
  algorithm: HashAlgorithm;

  @BodyProperty()
  @ApiProperty({
    maxLength: 128,
    example: 'r7RTtC85Z8FqIQxAHRH0LzGO2rjKgUVQ0OtVcWHDbYg',
    description: 'sha256: 32 bytes; PBKDF2: 16 to 32 bytes, or 64 with SHA-512. bcrypt: the whole text (`$2b$10$…`).',
  })
  @IsString({ message: 'must be a string' })
  hash: string;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 256,
    example: 'c2FsdC1vZi10aGlzLXNlY3JldA',
    description: 'Of PBKDF2: 8 to 128 bytes.',
  })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  salt?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    minimum: 1000,
    maximum: 1_000_000,
    example: 25_000,
    description: 'Of PBKDF2; with SHA-512 at most 500,000.',
  })
  // The core says which numbers, since that depends on the algorithm.
  @IsOptional()
  @IsNumber({}, { message: 'must be a number' })
  iterations?: number | null;

  @BodyProperty()
  @ApiProperty({
    enum: ENCODINGS,
    required: false,
    nullable: true,
    description:
      'How hash and salt are written. Absent: a text of hexadecimal digits alone is hexadecimal, any other is Base64 (also that of URLs, and without `=`).',
  })
  @IsOptional()
  @IsIn(ENCODINGS, { message: `must be one of ${ENCODINGS.join(', ')}` })
  encoding?: (typeof ENCODINGS)[number] | null;
}

/** A text or an object. What it says is checked by itself. */
function IsHash(): PropertyDecorator {
  return ValidateBy({
    name: 'isHash',
    validator: {
      validate: (value) => typeof value === 'string' || (typeof value === 'object' && !Array.isArray(value)),
      defaultMessage: () => 'must be an object or a text such as $2b$10$…',
    },
  });
}

/** A secret that is to be added: a generated one, or one that exists already elsewhere. */
@ApiExtraModels(SecretHashDto)
export class NewSecretDto {
  @BodyProperty()
  @ApiProperty({ ...NAME_SCHEMA, required: false, nullable: true, example: 'rotation of January' })
  @IsOptional()
  @IsName()
  name?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    format: 'date-time',
    description: 'When the new secret expires; absent: never, or as late as the rules of the domain allow.',
  })
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 1000,
    description:
      'A secret that exists already elsewhere, 8 to 1000 characters that can be seen. It is in no answer. Not together with hash.',
  })
  @IsOptional()
  @IsUnicode()
  secret?: string | null;

  @BodyProperty()
  @ApiProperty({
    oneOf: [{ type: 'string', maxLength: 512 }, { $ref: getSchemaPath(SecretHashDto) }],
    required: false,
    nullable: true,
    description:
      'The hash of a secret that exists already elsewhere: its fields, or a text as bcrypt (`$2b$10$…`) and Ory (`$pbkdf2-sha256$i=25000,l=32$…$…`) write it. bcrypt: a cost of 4 to 13; secrets of more than 72 bytes are never good. Nor are those with NUL, of bcrypt and PBKDF2.',
  })
  // As it was sent.
  @Transform(({ obj }) => obj.hash)
  @IsOptional()
  @IsHash()
  hash?: string | Record<string, unknown> | null;
}

/** What holds for a new secret. */
export interface NewSecretTerms {
  readonly clientId: string;
  /** By the database's clock. */
  readonly now: number;
  readonly domain: Pick<Domain, 'maxSecretAgeDays'>;
}

/** What a body asks for. */
export interface AskedSecret {
  readonly name: string | null;
  readonly expiresAt: Date | null;
  /** undefined = a generated one. */
  readonly imported: ImportedSecret | undefined;
}

/** The secret that a body asks for, and everything that is wrong with it. */
export function askedSecret(
  { value, violations }: Validated<NewSecretDto>,
  { clientId, now, domain }: NewSecretTerms,
  words: BodyWords,
): { readonly asked: AskedSecret; readonly violations: readonly Violation[] } {
  const expiresAt = value.expiresAt ? instantOf(value.expiresAt)! : null;
  const { imported, faults } = importedOf(value, clientId, words);
  return {
    asked: { name: value.name ?? null, expiresAt, imported },
    violations: [...violations, ...(expiresAt ? faultsOfEnd(expiresAt, now, domain, words) : []), ...faults],
  };
}

function faultsOfEnd(
  expiresAt: Date,
  now: number,
  { maxSecretAgeDays }: NewSecretTerms['domain'],
  { path }: BodyWords,
): Violation[] {
  const isPast = expiresAt.getTime() <= now;
  const isLate = maxSecretAgeDays !== null && expiresAt.getTime() > now + maxSecretAgeDays * DAY_MS;
  const fault = (message: string) => ({ property: path(['expiresAt']), rule: 'value', message }) as const;
  return [
    ...(isPast ? [fault('must lie in the future')] : []),
    ...(isLate ? [fault(`must be at most ${maxSecretAgeDays} days from now, as the rules of the domain say`)] : []),
  ];
}

function importedOf(
  { secret = null, hash = null }: Partial<NewSecretDto>,
  clientId: string,
  words: BodyWords,
): { readonly imported?: ImportedSecret; readonly faults: readonly Violation[] } {
  const { path } = words;
  if (secret !== null && hash !== null) {
    return { faults: [{ property: path(['hash']), rule: 'value', message: 'must not stand beside secret' }] };
  }
  if (secret !== null) {
    const broken = importedSecretViolations(secret, clientId);
    const faults = broken.map(({ rule, message }) => ({ property: path(['secret']), rule, message }));
    return { imported: { clear: secret }, faults };
  }
  if (hash === null) return { faults: [] };
  const below: BodyWords = { ...words, path: (steps) => path(['hash', ...steps]) };
  const { value, violations } =
    typeof hash === 'string' ? { value: hash, violations: [] } : validated(SecretHashDto, hash, below);
  if (violations.length > 0) return { faults: violations };
  const taken = secretHashOf(value as string | HashFields);
  if ('hash' in taken) return { imported: { hash: taken.hash }, faults: [] };
  return {
    faults: taken.violations.map(({ field, rule, message }) => ({
      property: field ? below.path([field]) : path(['hash']),
      rule,
      message,
    })),
  };
}
