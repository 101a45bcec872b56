import { ApiProperty, type ApiPropertyOptions, ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Allow, IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, ValidateBy } from 'class-validator';
import {
  GRANT_TYPES,
  type JsonObject,
  LIST_LIMITS,
  MAX_CLIENT_NAME_LENGTH,
  MAX_LIVE_SECRETS,
  MAX_URI_LENGTH,
  STRATEGIES,
} from '#clients';
import {
  BodyProperty,
  FlagParameter,
  IsInstant,
  IsStringList,
  IsText,
  IsWholeNumber,
  MAX_EXPIRES_IN_SECONDS,
  NewSecretDto,
  textListSchema,
} from '../http/index.js';
import { AboutInLineDto } from './about.dto.js';
import { ADDITIONAL_CONFIG, CLIENT_TYPES, TOKEN_METHOD, V1_GRANT_TYPES } from './clients.dto.js';
import { SuspendDto } from './suspensions.dto.js';

const wordsOf = (words: readonly string[]) => ({ items: { type: 'string', enum: [...words] }, maxItems: words.length });
const list = (example: string[], schema: { items: object; maxItems: number }): ApiPropertyOptions => ({
  type: 'array',
  ...schema,
  required: false,
  nullable: true,
  default: [],
  example,
});
const minutes = (most: number, standard: number): ApiPropertyOptions => ({
  type: 'integer',
  required: false,
  nullable: true,
  minimum: 0,
  maximum: most,
  default: standard,
  example: standard,
  description: `Minutes. Absent, null or 0: the default, ${standard}.`,
});
const text = (example: string | null, maxLength: number): ApiPropertyOptions => ({
  type: String,
  maxLength,
  required: false,
  nullable: true,
  default: null,
  example,
});

/** A list of objects. What they say is checked by itself. */
function IsListOfObjects({ most }: { most: number }): PropertyDecorator {
  const isObject = (entry: unknown) => typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  return ValidateBy({
    name: 'isListOfObjects',
    validator: {
      validate: (value) => Array.isArray(value) && value.length <= most && value.every(isObject),
      defaultMessage: () => `must be an array of at most ${most} objects`,
    },
  });
}

/** The suspension in a line. */
export class SuspensionInLineDto extends SuspendDto {
  @BodyProperty()
  @ApiProperty({ type: String, required: false, nullable: true, format: 'date-time', description: 'Ignored.' })
  @Allow()
  since?: unknown;

  @BodyProperty()
  @ApiProperty({ type: String, required: false, nullable: true, format: 'uuid', description: 'Ignored.' })
  @Allow()
  by?: unknown;
}

/** One line of an import: a client in the words of the v1 API, and in those of the accounts API for what v1 does not have. */
export class ClientLineDto {
  @BodyProperty()
  @ApiProperty({ maxLength: 128, example: 'my-app' })
  @IsString({ message: 'must be a string' })
  clientId: string;

  @BodyProperty()
  @ApiProperty(text('My App', MAX_CLIENT_NAME_LENGTH))
  @IsOptional()
  @IsText({ most: MAX_CLIENT_NAME_LENGTH })
  clientName?: string | null;

  @BodyProperty()
  @ApiProperty({ enum: CLIENT_TYPES, example: 'Confidential' })
  @IsIn(CLIENT_TYPES, { message: `must be one of ${CLIENT_TYPES.join(', ')}` })
  clientType: (typeof CLIENT_TYPES)[number];

  @BodyProperty()
  @ApiProperty({
    enum: V1_GRANT_TYPES,
    required: false,
    nullable: true,
    example: 'AuthorizationCode',
    description: 'This or grantTypes is needed; both must agree.',
  })
  @IsOptional()
  @IsIn(V1_GRANT_TYPES, { message: `must be one of ${V1_GRANT_TYPES.join(', ')}` })
  grantType?: (typeof V1_GRANT_TYPES)[number] | null;

  @BodyProperty()
  @ApiProperty({ ...list(['authorization_code', 'refresh_token'], wordsOf(GRANT_TYPES)), default: undefined })
  @IsOptional()
  @IsStringList(GRANT_TYPES)
  grantTypes?: string[] | null;

  @BodyProperty()
  @ApiProperty({ ...text('openid profile', 1000), default: '' })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  scope?: string | null;

  @BodyProperty()
  @ApiProperty(list(['orders-api'], textListSchema(LIST_LIMITS.audiences)))
  @IsOptional()
  @IsStringList()
  audiences?: string[] | null;

  @BodyProperty()
  @ApiProperty(list(['https://my-app.example.com/callback'], textListSchema(LIST_LIMITS.redirectUris)))
  @IsOptional()
  @IsStringList()
  redirectUris?: string[] | null;

  @BodyProperty()
  @ApiProperty(list(['https://my-app.example.com/goodbye'], textListSchema(LIST_LIMITS.postLogoutRedirectUris)))
  @IsOptional()
  @IsStringList()
  postSignOutRedirectUris?: string[] | null;

  @BodyProperty()
  @ApiProperty({ type: Boolean, required: false, nullable: true, default: null, example: true })
  @IsOptional()
  @IsBoolean({ message: 'must be true, false or null' })
  allowLocalLogin?: boolean | null;

  @BodyProperty()
  @ApiProperty(list(['https://login.partner.example.com'], textListSchema(LIST_LIMITS.identityProviders)))
  @IsOptional()
  @IsStringList()
  providers?: string[] | null;

  @BodyProperty()
  @ApiProperty(list(['policy.employees'], textListSchema(LIST_LIMITS.policies)))
  @IsOptional()
  @IsStringList()
  policies?: string[] | null;

  @BodyProperty()
  @ApiProperty(list(['https://my-app.example.com'], textListSchema(LIST_LIMITS.allowedOrigins)))
  @IsOptional()
  @IsStringList()
  allowedOrigins?: string[] | null;

  @BodyProperty()
  @ApiProperty(minutes(1440, 90))
  @IsOptional()
  @IsInt({ message: 'must be a whole number of minutes' })
  accessTokenExpiry?: number | null;

  @BodyProperty()
  @ApiProperty(minutes(1440, 90))
  @IsOptional()
  @IsInt({ message: 'must be a whole number of minutes' })
  idTokenExpiry?: number | null;

  @BodyProperty()
  @ApiProperty(minutes(525_600, 1440))
  @IsOptional()
  @IsInt({ message: 'must be a whole number of minutes' })
  refreshTokenExpiry?: number | null;

  @BodyProperty()
  @ApiProperty({ ...TOKEN_METHOD, required: false, nullable: true, default: 'query' })
  @Allow()
  tokenMethod?: unknown;

  @BodyProperty()
  @ApiProperty({ ...list(['facebook'], wordsOf(STRATEGIES)), default: null })
  @IsOptional()
  @IsStringList(STRATEGIES)
  disableStrategies?: string[] | null;

  @BodyProperty()
  @ApiProperty({ ...ADDITIONAL_CONFIG, selfRequired: false, default: null })
  // Kept as it was sent.
  @Transform(({ obj }) => obj.additionalConfig)
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  additionalConfig?: JsonObject | null;

  @BodyProperty()
  @ApiProperty(text('https://login.example.com', MAX_URI_LENGTH))
  @IsOptional()
  @IsString({ message: 'must be a string' })
  authUIOrigin?: string | null;

  @BodyProperty()
  @ApiProperty(text('https://my-app.example.com/logo.png', MAX_URI_LENGTH))
  @IsOptional()
  @IsString({ message: 'must be a string' })
  logoURI?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    minimum: 0,
    maximum: MAX_EXPIRES_IN_SECONDS,
    example: 86_400,
    description:
      'The client expires so many seconds after the import began: then the server deletes it, as DELETE does. 0: it does not expire. Not together with expiresAt. Without either, or null: the expiry stays as it is.',
  })
  @IsOptional()
  @IsWholeNumber({ least: 0, most: MAX_EXPIRES_IN_SECONDS })
  expiresInSeconds?: number | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    format: 'date-time',
    example: null,
    description: 'When the client expires, as an export says it; null: it does not.',
  })
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: SuspensionInLineDto,
    required: false,
    nullable: true,
    example: null,
    description: 'Absent: whether the client is suspended stays as it is. null: it is not.',
  })
  // As it was sent: what it says is checked by itself.
  @Transform(({ obj }) => obj.suspension)
  @IsOptional()
  @IsObject({ message: 'must be an object or null' })
  suspension?: Record<string, unknown> | null;

  @BodyProperty()
  @ApiProperty({
    type: [NewSecretDto],
    required: false,
    nullable: true,
    maxItems: MAX_LIVE_SECRETS,
    example: null,
    description:
      'Secrets that exist already elsewhere, each in the clear (`secret`) or as a hash (`hash`). The client gets them in place of a generated one when it is created or becomes Confidential. A client that has secrets keeps those.',
  })
  // As they were sent: what they say is checked by itself.
  @Transform(({ obj }) => obj.secrets)
  @IsOptional()
  @IsListOfObjects({ most: MAX_LIVE_SECRETS })
  secrets?: Record<string, unknown>[] | null;

  @BodyProperty()
  @ApiProperty({
    type: AboutInLineDto,
    required: false,
    nullable: true,
    description: 'Absent: what is said of the client stays as it is. null: nothing is. Otherwise this alone is.',
  })
  // As it was sent: what it says is checked by itself.
  @Transform(({ obj }) => obj.about)
  @IsOptional()
  @IsObject({ message: 'must be an object or null' })
  about?: Record<string, unknown> | null;

  @BodyProperty()
  @ApiProperty({ type: String, required: false, nullable: true, format: 'date-time', description: 'Ignored.' })
  @Allow()
  createdAt?: unknown;

  @BodyProperty()
  @ApiProperty({ type: String, required: false, nullable: true, format: 'date-time', description: 'Ignored.' })
  @Allow()
  updatedAt?: unknown;
}

/** The values of a field. */
const VALUE = {
  oneOf: [
    { type: 'string' },
    { type: 'array', items: { type: 'string' } },
    { type: 'boolean' },
    { type: 'integer' },
    { type: 'object', additionalProperties: true },
  ],
  nullable: true,
};

class LineChangeDto {
  @ApiProperty({ example: 'scope' })
  field: string;

  @ApiProperty({ ...VALUE, example: 'openid' })
  before: unknown;

  @ApiProperty({ ...VALUE, example: 'openid profile' })
  after: unknown;
}

/** The first line of the answer to an import. */
export class ImportSummaryDto {
  @ApiProperty({ example: false })
  dryRun: boolean;

  @ApiProperty({ type: 'integer', example: 1 })
  created: number;

  @ApiProperty({ type: 'integer', example: 1 })
  changed: number;

  @ApiProperty({ type: 'integer', example: 0 })
  removed: number;

  @ApiProperty({ type: 'integer', example: 98, description: 'These are counted, and not listed.' })
  unchanged: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    example: 1,
    description: 'How many lines have secrets that were not taken, because their clients have some; absent: none.',
  })
  secretsNotTaken?: number;
}

/** A further line: one client that the import created, changed or removed, or would. */
@ApiSchema({ name: 'ImportedClient' })
export class ImportedDto {
  @ApiProperty({ enum: ['created', 'changed', 'removed'], example: 'changed' })
  action: 'created' | 'changed' | 'removed';

  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty({ type: [LineChangeDto], required: false, description: 'Of a client that is changed: field by field.' })
  changes?: LineChangeDto[];

  @ApiProperty({
    enum: ['created', 'set', 'revoked'],
    required: false,
    example: 'created',
    description: 'What becomes of the secrets; set: they are those of the line; absent: nothing.',
  })
  secret?: 'created' | 'set' | 'revoked';

  @ApiProperty({
    required: false,
    example: 'cls_2vXc4iJcFvC0nGX0m1Qe3p6uQ0v8mYB1o7m8bq8S3xY1k9z0a',
    description: 'The secret that this import made, shown this once.',
  })
  clientSecret?: string;
}

/** An export is of everything: a filter that were ignored would export what was not asked for. */
export class ExportQuery {}

export class ImportQuery {
  @FlagParameter({ default: false, example: true, description: 'Write nothing, and tell what would change.' })
  dryRun?: boolean;

  @FlagParameter({ default: false, description: 'Remove the clients that no line names.' })
  prune?: boolean;

  @FlagParameter({
    default: false,
    description: 'A body without lines is a domain without clients; else it is refused, as it may be a broken pipe.',
  })
  empty?: boolean;
}
