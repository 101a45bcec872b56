import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clients } from '#clients';
import {
  type Caller,
  ConditionalRead,
  DATABASE_TIME,
  type DatabaseTime,
  ETAG_HEADER,
  FromCaller,
  Rendering,
  Requires,
  refOf,
  wholeEtagOf,
} from '../http/index.js';
import { toLine } from './bulk.mapper.js';
import { WholeClientDto } from './clients.dto.js';

@ApiTags('Clients')
@Controller('admin/domains/:domain/clients')
export class ClientsController {
  private readonly rendering = new Rendering(toLine, { tagOf: wholeEtagOf });

  constructor(
    private readonly clients: Clients,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get(':clientId')
  @Requires('clients:read', 'path')
  @ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
  @ApiParam({ name: 'clientId', example: 'my-app' })
  @ApiOperation({
    operationId: 'getWholeClient',
    summary: 'Reads all that there is of a client, but its secrets',
    description:
      'What an export says of it: the fields of v1 and those that only the accounts API names, of one moment, and whether the client is suspended and when it ends by itself, which no body of either API says; for authorization servers and whoever else needs all of it. The ETag is that of either API, and another one while the client is suspended or has an end.',
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
