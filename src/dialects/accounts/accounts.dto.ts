import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Expose, Transform, Type } from 'class-transformer';
import { Allow, IsIn, IsObject, IsOptional, IsString, ValidateBy, ValidateNested } from 'class-validator';
import { GRANT_TYPES, type JsonObject, LIST_LIMITS, MAX_URI_LENGTH, STRATEGIES, TOKEN_METHODS } from '#clients';
import { BODY_LIMIT, BodyProperty, IsStringList, IsUnicode, textListSchema } from '../../http/index.js';
import { DEFAULT_SIZE, MAX_SIZE, SORT_BOUNDS } from './list-query.js';
import { AUTH_METHODS, CLIENT_TYPES } from './type-words.js';

export const WHICH_CLIENT = 'Which client, e.g. my-app; the case of the name does not matter.';

const text = { message: 'must be a string or null' };

function IsStringOrStringList(): PropertyDecorator {
  return ValidateBy({
    name: 'isStringOrStringList',
    validator: {
      validate: (value) =>
        typeof value === 'string' || (Array.isArray(value) && value.every((entry) => typeof entry === 'string')),
      defaultMessage: () => 'must be a string or an array of strings',
    },
  });
}

/** The known keys of `config`, and `others`. */
export class ConfigDto {
  @BodyProperty()
  @IsOptional()
  @IsStringOrStringList()
  tokenMethod?: string | string[] | null;

  @BodyProperty()
  @IsOptional()
  @IsStringList()
  disableStrategies?: string[] | null;

  /** Stored as they are, so they have no DTO. */
  others: JsonObject;

  static from(config: unknown, sent: Record<string, unknown>): unknown {
    if (!(config instanceof ConfigDto)) return config;
    const { tokenMethod: _, disableStrategies: __, ...others } = sent;
    return Object.assign(config, { others });
  }
}

const TOKEN_METHOD = {
  example: 'cookie',
  description: 'How the token is handed over after a login; echoed in the form given. By default: query.',
  oneOf: [
    { type: 'string', enum: [...TOKEN_METHODS] },
    { type: 'array', items: { type: 'string', enum: [...TOKEN_METHODS] }, minItems: 1, maxItems: TOKEN_METHODS.length },
  ],
};
const DISABLED_STRATEGIES = {
  nullable: true,
  type: 'array' as const,
  items: { type: 'string', enum: [...STRATEGIES] },
  maxItems: STRATEGIES.length,
  example: ['facebook'],
  description: 'Ways to log in that this client does not offer.',
};
const OTHER_KEYS = 'Every other key is kept as it is, whatever JSON it holds: together at most 4 KiB and 8 levels.';

/**
 * The body of PUT and POST; POST also requires `clientID`. Absent = unchanged (PUT) or the default (POST), null = the
 * default. Unknown properties are ignored. The schema has no defaults, since generated clients would send them.
 */
@ApiSchema({ name: 'UpdateClientRequest' })
export class WriteClientDto {
  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    pattern: '^[a-z0-9-]+$',
    maxLength: 128,
    example: 'my-app',
    description: 'Writable on creation only.',
  })
  @IsOptional()
  @IsString(text)
  clientID?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    maxLength: MAX_URI_LENGTH,
    required: false,
    nullable: true,
    format: 'uri',
    example: 'https://my-app.com/callback',
    description: 'Where users are sent after login: the first of redirectURIs.',
  })
  @IsOptional()
  @IsString(text)
  callbackURL?: string | null;

  @Expose()
  @ApiProperty({
    type: 'object',
    selfRequired: false,
    nullable: true,
    properties: { tokenMethod: { ...TOKEN_METHOD, nullable: true }, disableStrategies: DISABLED_STRATEGIES },
    additionalProperties: true,
    example: { tokenMethod: 'cookie' },
    description: `Merges key by key; null resets or removes a key. ${OTHER_KEYS}`,
  })
  @Type(() => ConfigDto)
  @Transform(({ value, obj }) => ConfigDto.from(value, obj.config))
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  @ValidateNested({ message: 'must be an object' })
  config?: ConfigDto | null;

  @BodyProperty()
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 1000, example: 'My App' })
  @IsOptional()
  @IsString(text)
  clientName?: string | null;

  @BodyProperty()
  @ApiProperty({
    required: false,
    nullable: true,
    isArray: true,
    enum: GRANT_TYPES,
    maxItems: GRANT_TYPES.length,
    example: ['authorization_code', 'refresh_token'],
  })
  @IsOptional()
  @IsStringList()
  grantTypes?: string[] | null;

  @BodyProperty()
  @ApiProperty({
    required: false,
    nullable: true,
    enum: AUTH_METHODS,
    example: 'none',
    description:
      'How the client authenticates at the token endpoint. By default: none, or client_secret_basic for client_credentials, which needs it.',
  })
  @IsOptional()
  @IsIn(AUTH_METHODS, { message: `must be one of ${AUTH_METHODS.join(', ')}` })
  tokenEndpointAuthMethod?: (typeof AUTH_METHODS)[number] | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    minLength: 8,
    maxLength: 1000,
    example: null,
    description:
      'A secret to replace all live ones; null keeps them. It is never read back. White space at its ends is part of it, but not counted; control characters and others that cannot be seen are refused.',
  })
  @IsOptional()
  @IsUnicode()
  clientSecret?: string | null;

  @BodyProperty()
  @ApiProperty({
    ...textListSchema(LIST_LIMITS.redirectUris),
    required: false,
    nullable: true,
    example: ['https://my-app.com/callback'],
    description: 'https, http on localhost, or a private-use scheme with a dot in it; canonical, without fragment.',
  })
  @IsOptional()
  @IsStringList()
  redirectURIs?: string[] | null;

  @BodyProperty()
  @ApiProperty({
    ...textListSchema(LIST_LIMITS.postLogoutRedirectUris),
    required: false,
    nullable: true,
    example: ['https://my-app.com/goodbye'],
  })
  @IsOptional()
  @IsStringList()
  postLogoutRedirectURIs?: string[] | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    maxLength: MAX_URI_LENGTH,
    required: false,
    nullable: true,
    example: 'https://login.my-app.com',
  })
  @IsOptional()
  @IsString(text)
  authUIOrigin?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    maxLength: MAX_URI_LENGTH,
    required: false,
    nullable: true,
    format: 'uri',
    example: 'https://my-app.com/logo.png',
  })
  @IsOptional()
  @IsString(text)
  logoURI?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    format: 'date-time',
    example: '2026-01-31T12:00:00.000Z',
    description: 'What the caller had read; looked at only when callbackURL and redirectURIs disagree.',
  })
  @Allow()
  modified?: unknown;
}

/** The body of POST, in the document alone: the code reads both bodies alike. */
@ApiSchema({ name: 'CreateClientRequest' })
export class CreateClientDto extends WriteClientDto {
  @ApiProperty({
    type: String,
    nullable: false,
    required: true,
    maxLength: 128,
    description: 'The id of the client, which never changes.',
  })
  declare clientID: string;
}

class LinkDto {
  @ApiProperty({ example: 'https://accounts.example.com/client?clientID=my-app' })
  href: string;

  @ApiProperty({ required: false, example: 'https://accounts.example.com/schema-acc/client' })
  profile?: string;

  @ApiProperty({ required: false })
  templated?: boolean;

  @ApiProperty({ required: false, example: 'ec' })
  name?: string;

  @ApiProperty({ required: false, example: 'Home' })
  title?: string;
}

interface ClientConfig {
  readonly tokenMethod: string | readonly string[];
  readonly disableStrategies: readonly string[] | null;
  readonly [key: string]: unknown;
}

/** A client in an answer: all properties, null or [] when unset. */
export class ClientDto {
  @ApiProperty({ example: 'my-app' })
  clientID: string;

  @ApiProperty({ type: String, nullable: true, example: 'https://my-app.com/callback' })
  callbackURL: string | null;

  @ApiProperty({
    type: 'object',
    selfRequired: true,
    properties: { tokenMethod: TOKEN_METHOD, disableStrategies: DISABLED_STRATEGIES },
    required: ['tokenMethod', 'disableStrategies'],
    additionalProperties: true,
    example: { tokenMethod: 'cookie', disableStrategies: null },
    description: OTHER_KEYS,
  })
  config: ClientConfig;

  @ApiProperty({ type: String, nullable: true, example: 'My App' })
  clientName: string | null;

  @ApiProperty({
    enum: CLIENT_TYPES,
    example: 'Public Client',
    description: 'Computed from grantTypes and tokenEndpointAuthMethod.',
  })
  clientType: (typeof CLIENT_TYPES)[number];

  @ApiProperty({ isArray: true, enum: GRANT_TYPES, example: ['authorization_code', 'refresh_token'] })
  grantTypes: readonly string[];

  @ApiProperty({ enum: AUTH_METHODS, example: 'none' })
  tokenEndpointAuthMethod: (typeof AUTH_METHODS)[number];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'null in every answer but the one to the request that made or set it.',
  })
  clientSecret: string | null;

  @ApiProperty({ type: [String], example: ['https://my-app.com/callback'] })
  redirectURIs: readonly string[];

  @ApiProperty({ type: [String], example: [] })
  postLogoutRedirectURIs: readonly string[];

  @ApiProperty({ type: String, nullable: true, example: null })
  authUIOrigin: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  logoURI: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  created: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  modified: string;
}

/** A client with its links. */
export class ClientResourceDto extends ClientDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/LinkDto' },
    example: {
      self: {
        href: 'https://accounts.example.com/client?clientID=my-app',
        profile: 'https://accounts.example.com/schema-acc/client',
      },
      curies: { name: 'ec', href: 'https://accounts.example.com/doc/rel/{rel}', templated: true },
      collection: {
        href: 'https://accounts.example.com/clients',
        profile: 'https://accounts.example.com/schema-acc/clients',
      },
    },
  })
  _links: Record<string, LinkDto>;
}

class EmbeddedClientsDto {
  @ApiProperty({ type: [ClientResourceDto] })
  'ec:acc/client': ClientResourceDto[];

  @ApiProperty({ type: [ClientResourceDto] })
  'ec:client': ClientResourceDto[];
}

export class ClientListDto {
  @ApiProperty({ example: 1, description: 'How many are on this page.' })
  count: number;

  @ApiProperty({ example: 1, description: 'How many there are in all.' })
  total: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/LinkDto' },
    example: { self: { href: 'https://accounts.example.com/clients' } },
  })
  _links: Record<string, LinkDto>;

  @ApiProperty({ type: EmbeddedClientsDto, required: false, description: 'Absent when there is none.' })
  _embedded?: EmbeddedClientsDto;
}

@ApiSchema({ name: 'EntryPoint' })
export class RootDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/LinkDto' },
    example: {
      self: { href: 'https://accounts.example.com/' },
      'ec:clients': { href: 'https://accounts.example.com/clients' },
    },
  })
  _links: Record<string, LinkDto>;
}

/** The parameters of a list besides filters. */
export class ListQueryDto {
  @ApiPropertyOptional({ type: String, description: WHICH_CLIENT })
  clientID?: string;

  @ApiPropertyOptional({ type: String, description: `Filters, e.g. API Client. Any of ${CLIENT_TYPES.join(', ')}.` })
  clientType?: string;

  @ApiPropertyOptional({ type: String, description: `Filters, e.g. none. Any of ${AUTH_METHODS.join(', ')}.` })
  tokenEndpointAuthMethod?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1, description: 'Which page; the first is 1.' })
  page?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_SIZE,
    default: DEFAULT_SIZE,
    description: '0 = everything, up to 10,000. More than 32 MiB of clients at once are refused (400).',
  })
  size?: number;

  @ApiPropertyOptional({ type: String, description: `E.g. -created,clientID. ${SORT_BOUNDS}` })
  sort?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'A list, even of the one client that clientID names.' })
  _list?: boolean;
}

/** The body of DELETE, which names the client if the query does not. */
@ApiSchema({ name: 'DeleteClientRequest' })
export class DeleteClientDto {
  @ApiProperty({ type: String, maxLength: BODY_LIMIT })
  clientID: string;
}

export const extraModels = [ClientListDto, ClientResourceDto, LinkDto, WriteClientDto];
