import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { GRANT_TYPES } from '#clients';
import { BodyProperty, IsStringList } from '../../../src/http/index.js';

const METHODS = ['none', 'client_secret_basic'] as const;
const GRANTS: ApiPropertyOptions = { isArray: true, enum: GRANT_TYPES, example: ['authorization_code'] };
const optional = { required: false, nullable: true } as const;

/** The body of PUT: what it leaves out takes its default, what is not known is ignored. */
export class PutRegistrationDto {
  @BodyProperty()
  @ApiProperty({ type: String, ...optional, example: 'My App' })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  client_name?: string | null;

  @BodyProperty()
  @ApiProperty({ type: [String], ...optional, example: ['https://my-app.example.com/callback'] })
  @IsOptional()
  @IsStringList()
  redirect_uris?: string[] | null;

  @BodyProperty()
  @ApiProperty({ ...GRANTS, ...optional })
  @IsOptional()
  @IsStringList(GRANT_TYPES)
  grant_types?: string[] | null;

  @BodyProperty()
  @ApiProperty({ enum: METHODS, ...optional, example: 'client_secret_basic' })
  @IsOptional()
  @IsIn(METHODS, { message: `must be one of ${METHODS.join(', ')}` })
  token_endpoint_auth_method?: (typeof METHODS)[number] | null;

  @BodyProperty()
  @ApiProperty({ type: String, ...optional, example: 'openid profile' })
  @IsOptional()
  @IsString({ message: 'must be a string' })
  scope?: string | null;
}

export class RegistrationDto {
  @ApiProperty({ example: 'my-app' })
  client_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'My App' })
  client_name: string | null;

  @ApiProperty({ type: [String], example: ['https://my-app.example.com/callback'] })
  redirect_uris: readonly string[];

  @ApiProperty(GRANTS)
  grant_types: readonly string[];

  @ApiProperty({ enum: METHODS, example: 'client_secret_basic' })
  token_endpoint_auth_method: (typeof METHODS)[number];

  @ApiProperty({ example: 'openid profile' })
  scope: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  issued_at: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  changed_at: string;
}

/** What a PUT answers: a secret that it made is shown this once. */
export class PutAnswerDto extends RegistrationDto {
  @ApiProperty({ type: String, nullable: true, example: null })
  client_secret: string | null;
}
