import { ApiProperty } from '@nestjs/swagger';
import { GRANT_TYPES, type JsonObject, STRATEGIES, TOKEN_METHODS } from '#clients';
import { AboutDto } from './about.dto.js';
import { SuspensionDto } from './suspensions.dto.js';

export const CLIENT_TYPES = ['Public', 'Confidential'] as const;
export const V1_GRANT_TYPES = ['AuthorizationCode', 'ClientCredentials'] as const;
export const TOKEN_METHOD = {
  oneOf: [
    { type: 'string', enum: [...TOKEN_METHODS] },
    { type: 'array', items: { type: 'string', enum: [...TOKEN_METHODS] }, maxItems: TOKEN_METHODS.length },
  ],
  example: 'query',
};
export const ADDITIONAL_CONFIG = {
  type: 'object',
  nullable: true,
  additionalProperties: true,
  example: { signup: true, defaultGroups: [] },
  description: 'What config of the accounts API has beside these two: JSON, together at most 4 KiB and 8 levels.',
} as const;

/** A whole client without its secrets, with effective values: a line of an export, which an import accepts. */
export class WholeClientDto {
  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty({ type: String, nullable: true, example: 'My App' })
  clientName: string | null;

  @ApiProperty({ enum: CLIENT_TYPES, example: 'Confidential' })
  clientType: (typeof CLIENT_TYPES)[number];

  @ApiProperty({ enum: V1_GRANT_TYPES, example: 'AuthorizationCode', description: 'As v1 shows it.' })
  grantType: (typeof V1_GRANT_TYPES)[number];

  @ApiProperty({ isArray: true, enum: GRANT_TYPES, example: ['authorization_code', 'refresh_token'] })
  grantTypes: readonly string[];

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

  @ApiProperty({ type: 'integer', example: 90, description: 'Minutes.' })
  accessTokenExpiry: number;

  @ApiProperty({ type: 'integer', example: 90, description: 'Minutes.' })
  idTokenExpiry: number;

  @ApiProperty({ type: 'integer', example: 1440, description: 'Minutes.' })
  refreshTokenExpiry: number;

  @ApiProperty(TOKEN_METHOD)
  tokenMethod: string | readonly string[];

  @ApiProperty({ isArray: true, enum: STRATEGIES, nullable: true, example: ['facebook'] })
  disableStrategies: readonly string[] | null;

  @ApiProperty({ ...ADDITIONAL_CONFIG, selfRequired: true })
  additionalConfig: JsonObject | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://login.example.com' })
  authUIOrigin: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://my-app.example.com/logo.png' })
  logoURI: string | null;

  @ApiProperty({
    type: SuspensionDto,
    nullable: true,
    example: null,
    description: 'null: the client is not suspended. No secret of a suspended client verifies.',
  })
  suspension: SuspensionDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: null,
    description: 'When the client expires; null: it does not.',
  })
  expiresAt: string | null;

  @ApiProperty({
    type: AboutDto,
    nullable: true,
    description: 'Whose it is, and who alone changes it; null: nothing is said of it.',
  })
  about: AboutDto | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  updatedAt: string;
}
