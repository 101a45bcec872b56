import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuditScope, AuditTrail, type TrailEntry } from '#audit';
import { Domains } from '#domains';
import { type Caller, FromCaller, LINK_HEADER, linkToNext, PUBLIC_URL, Requires, SlowReads } from '../http/index.js';
import { AuditEntryDto, viewOf } from './audit.dto.js';
import { scopeOf } from './audit-scope.js';
import { NAMES_OF_FIELDS } from './names-of-fields.js';
import { pageOf, textOf } from './page-query.js';

/** The position of an entry, and its domain where there are several: two may have the same position. */
const PLACE = /^\d{1,18}(-\d{1,18})?$/;

@ApiTags('Audit')
@Controller('admin/audit')
export class AuditController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly domains: Domains,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Get()
  @Requires('audit:read', 'none')
  @ApiOperation({
    operationId: 'listAuditEntries',
    summary: 'Reads who changed what, in the order in which it happened',
    description: `The Link header leads to the next page. ${NAMES_OF_FIELDS}`,
  })
  @ApiQuery({
    name: 'domain',
    required: false,
    schema: { type: 'string' },
    description: 'Only changes in this domain.',
  })
  @ApiQuery({
    name: 'clientId',
    required: false,
    schema: { type: 'string' },
    description: 'Only changes of clients with this id.',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, default: 100 },
    description: 'More than 100 counts as 100.',
  })
  @ApiQuery({ name: 'after', required: false, schema: { type: 'string' }, description: 'Only entries behind this id.' })
  @ApiResponse({ status: 200, description: 'The entries.', type: [AuditEntryDto], headers: LINK_HEADER })
  async list(
    @FromCaller() caller: Caller,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEntryDto[]> {
    const page = pageOf(query, PLACE, 'must be the id of an entry');
    const scope = await scopeOf(caller, query, this.domains);
    const [after, afterDomain] = page.after?.split('-') ?? [];
    const found = await this.slowReads.run(scope.subscription, () =>
      this.trail.list({ ...scope, after, afterDomain, limit: page.limit + 1 }),
    );
    const entries = found.slice(0, page.limit);
    if (found.length > page.limit) {
      linkToNext(this.publicUrl, request, reply, {
        limit: page.limit,
        domain: textOf(query, 'domain'),
        clientId: scope.clientId,
        after: placeOf(entries.at(-1)!, scope),
      });
    }
    return entries.map(viewOf);
  }
}

function placeOf({ position, domainId }: TrailEntry, scope: AuditScope): string {
  return scope.domainId === undefined ? `${position}-${domainId}` : position;
}
