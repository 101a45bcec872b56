import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLIENT_ID_RULE, Clients, type Precondition } from '#clients';
import {
  BodyPipe,
  type Caller,
  ConditionalRead,
  ConditionalWrite,
  ETAG_HEADER,
  etagOf,
  type Failure,
  FromCaller,
  Misses,
  Rendering,
  Requires,
  refOf,
  type Validated,
  WritePrecondition,
} from '../../../src/http/index.js';
import { PutAnswerDto, PutRegistrationDto, RegistrationDto } from './registrations.dto.js';
import { toProposal, toView } from './registrations.mapper.js';

const BODY = new BodyPipe(PutRegistrationDto, { path: (steps) => steps.join('.') });
const BAD_ID: Failure = {
  kind: 'invalid',
  violations: [{ property: 'client_id', rule: 'format', message: CLIENT_ID_RULE }],
};
const EXAMPLES = { 'a web application': { value: { redirect_uris: ['https://my-app.example.com/callback'] } } };

@ApiTags('Registrations')
@ApiParam({ name: 'domain', type: String, example: 'default' })
@ApiParam({ name: 'client_id', example: 'my-app' })
@Controller('registrations/:domain/:client_id')
export class RegistrationsController {
  private readonly rendering = new Rendering(toView);

  constructor(private readonly clients: Clients) {}

  @Get()
  @Requires('clients:read', 'path')
  @ApiOperation({ operationId: 'readRegistration', summary: 'Reads a registration' })
  @ConditionalRead()
  @ApiResponse({ status: 200, description: 'The registration.', type: RegistrationDto, headers: ETAG_HEADER })
  async read(
    @FromCaller() caller: Caller,
    @Param('client_id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.rendering.answer(
      await this.clients.read(refOf(caller, id, BAD_ID)),
      request,
      reply,
      'application/json',
    );
  }

  @Put()
  @Requires('clients:write', 'path')
  @Misses('domain')
  @ApiOperation({ operationId: 'putRegistration', summary: 'Registers a client, or changes it' })
  @ApiBody({ type: PutRegistrationDto, examples: EXAMPLES })
  @ConditionalWrite()
  @ApiResponse({ status: 200, description: 'The registration.', type: PutAnswerDto, headers: ETAG_HEADER })
  async put(
    @FromCaller() caller: Caller,
    @Param('client_id') id: string,
    @Body(BODY) body: Validated<PutRegistrationDto>,
    @WritePrecondition() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PutAnswerDto> {
    const { client, secret } = await this.clients.provision(
      refOf(caller, id, BAD_ID),
      caller.origin,
      'write',
      (current) => toProposal(current, body),
      precondition,
    );
    reply.headers({ etag: etagOf(client), 'cache-control': 'no-store' });
    return { ...toView(client), client_secret: secret };
  }

  @Delete()
  @HttpCode(204)
  @Requires('clients:write', 'path')
  @ApiOperation({ operationId: 'removeRegistration', summary: 'Removes a registration' })
  @ConditionalWrite()
  @ApiResponse({ status: 204, description: 'The registration is gone.' })
  async remove(
    @FromCaller() caller: Caller,
    @Param('client_id') id: string,
    @WritePrecondition() precondition: Precondition,
  ): Promise<void> {
    await this.clients.remove(refOf(caller, id, BAD_ID), caller.origin, precondition);
  }
}
