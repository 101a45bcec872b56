import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAbouts, Clients } from '#clients';
import {
  type Caller,
  ConditionalRead,
  DATABASE_TIME,
  type DatabaseTime,
  ETAG_HEADER,
  FromCaller,
  LINK_HEADER,
  linkToNext,
  PUBLIC_URL,
  Rendering,
  Requires,
  refOf,
  SlowReads,
  StrictQueryPipe,
  wholeEtagOf,
} from '../http/index.js';
import { ListedClientDto, ListedClientsQuery, labelIn, listedClientView } from './about.dto.js';
import { toLine } from './bulk.mapper.js';
import { WholeClientDto } from './clients.dto.js';
import { limitOf } from './page-query.js';

@ApiTags('Clients')
@Controller('admin/domains/:domain/clients')
export class ClientsController {
  private readonly rendering = new Rendering(toLine, { tagOf: wholeEtagOf });

  constructor(
    private readonly clients: Clients,
    private readonly abouts: ClientAbouts,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get()
  @Requires('clients:read', 'path')
  @ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
  @ApiOperation({
    operationId: 'findClients',
    summary: 'Lists the clients of the domain, by clientId, with what is said of them',
    description:
      'The parameters select clients by owner, manager and label; a client must meet all of them. The server looks at a limited number of clients for each page: so with a label, or with several parameters, a page can be short, or empty, although the Link header leads to a next one.',
  })
  @ApiResponse({ status: 200, description: 'The clients.', type: [ListedClientDto], headers: LINK_HEADER })
  async list(
    @FromCaller() { domain, credential }: Caller,
    @Query(StrictQueryPipe) query: ListedClientsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListedClientDto[]> {
    const { owner, managedBy, label } = query;
    const limit = limitOf(query);
    const asked = {
      owner,
      managedBy,
      label: label === undefined ? undefined : labelIn(label),
      after: query.after,
      limit,
    };
    const { clients, after } = await this.slowReads.run(credential.subscription, () =>
      this.abouts.list(domain!.id, asked),
    );
    if (after !== undefined) linkToNext(this.publicUrl, request, reply, { owner, managedBy, label, limit, after });
    return clients.map(listedClientView);
  }

  @Get(':clientId')
  @Requires('clients:read', 'path')
  @ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
  @ApiParam({ name: 'clientId', example: 'my-app' })
  @ApiOperation({
    operationId: 'getWholeClient',
    summary: 'Reads all that there is of a client, but its secrets',
    description:
      'What an export says of it: the fields of v1 and those that only the accounts API names, of one moment, and whether the client is suspended, when it expires and what is said of it, which no body of either API says; for authorization servers and others who need all of it. The ETag is that of either API, and another one while the client is suspended, has an end, or anything is said of it.',
  })
  @ConditionalRead()
  @ApiResponse({
    status: 200,
    description: 'The client, with effective values.',
    type: WholeClientDto,
    headers: ETAG_HEADER,
  })
  async read(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const client = await this.clients.read(refOf(caller, clientId));
    return this.rendering.answer(client.asOf(this.now()), request, reply, 'application/json; charset=utf-8');
  }
}
