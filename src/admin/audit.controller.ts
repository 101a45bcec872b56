import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditTrail, type TrailEntry } from '#audit';
import { Domains } from '#domains';
import { type Caller, FailureError, FromCaller, linkToNext, PUBLIC_URL, Requires } from '../http/index.js';
import { AuditEntryDto } from './audit.dto.js';
import { pageOf, textOf } from './page-query.js';

/** An id of an entry: a number that PostgreSQL's bigint can hold. */
const ENTRY_ID = /^\d{1,18}$/;

@ApiTags('Audit')
@Controller('admin/audit')
export class AuditController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly domains: Domains,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Get()
  @Requires('audit:read', 'none')
  @ApiOperation({
    operationId: 'listAuditEntries',
    summary: 'Reads who changed what, in the order in which it happened',
    description: 'The Link header leads to the next page.',
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
  @ApiResponse({ status: 200, description: 'The entries.', type: [AuditEntryDto] })
  async list(
    @FromCaller() caller: Caller,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEntryDto[]> {
    const page = pageOf(query, ENTRY_ID, 'must be the id of an entry');
    const clientId = textOf(query, 'clientId');
    const domainName = textOf(query, 'domain');
    const domainId = await this.domainIdOf(caller, domainName);
    const { subscription } = caller.credential;
    const found = await this.trail.list({ subscription, domainId, clientId, after: page.after, limit: page.limit + 1 });
    const entries = found.slice(0, page.limit);
    if (found.length > page.limit) {
      linkToNext(this.publicUrl, request, reply, {
        limit: page.limit,
        domain: domainName,
        clientId,
        after: entries.at(-1)!.id,
      });
    }
    return entries.map(viewOf);
  }

  /** A credential of one domain sees that one; a domain that the caller does not reach does not exist for it. */
  private async domainIdOf({ credential }: Caller, name: string | undefined): Promise<string | undefined> {
    if (name === undefined) return credential.domainId ?? undefined;
    const domain = await this.domains.find(name);
    if (domain && credential.reaches(domain)) return domain.id;
    throw new FailureError({ kind: 'not_found', what: 'domain' });
  }
}

function viewOf(entry: TrailEntry): AuditEntryDto {
  return {
    id: entry.id,
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
