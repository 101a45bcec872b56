import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clients } from '#clients';
import { type Caller, CLIENT_HEADERS, ConditionalRead, FromCaller, Rendering, Requires, refOf } from '../http/index.js';
import { toWholeClient } from './bulk.mapper.js';
import { WholeClientDto } from './clients.dto.js';

@ApiTags('Clients')
@Controller('admin/domains/:domain/clients')
export class ClientsController {
  private readonly rendering = new Rendering(toWholeClient, true);

  constructor(private readonly clients: Clients) {}

  @Get(':clientId')
  @Requires('clients:read', 'path')
  @ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
  @ApiParam({ name: 'clientId', example: 'my-app' })
  @ApiOperation({
    operationId: 'getWholeClient',
    summary: 'Reads all that there is of a client, but its secrets',
    description:
      'What an export says of it: the fields of v1 and those that only the accounts API names, of one moment, for authorization servers and whoever else needs both. When it ends, a header says, as in v1.',
  })
  @ConditionalRead(CLIENT_HEADERS)
  @ApiResponse({
    status: 200,
    description: 'The client, with effective values.',
    type: WholeClientDto,
    headers: CLIENT_HEADERS,
  })
  async read(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const client = await this.clients.read(refOf(caller, clientId));
    return this.rendering.answer(client, request, reply, 'application/json; charset=utf-8');
  }
}
