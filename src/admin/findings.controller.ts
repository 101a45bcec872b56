import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientFindings } from '#clients';
import {
  type Caller,
  DATABASE_TIME,
  type DatabaseTime,
  FromCaller,
  LINK_HEADER,
  linkToNext,
  PUBLIC_URL,
  Requires,
  SlowReads,
  StrictQueryPipe,
} from '../http/index.js';
import { CODES_EXPLAINED, daysOf, FindingDto, FindingsPageQuery, policiesOf } from './findings.dto.js';
import { limitOf } from './page-query.js';

@ApiTags('Findings')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@Controller('admin/domains/:domain/findings')
export class FindingsController {
  constructor(
    private readonly findings: ClientFindings,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get()
  @Requires('clients:read', 'path')
  @ApiOperation({
    operationId: 'listFindings',
    summary: 'Finds what somebody should look at among the clients of the domain',
    description: `Changes nothing. Each finding has one of these codes:\n\n${CODES_EXPLAINED}\n\nThe findings are ordered by clientId. \`limit\` counts clients with findings, and all findings of a client are on one page. The server looks at a limited number of clients for each page: so a page can be short, or empty, although the Link header leads to a next one.`,
  })
  @ApiResponse({ status: 200, description: 'The findings.', type: [FindingDto], headers: LINK_HEADER })
  async list(
    @FromCaller() { domain, credential }: Caller,
    @Query(StrictQueryPipe) query: FindingsPageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FindingDto[]> {
    const { code, clientId, notSeenFor, policies } = query;
    const limit = limitOf(query);
    const { findings, after } = await this.findings.page(
      domain!.id,
      { code, clientId, after: query.after, limit },
      {
        now: new Date(this.now()),
        notSeenForDays: daysOf(query),
        maxSecretAgeDays: domain!.maxSecretAgeDays,
        policies: policiesOf(query),
      },
      (read) => this.slowReads.run(credential.subscription, read),
    );
    if (after !== undefined) {
      linkToNext(this.publicUrl, request, reply, { code, clientId, notSeenFor, policies, limit, after });
    }
    return [...findings];
  }
}
