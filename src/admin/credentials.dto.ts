import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { DEFAULT_PERMISSIONS, PERMISSIONS, type Permission } from '#credentials';
import {
  BodyProperty,
  IsInstant,
  IsName,
  IsStringList,
  NAME_SCHEMA,
  OverlapSeconds,
  TextParameter,
} from '../http/index.js';
import { PageLimit } from './page-query.js';

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The body of POST /admin/credentials. */
@ApiSchema({ name: 'CreateCredentialRequest' })
export class CreateCredentialDto {
  @BodyProperty()
  @ApiProperty({ ...NAME_SCHEMA, example: 'ci' })
  @IsName()
  name: string;

  @BodyProperty()
  @ApiProperty({
    ...NAME_SCHEMA,
    required: false,
    nullable: true,
    example: 'default',
    description:
      'The subscription that owns it. By default that of the domain, or else your own; for the operator, `default`.',
  })
  @IsOptional()
  @IsName()
  subscription?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 253,
    example: 'default',
    description: 'The only domain that it reaches; absent: all domains of the subscription.',
  })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  domain?: string | null;

  @BodyProperty()
  @ApiProperty({
    required: false,
    nullable: true,
    isArray: true,
    enum: PERMISSIONS,
    maxItems: PERMISSIONS.length,
    default: DEFAULT_PERMISSIONS,
    example: DEFAULT_PERMISSIONS,
    description:
      'What it may do. `clients:propose` allows it to create clients that are suspended until somebody with `clients:write` resumes them; `clients:write` includes this.',
  })
  @IsOptional()
  @IsStringList(PERMISSIONS)
  permissions?: Permission[] | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    format: 'date-time',
    description:
      'When it expires, no later than your own credential; a rotation does not change this. Absent: in six months, or with your own credential if that is sooner, and a rotation begins the six months anew.',
  })
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;
}

/** The body of POST /admin/credentials/self/rotation, which may be empty. */
@ApiSchema({ name: 'RotateCredentialRequest' })
export class RotateCredentialDto {
  @OverlapSeconds(
    'How long the present API key and access token stay valid, never longer than they would have been; 0: all but the new ones become invalid at once.',
  )
  previousExpiresInSeconds?: number | null;
}

/** A credential without its values. */
export class CredentialDto {
  @ApiProperty({ format: 'uuid', example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' })
  id: string;

  @ApiProperty({ example: 'ci' })
  name: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'default',
    description: 'null: all subscriptions (the operator).',
  })
  subscription: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'default',
    description: 'null: all domains of the subscription.',
  })
  domain: string | null;

  @ApiProperty({ isArray: true, enum: PERMISSIONS, example: DEFAULT_PERMISSIONS })
  permissions: readonly Permission[];

  @ApiProperty({ example: 'k9z0', description: 'The last four characters of the API key.' })
  hint: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: '2026-07-31T12:00:00.000Z' })
  expiresAt: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  rotatedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The last four characters of the previous API key, while that key is still valid.',
  })
  previousHint: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: null,
    description: 'Until when the previous API key and access token are valid.',
  })
  previousExpiresAt: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date', example: '2026-02-01' })
  lastUsedAt: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  revokedAt: string | null;
}

/** A credential with its new API key and access token, which are shown only once. */
export class IssuedCredentialDto extends CredentialDto {
  @ApiProperty({ example: 'clk_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a', description: 'Sent as x-api-key.' })
  apiKey: string;

  @ApiProperty({
    example: 'eyJhbGciOiJSUzUxMiJ9.eyJqdGkiOiI2ZjFjIn0.c2lnbmF0dXJl',
    description: 'Sent as Authorization: Bearer.',
  })
  accessToken: string;
}

export class CredentialsQuery {
  @PageLimit()
  limit?: number;

  @TextParameter({
    format: 'uuid',
    description: 'Only ids after this one.',
    holds: (text) => UUID.test(text),
    message: 'must be the id of a credential',
  })
  after?: string;
}
