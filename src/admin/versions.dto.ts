import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { Changes } from '#audit';
import type { ClientVersion, WriteResult } from '#clients';
import { TextParameter } from '../http/index.js';
import { AuditEntryDto, viewOf } from './audit.dto.js';
import { PageLimit, POSITION } from './page-query.js';

const METADATA = {
  type: 'object',
  additionalProperties: true,
  example: { clientName: 'My App', clientType: 'public', grantTypes: ['authorization_code'], scope: 'openid' },
  description:
    'With the registry’s own names of the fields; the description of `getVersion` lists the names in each API.',
} as const;

/** A client at an earlier time, and the change that led to it. */
export class VersionDto {
  @ApiProperty({ type: AuditEntryDto })
  entry: AuditEntryDto;

  @ApiProperty(METADATA)
  metadata: object;
}

export class DiffDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { scope: { before: 'openid', after: 'openid profile' } },
    description: 'The fields that differ: `before` is the value in the first version, `after` in the other one.',
  })
  changes: Changes;
}

/** A client after its restoration. */
@ApiSchema({ name: 'RestoredClient' })
export class RestoredDto {
  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty(METADATA)
  metadata: object;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  updatedAt: string;

  @ApiPropertyOptional({
    description: 'A secret that was made because the client needs one and had none. Shown only this once.',
  })
  clientSecret?: string;
}

export function versionView({ entry, metadata }: ClientVersion): VersionDto {
  return { entry: viewOf(entry), metadata };
}

export function restoredView({ client, secret }: WriteResult): RestoredDto {
  return {
    clientId: client.clientId,
    metadata: client.metadata(),
    createdAt: client.createdAt.toISOString(),
    updatedAt: client.updatedAt.toISOString(),
    ...(secret === null ? {} : { clientSecret: secret }),
  };
}

export class VersionsQuery {
  @PageLimit()
  limit?: number;

  @TextParameter({
    description: 'Only versions after this id.',
    holds: (text) => POSITION.test(text),
    message: 'must be the id of a version',
  })
  after?: string;
}
