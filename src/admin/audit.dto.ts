import { ApiProperty } from '@nestjs/swagger';
import type { TrailEntry } from '#audit';
import { isInstant, TextParameter } from '../http/index.js';
import { UUID } from './credentials.dto.js';
import { AuditScopeQuery, PageLimit } from './page-query.js';

/** The position of an entry. In a list of several domains also its domain, since entries of two domains can have the same position. */
const PLACE = /^\d{1,18}(-\d{1,18})?$/;

export class WhoDto {
  @ApiProperty({ type: String, nullable: true, format: 'uuid', example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' })
  id: string | null;

  @ApiProperty({ example: 'ci' })
  name: string;
}

/** One change: who, when, through which API, and the fields before and after. Never a secret. */
export class AuditEntryDto {
  @ApiProperty({
    example: '1769860800000000',
    description: 'Its position in the log of its domain: of two entries of a domain, the later one has the greater id.',
  })
  id: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  at: string;

  @ApiProperty({ type: String, nullable: true, example: 'default' })
  domain: string | null;

  @ApiProperty({ type: WhoDto })
  credential: WhoDto;

  @ApiProperty({ example: 'v1' })
  dialect: string;

  @ApiProperty({ example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' })
  requestId: string;

  @ApiProperty({ example: 'client.changed' })
  action: string;

  @ApiProperty({ type: String, nullable: true, example: 'my-app' })
  clientId: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { scope: { before: 'openid', after: 'openid profile' } },
    description:
      'With the registry’s own names of the fields; the description of `listAuditEntries` lists the names in each API. A creation or a deletion leaves out fields that are null or an empty list.',
  })
  changes: object;
}

export function viewOf(entry: TrailEntry): AuditEntryDto {
  return {
    id: entry.position,
    at: entry.at.toISOString(),
    domain: entry.domainName,
    credential: { id: entry.credentialId, name: entry.credentialName },
    dialect: entry.dialect,
    requestId: entry.requestId,
    action: entry.action,
    clientId: entry.clientId,
    changes: entry.changes,
  };
}

const ORDERS = ['asc', 'desc'] as const;
const ACTION = /^[a-z]+\.[a-z_]+$/;

/** A parameter that is a date with time and time zone. */
const InstantParameter = (description: string) =>
  TextParameter({
    ...{ format: 'date-time', description },
    holds: isInstant,
    message: 'must be a date such as 2026-01-31T12:00:00Z',
  });

export class AuditPageQuery extends AuditScopeQuery {
  @TextParameter({
    pattern: ACTION.source,
    description: 'Only changes of this kind, such as `client.deleted`.',
    holds: (text) => ACTION.test(text),
    message: 'must be an action such as client.deleted',
  })
  action?: string;

  @TextParameter({
    format: 'uuid',
    description: 'Only changes by the credential with this id.',
    holds: (text) => UUID.test(text),
    message: 'must be the id of a credential',
  })
  credential?: string;

  @InstantParameter('Only changes at this time or later.')
  from?: string;

  @InstantParameter('Only changes at this time or earlier.')
  to?: string;

  @TextParameter({
    ...{ enum: ORDERS, default: 'asc', description: 'Whether the oldest (`asc`) or the newest (`desc`) come first.' },
    holds: (text) => ORDERS.some((order) => order === text),
    message: `must be one of ${ORDERS.join(', ')}`,
  })
  order?: (typeof ORDERS)[number];

  @PageLimit()
  limit?: number;

  @TextParameter({
    description: 'Only entries after this id, in the requested order.',
    holds: (text) => PLACE.test(text),
    message: 'must be the id of an entry',
  })
  after?: string;
}

export class ChangesQuery extends AuditScopeQuery {
  @TextParameter({
    pattern: '^\\d{1,18}$',
    description: 'For callers that cannot set the header `Last-Event-ID`. If both are given, the header counts.',
  })
  lastEventId?: string;
}
