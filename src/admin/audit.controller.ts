import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuditScope, AuditTrail, type TrailEntry } from '#audit';
import { Domains } from '#domains';
import {
  type Caller,
  FromCaller,
  LINK_HEADER,
  linkToNext,
  PUBLIC_URL,
  QueryPipe,
  Requires,
  SlowReads,
} from '../http/index.js';
import { AuditEntryDto, AuditPageQuery, viewOf } from './audit.dto.js';
import { scopeOf } from './audit-scope.js';
import { NAMES_OF_FIELDS } from './names-of-fields.js';
import { limitOf } from './page-query.js';

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
  @ApiResponse({ status: 200, description: 'The entries.', type: [AuditEntryDto], headers: LINK_HEADER })
  async list(
    @FromCaller() caller: Caller,
    @Query(QueryPipe) query: AuditPageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEntryDto[]> {
    const limit = limitOf(query);
    const scope = await scopeOf(caller, query, this.domains);
    const [after, afterDomain] = query.after?.split('-') ?? [];
    const found = await this.slowReads.run(scope.subscription, () =>
      this.trail.list({ ...scope, after, afterDomain, limit: limit + 1 }),
    );
    const entries = found.slice(0, limit);
    if (found.length > limit) {
      linkToNext(this.publicUrl, request, reply, {
        limit,
        domain: query.domain,
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
