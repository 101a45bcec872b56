import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { Client, ClientLife } from '#clients';
import { BodyProperty, IsInstant, IsVisibleText, TextParameter, visibleTextSchema } from '../http/index.js';
import { PageLimit } from './page-query.js';

const MAX_REASON_LENGTH = 500;

/** The body of PUT …/suspension. Without a body, the client is suspended without a reason, until somebody resumes it. */
@ApiSchema({ name: 'SuspendClientRequest' })
export class SuspendDto {
  @BodyProperty()
  @ApiProperty({
    ...visibleTextSchema(MAX_REASON_LENGTH),
    required: false,
    nullable: true,
    example: 'Its secret was found in a public repository',
  })
  @IsOptional()
  @IsVisibleText({ most: MAX_REASON_LENGTH })
  reason?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    format: 'date-time',
    description: 'When the suspension ends by itself; absent: only when somebody resumes the client.',
  })
  @IsOptional()
  @IsInstant()
  until?: string | null;
}

export class SuspensionDto {
  @ApiProperty({ type: String, nullable: true, example: 'Its secret was found in a public repository' })
  reason: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: null,
    description: 'When the suspension ends by itself; null: only when somebody resumes the client.',
  })
  until: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  since: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    description: 'The credential that suspended the client on these terms, or proposed it.',
  })
  by: string | null;
}

/** A suspension in a list. */
export class SuspendedClientDto extends SuspensionDto {
  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty({ type: String, nullable: true, example: 'My App' })
  clientName: string | null;
}

export class SuspensionsQuery {
  @PageLimit()
  limit?: number;

  @TextParameter({ description: 'Only clients with ids after this one.' })
  after?: string;
}

/** null = the client is not suspended. */
export function suspensionView(
  client: Pick<ClientLife, 'suspendedAt' | 'suspendedUntil' | 'suspensionReason' | 'suspendedBy'>,
): SuspensionDto | null {
  const { suspendedAt, suspendedUntil, suspensionReason, suspendedBy } = client;
  if (suspendedAt === null) return null;
  return {
    reason: suspensionReason,
    until: suspendedUntil?.toISOString() ?? null,
    since: suspendedAt.toISOString(),
    by: suspendedBy,
  };
}

export function suspendedClientView(client: Client): SuspendedClientDto {
  const { clientId, clientName } = client;
  return { clientId, clientName, ...suspensionView(client)! };
}
