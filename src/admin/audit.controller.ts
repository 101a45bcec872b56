import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AuditPlace, type AuditScope, type AuditSearch, AuditTrail, LOOKED_AT, LOOKED_AT_IN_EACH } from '#audit';
import { Domains } from '#domains';
import {
  type Caller,
  FromCaller,
  instantOf,
  LINK_HEADER,
  linkToNext,
  PUBLIC_URL,
  Requires,
  SlowReads,
  StrictQueryPipe,
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
    summary: 'Reads who changed what, the oldest change first, or the newest',
    description: `Entries must meet all conditions. The Link header leads to the next page, in either order. With conditions that have no index (\`credential\`, \`from\`, \`to\`, changes of clients by \`action\`), the server looks at ${LOOKED_AT} entries at most for a page, or ${LOOKED_AT_IN_EACH} of each domain. Such a page may be shorter than its limit, or empty: follow the Link until there is none. ${NAMES_OF_FIELDS}`,
  })
  @ApiResponse({ status: 200, description: 'The entries.', type: [AuditEntryDto], headers: LINK_HEADER })
  async list(
    @FromCaller() caller: Caller,
    @Query(StrictQueryPipe) query: AuditPageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEntryDto[]> {
    const limit = limitOf(query);
    const { domain, action, credential, from, to, order } = query;
    const scope = await scopeOf(caller, query, this.domains);
    const [position, domainId] = query.after?.split('-') ?? [];
    const search: AuditSearch = {
      ...{ ...scope, action, credentialId: credential, newestFirst: order === 'desc', limit },
      ...{ from: instantIn(from), to: instantIn(to) },
      after: position === undefined ? undefined : { position, domainId },
    };
    const { entries, next } = await this.slowReads.run(scope.subscription, () => this.trail.search(search));
    if (next) {
      const { clientId } = scope;
      const asked = { limit, domain, clientId, action, credential, from, to, order };
      linkToNext(this.publicUrl, request, reply, { ...asked, after: placeOf(next, scope) });
    }
    return entries.map(viewOf);
  }
}

function instantIn(parameter: string | undefined): Date | undefined {
  return parameter === undefined ? undefined : instantOf(parameter);
}

function placeOf({ position, domainId }: AuditPlace, scope: AuditScope): string {
  return scope.domainId === undefined ? `${position}-${domainId}` : position;
}
