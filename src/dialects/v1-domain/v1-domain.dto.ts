import { ApiProperty, type ApiPropertyOptions, ApiSchema } from '@nestjs/swagger';
import { Allow, IsBoolean, IsIn, IsInt, IsOptional, IsString } from 'class-validator';
import { CLIENT_ID, LIST_LIMITS } from '#clients';
import { isLongerThan } from '#visible';
import {
  BodyProperty,
  FlagParameter,
  IsName,
  IsNotBeside,
  IsStringList,
  MAX_EXPIRES_IN_SECONDS,
  NAME_SCHEMA,
  NumberParameter,
  TextParameter,
  textListSchema,
} from '../../http/index.js';

export const CLIENT_TYPES = ['Public', 'Confidential'] as const;
export const GRANT_TYPES = ['AuthorizationCode', 'ClientCredentials'] as const;

const listOf = (field: keyof typeof LIST_LIMITS, description: string, example: string[]): ApiPropertyOptions => ({
  ...textListSchema(LIST_LIMITS[field]),
  required: false,
  nullable: true,
  description,
  example,
  default: [],
});

const minutes = (what: string, most: number, standard: number): ApiPropertyOptions => ({
  type: 'integer',
  required: false,
  nullable: true,
  minimum: 0,
  maximum: most,
  default: standard,
  example: standard,
  description: `The number of minutes ${what} is valid. Absent, null or 0: the default, ${standard}.`,
});

/** The body of PUT: the whole state of a client, as far as this dialect can name it (seed 2). */
@ApiSchema({ name: 'PutClientRequest' })
export class PutClientDto {
  @BodyProperty()
  @ApiProperty({
    enum: CLIENT_TYPES,
    example: 'Confidential',
    description:
      'Can the client keep a secret? One that becomes Public loses its secrets, and client credentials if it had them beside other grants.',
  })
  @IsIn(CLIENT_TYPES, { message: `must be one of ${CLIENT_TYPES.join(', ')}` })
  clientType: (typeof CLIENT_TYPES)[number];

  @BodyProperty()
  @ApiProperty({
    enum: GRANT_TYPES,
    example: 'AuthorizationCode',
    description: 'ClientCredentials needs a Confidential client (RFC 6749 §4.4).',
  })
  @IsIn(GRANT_TYPES, { message: `must be one of ${GRANT_TYPES.join(', ')}` })
  grantType: (typeof GRANT_TYPES)[number];

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    default: '',
    maxLength: 1000,
    example: 'openid profile',
    description: 'Scope tokens separated by spaces.',
  })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  scope?: string | null;

  @BodyProperty()
  @ApiProperty(
    listOf(
      'audiences',
      'Ids of the clients that are the intended recipients of the tokens that this client asks for; at most 50.',
      ['orders-api'],
    ),
  )
  @IsOptional()
  @IsStringList()
  audiences?: string[] | null;

  @BodyProperty()
  @ApiProperty({
    ...listOf(
      'redirectUris',
      'Where users may be sent after authentication; at most 100. https or localhost, no query, no fragment, in canonical form: see /doc/redirect-uris. At least one for AuthorizationCode. `redirect_uris` is another spelling.',
      ['https://my-app.example.com/callback'],
    ),
    // A client that sent the default could contradict the other spelling.
    default: undefined,
  })
  @IsOptional()
  @IsStringList()
  redirectUris?: string[] | null;

  /**
   * The spelling in the parameter table of seed 2. Not in the document: many generators take it and `redirectUris` for one
   * name, and what they make does not compile.
   */
  @BodyProperty()
  @IsOptional()
  @IsStringList()
  redirect_uris?: string[] | null;

  @BodyProperty()
  @ApiProperty(
    listOf(
      'postLogoutRedirectUris',
      'Where users may be sent after signing out; at most 100, same rule as redirectUris.',
      ['https://my-app.example.com/goodbye'],
    ),
  )
  @IsOptional()
  @IsStringList()
  postSignOutRedirectUris?: string[] | null;

  @BodyProperty()
  @ApiProperty({
    type: Boolean,
    required: false,
    nullable: true,
    default: null,
    example: true,
    description: 'Whether users may sign in with a local account; null leaves it to the server that signs them in.',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true, false or null' })
  allowLocalLogin?: boolean | null;

  @BodyProperty()
  @ApiProperty(
    listOf('identityProviders', 'Authorities used for federated authentication; at most 50.', [
      'https://login.partner.example.com',
    ]),
  )
  @IsOptional()
  @IsStringList()
  providers?: string[] | null;

  @BodyProperty()
  @ApiProperty(
    listOf('policies', 'Ids of the policies to verify before access is granted; at most 50.', ['policy.employees']),
  )
  @IsOptional()
  @IsStringList()
  policies?: string[] | null;

  @BodyProperty()
  @ApiProperty(
    listOf('allowedOrigins', 'Origins from which browsers may call, scheme://host[:port]; at most 100.', [
      'https://my-app.example.com',
    ]),
  )
  @IsOptional()
  @IsStringList()
  allowedOrigins?: string[] | null;

  @BodyProperty()
  @ApiProperty(minutes('an access token', 1440, 90))
  @IsOptional()
  @IsInt({ message: 'must be a whole number of minutes' })
  accessTokenExpiry?: number | null;

  @BodyProperty()
  @ApiProperty(minutes('an id token', 1440, 90))
  @IsOptional()
  @IsInt({ message: 'must be a whole number of minutes' })
  idTokenExpiry?: number | null;

  @BodyProperty()
  @ApiProperty(minutes('a refresh token', 525_600, 1440))
  @IsOptional()
  @IsInt({ message: 'must be a whole number of minutes' })
  refreshTokenExpiry?: number | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 128,
    example: 'my-app',
    description: 'If given, the id in the path.',
  })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  clientId?: string | null;

  @BodyProperty()
  @ApiProperty({ type: String, required: false, nullable: true, format: 'date-time', description: 'Ignored.' })
  @Allow()
  createdAt?: unknown;

  @BodyProperty()
  @ApiProperty({ type: String, required: false, nullable: true, format: 'date-time', description: 'Ignored.' })
  @Allow()
  updatedAt?: unknown;
}

/** The full state of a client, with effective values. It can be PUT back unchanged. */
export class ClientDto {
  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty({ enum: CLIENT_TYPES, example: 'Confidential' })
  clientType: (typeof CLIENT_TYPES)[number];

  @ApiProperty({ enum: GRANT_TYPES, example: 'AuthorizationCode' })
  grantType: (typeof GRANT_TYPES)[number];

  @ApiProperty({ example: 'openid profile' })
  scope: string;

  @ApiProperty({ type: [String], example: ['orders-api'] })
  audiences: readonly string[];

  @ApiProperty({ type: [String], example: ['https://my-app.example.com/callback'] })
  redirectUris: readonly string[];

  @ApiProperty({ type: [String], example: ['https://my-app.example.com/goodbye'] })
  postSignOutRedirectUris: readonly string[];

  @ApiProperty({ type: Boolean, nullable: true, example: true })
  allowLocalLogin: boolean | null;

  @ApiProperty({ type: [String], example: ['https://login.partner.example.com'] })
  providers: readonly string[];

  @ApiProperty({ type: [String], example: ['policy.employees'] })
  policies: readonly string[];

  @ApiProperty({ type: [String], example: ['https://my-app.example.com'] })
  allowedOrigins: readonly string[];

  @ApiProperty({ type: 'integer', example: 90 })
  accessTokenExpiry: number;

  @ApiProperty({ type: 'integer', example: 90 })
  idTokenExpiry: number;

  @ApiProperty({ type: 'integer', example: 1440 })
  refreshTokenExpiry: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  updatedAt: string;
}

export class ClientListItemDto {
  @ApiProperty({ example: 'my-app' })
  clientId: string;
}

/** The answer to PUT. */
@ApiSchema({ name: 'ProvisionedClient' })
export class ProvisionedDto {
  @ApiProperty({
    type: String,
    nullable: true,
    // Lets validators tell it from the answer to a dry run.
    pattern: '^cls_',
    example: 'cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a',
    description: 'The secret that this very request made, shown this once; null when it made none.',
  })
  clientSecret: string | null;
}

/** Any value of a field. */
const VALUE = {
  oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'boolean' }, { type: 'integer' }],
  nullable: true,
};

class PlannedChangeDto {
  @ApiProperty({
    example: 'scope',
    description:
      'A field of the client; or `grantTypes`, where some are lost that grantType does not tell of; or `expiresAt`.',
  })
  field: string;

  @ApiProperty({ ...VALUE, example: 'openid', description: 'null when the client would be created.' })
  before: unknown;

  @ApiProperty({ ...VALUE, example: 'openid profile' })
  after: unknown;
}

/** The answer to a dry run: nothing was written. */
export class PlanDto {
  @ApiProperty({ type: Boolean, enum: [true], example: true })
  dryRun: true;

  @ApiProperty({ example: false, description: 'Whether the client would be created.' })
  created: boolean;

  @ApiProperty({ type: [PlannedChangeDto] })
  changes: PlannedChangeDto[];

  @ApiProperty({
    enum: ['kept', 'created', 'revoked', 'none'],
    example: 'kept',
    description: 'What would become of the secret.',
  })
  clientSecret: 'kept' | 'created' | 'revoked' | 'none';
}

export class DomainDto {
  @ApiProperty({ example: 'login.example.com' })
  domain: string;
}

/** The body of POST /v1/domain; an empty body asks for a generated name. */
@ApiSchema({ name: 'CreateDomainRequest' })
export class CreateDomainDto {
  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 253,
    example: 'login.example.com',
    description: 'Absent: a name is generated.',
  })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  domain?: string | null;

  @BodyProperty()
  @ApiProperty({
    ...NAME_SCHEMA,
    required: false,
    nullable: true,
    example: 'default',
    description: 'For the operator: whose domain it is.',
  })
  @IsOptional()
  @IsName()
  subscription?: string | null;
}

const MAX_SEARCH = 256;

export class ListClientsQuery {
  @TextParameter({
    description: 'Only ids that contain this.',
    maxLength: MAX_SEARCH,
    holds: (text) => !isLongerThan(text, MAX_SEARCH) && !text.includes('\0'),
    message: `must be at most ${MAX_SEARCH} characters without NUL`,
  })
  search?: string;

  @NumberParameter({ least: 1, description: 'At most this many. More than 100 counts as 100.' })
  limit?: number;

  @NumberParameter({ least: 0, description: 'Skip this many.' })
  offset?: number;

  @TextParameter({
    description: 'Only ids after this one; not together with offset.',
    holds: (text) => CLIENT_ID.test(text),
    message: 'must be a client id',
  })
  @IsNotBeside('offset')
  after?: string;
}

export class PutClientQuery {
  @FlagParameter({
    description: 'Write nothing, and tell what would change; so does the header `Prefer: validate-only`.',
  })
  dryRun?: boolean;

  @NumberParameter({
    least: 0,
    most: MAX_EXPIRES_IN_SECONDS,
    description:
      'The client expires after so many seconds: then the server deletes it, as DELETE does. 0: it does not expire. A repeated request renews it. Absent: the expiry stays as it is.',
  })
  expiresInSeconds?: number;
}
