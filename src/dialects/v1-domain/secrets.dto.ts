import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { BodyProperty, IsInstant, IsName, IsUnicode, IsWholeNumber, NAME_SCHEMA } from '../../http/index.js';

const DAY_SECONDS = 86_400;
export const DEFAULT_OVERLAP_SECONDS = DAY_SECONDS;
const MAX_OVERLAP_SECONDS = 30 * DAY_SECONDS;

/** The body of POST …/secrets. An empty body asks for a secret without name and expiry. */
export class AddSecretDto {
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
    description: 'When the new secret ends; absent: never, or as late as the rules of the domain allow.',
  })
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    minimum: 0,
    maximum: MAX_OVERLAP_SECONDS,
    default: DEFAULT_OVERLAP_SECONDS,
    example: 3600,
    description: 'For how long the older secrets stay good, never longer than they would have; 0: they end at once.',
  })
  @IsOptional()
  @IsWholeNumber({ least: 0, most: MAX_OVERLAP_SECONDS })
  previousExpiresInSeconds?: number | null;
}

/** A secret without its value. */
export class SecretDto {
  @ApiProperty({ format: 'uuid', example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' })
  id: string;

  @ApiProperty({ type: String, nullable: true, example: 'rotation of January' })
  name: string | null;

  @ApiProperty({
    example: '9z0a',
    description: 'The last four characters of a generated secret; empty for a chosen one.',
  })
  hint: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  expiresAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date',
    example: '2026-02-01',
    description: 'The day of its last use.',
  })
  lastUsedAt: string | null;
}

/** A new secret with its value, shown this once. */
export class AddedSecretDto extends SecretDto {
  @ApiProperty({ example: 'cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a' })
  clientSecret: string;
}

export class VerifySecretDto {
  @BodyProperty()
  @ApiProperty({ type: String, example: 'cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a' })
  @IsUnicode()
  secret: string;
}

export class VerdictDto {
  @ApiProperty({ example: true })
  valid: boolean;

  @ApiProperty({ required: false, format: 'uuid', example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' })
  secretId?: string;

  @ApiProperty({ type: String, required: false, nullable: true, format: 'date-time', example: null })
  expiresAt?: string | null;

  @ApiProperty({
    required: false,
    description: 'true: the secret is right, but the client is suspended. Absent in any other verdict.',
  })
  suspended?: true;
}
