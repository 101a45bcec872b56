import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { BodyProperty, IsUnicode, NewSecretDto, OverlapSeconds } from '../../http/index.js';

/** The body of POST …/secrets. An empty body asks for a generated secret without name and expiry. */
@ApiSchema({ name: 'AddSecretRequest' })
export class AddSecretDto extends NewSecretDto {
  @OverlapSeconds(
    'For how long the older secrets stay valid, never longer than without this request; 0: they expire at once.',
  )
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
    description: 'The last four characters of a generated secret; empty for any other.',
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
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a',
    description: 'null: the secret was not generated.',
  })
  clientSecret: string | null;
}

/** No secret is longer, so hashing a longer one would be wasted time. */
export const MAX_SECRET_LENGTH = 4096;

@ApiSchema({ name: 'VerifySecretRequest' })
export class VerifySecretDto {
  @BodyProperty()
  @ApiProperty({
    type: String,
    maxLength: MAX_SECRET_LENGTH,
    example: 'cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a',
  })
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
