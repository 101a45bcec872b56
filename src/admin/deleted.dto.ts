import { ApiProperty } from '@nestjs/swagger';
import type { DeletedClient } from '#clients';
import { TextParameter } from '../http/index.js';
import { WhoDto } from './audit.dto.js';
import { PageLimit, POSITION } from './page-query.js';

/** A deleted client that can still be restored. */
export class DeletedClientDto {
  @ApiProperty({ example: '1769860800000000', description: 'The id of the audit entry of its deletion.' })
  id: string;

  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty({ type: String, nullable: true, example: 'My App' })
  clientName: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  deletedAt: string;

  @ApiProperty({ type: WhoDto, description: 'The credential that deleted it.' })
  deletedBy: WhoDto;

  @ApiProperty({ format: 'date-time', example: '2026-03-02T12:00:00.000Z' })
  restorableUntil: string;
}

export function deletedView({ clientId, clientName, deletion, restorableUntil }: DeletedClient): DeletedClientDto {
  return {
    ...{ id: deletion.position, clientId, clientName, deletedAt: deletion.at.toISOString() },
    deletedBy: { id: deletion.credentialId, name: deletion.credentialName },
    restorableUntil: restorableUntil.toISOString(),
  };
}

export class DeletedQuery {
  @PageLimit()
  limit?: number;

  @TextParameter({
    description: 'Only deletions before the one with this id.',
    holds: (text) => POSITION.test(text),
    message: 'must be the id of a deletion',
  })
  after?: string;
}
