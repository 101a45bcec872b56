import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientVersions } from '#clients';
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
import { DeletedClientDto, DeletedQuery, deletedView } from './deleted.dto.js';
import { limitOf } from './page-query.js';

@ApiTags('History')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@Controller('admin/domains/:domain/deleted')
export class DeletedController {
  constructor(
    private readonly versions: ClientVersions,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get()
  @Requires('audit:read', 'path')
  @ApiOperation({
    operationId: 'listDeletedClients',
    summary: 'Lists the clients that were deleted within the last 30 days, the latest first',
    description:
      'These are the clients that `restoreClient` can restore. A client is left out if its id is in use again. The Link header leads to the next page; a page may be shorter than its limit if many ids are in use again.',
  })
  @ApiResponse({ status: 200, description: 'The clients.', type: [DeletedClientDto], headers: LINK_HEADER })
  async list(
    @FromCaller() { domain, credential }: Caller,
    @Query(StrictQueryPipe) query: DeletedQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeletedClientDto[]> {
    const { after } = query;
    const limit = limitOf(query);
    const { clients, next } = await this.slowReads.run(credential.subscription, () =>
      this.versions.deleted(domain!.id, { after, limit }, this.now()),
    );
    if (next) linkToNext(this.publicUrl, request, reply, { limit, after: next });
    return clients.map(deletedView);
  }
}
