import type { Readable } from 'node:stream';
import { Controller, Delete, Get, Headers, HttpCode, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Client, Clients, idsLookThroughMuch, type Precondition } from '#clients';
import {
  answerOf,
  type Caller,
  CLIENT_HEADERS,
  ClientWriteIdempotency,
  type ClientWritten,
  ConditionalRead,
  ConditionalWrite,
  Conflicts,
  clientWritten,
  DATABASE_TIME,
  type DatabaseTime,
  endAfter,
  FromCaller,
  LINK_HEADER,
  linkToNext,
  ManagedWrite,
  Misses,
  type Once,
  PUBLIC_URL,
  QueryPipe,
  Rendering,
  Repeatable,
  Requires,
  refOf,
  rightOf,
  SlowReads,
  streamed,
  type Validated,
  WritePrecondition,
} from '../../http/index.js';
import { arrayOf } from './array-of.js';
import {
  ClientDto,
  ClientListItemDto,
  ListClientsQuery,
  PlanDto,
  ProvisionedDto,
  PutClientDto,
  PutClientQuery,
} from './v1-domain.dto.js';
import { toPlan, toProposal, toView } from './v1-domain.mapper.js';
import { BAD_CLIENT_ID, BodyAs, listRequest, prefersValidateOnly } from './v1-domain.requests.js';

const CLIENT_ID_PARAM = {
  name: 'clientId',
  example: 'my-app',
  description: 'Lower-case letters, digits and hyphens, at most 128.',
};

/** Example bodies that work unchanged. */
const PUT_EXAMPLES = {
  'a web application': {
    value: {
      clientType: 'Confidential',
      grantType: 'AuthorizationCode',
      scope: 'openid profile',
      redirectUris: ['https://my-app.example.com/callback'],
      postSignOutRedirectUris: ['https://my-app.example.com/goodbye'],
      allowedOrigins: ['https://my-app.example.com'],
      accessTokenExpiry: 60,
    },
  },
  'a machine': { value: { clientType: 'Confidential', grantType: 'ClientCredentials', audiences: ['orders-api'] } },
};

@ApiTags('Clients')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@Controller('v1/domain/:domain/client')
export class V1DomainController {
  private readonly rendering = new Rendering(toView, { tellsExpiry: true });

  constructor(
    private readonly clients: Clients,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get()
  @Requires('clients:read', 'path')
  @ApiOperation({
    operationId: 'listClients',
    summary: 'Gets a list of clients registered under the domain specified in the url',
    description:
      'Ordered by clientId. Without parameters: all of them. With `limit`, the Link header leads to the next page.',
  })
  @ApiResponse({ status: 200, description: 'The clients.', type: [ClientListItemDto], headers: LINK_HEADER })
  async list(
    @FromCaller() { domain, credential }: Caller,
    @Query(QueryPipe) query: ListClientsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Readable> {
    const { subscription } = credential;
    const { limit, ...asked } = listRequest(query);
    reply.type('application/json; charset=utf-8');
    if (limit === undefined) {
      const all = this.slowReads.each(subscription, this.clients.everyId(domain!.id, asked.search));
      return streamed(
        request,
        arrayOf(all, (clientId) => ({ clientId })),
      );
    }
    const find = () => this.clients.ids(domain!.id, { ...asked, limit: limit + 1 });
    const ids = await (idsLookThroughMuch({ ...asked, limit }) ? this.slowReads.run(subscription, find) : find());
    const page = ids.slice(0, limit);
    if (ids.length > limit) {
      const { search, offset } = asked;
      const position = offset === undefined ? { after: page.at(-1) } : { offset: offset + limit };
      linkToNext(this.publicUrl, request, reply, { limit, search, ...position });
    }
    return JSON.stringify(page.map((clientId) => ({ clientId })));
  }

  @Get(':clientId')
  @Requires('clients:read', 'path')
  @ApiParam(CLIENT_ID_PARAM)
  @ApiOperation({
    operationId: 'getClient',
    summary: 'Gets the full state of a client',
    description: 'Never a secret. What it returns can be PUT back unchanged.',
  })
  @ConditionalRead(CLIENT_HEADERS)
  @ApiResponse({
    status: 200,
    description: 'The client, with effective values.',
    type: ClientDto,
    headers: CLIENT_HEADERS,
  })
  async read(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const client = await this.clients.read(refOf(caller, clientId, BAD_CLIENT_ID));
    return this.rendering.answer(client, request, reply, 'application/json; charset=utf-8');
  }

  @Put(':clientId')
  @Requires('clients:write', 'path', { orOnly: 'clients:propose' })
  @Conflicts('unknown_audiences')
  // A missing client is created, so a 404 is about the domain.
  @Misses('domain')
  @ApiParam(CLIENT_ID_PARAM)
  @ApiOperation({
    operationId: 'putClient',
    summary: 'Provisions or updates a client',
    description:
      'Idempotent: the client is configured to the state that the body defines. Fields that are absent take their defaults. An unchanged PUT writes nothing, unless `expiresInSeconds` renews the client: that changes neither its ETag nor its versions. A credential with `clients:propose` and not `clients:write` may create clients, which are suspended until they are resumed, and change those that it created until then.',
  })
  @ApiBody({ type: PutClientDto, examples: PUT_EXAMPLES })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    schema: { type: 'string' },
    description: '`validate-only`, for a dry run.',
  })
  @ConditionalWrite()
  @ManagedWrite()
  @ApiExtraModels(ProvisionedDto, PlanDto)
  @ApiResponse({
    status: 200,
    description: 'The client is in this state; of a dry run, what would change.',
    // The plan first: some validators take the first schema that fits and ignore patterns.
    schema: { oneOf: [{ $ref: getSchemaPath(PlanDto) }, { $ref: getSchemaPath(ProvisionedDto) }] },
    headers: {
      ...CLIENT_HEADERS,
      'Preference-Applied': {
        description: 'validate-only, of a dry run that was preferred.',
        schema: { type: 'string' },
      },
    },
  })
  async put(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Repeatable(ClientWriteIdempotency) once: Once<ClientWritten<ProvisionedDto>>,
    @BodyAs(PutClientDto) body: Validated<PutClientDto>,
    @Query(QueryPipe) { dryRun = false, expiresInSeconds }: PutClientQuery,
    @WritePrecondition() precondition: Precondition,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProvisionedDto | PlanDto> {
    const ref = refOf(caller, clientId, BAD_CLIENT_ID);
    const life = expiresInSeconds === undefined ? undefined : { expiresAt: endAfter(expiresInSeconds, this.now()) };
    const propose = (current: Client | undefined) => toProposal(clientId, current, body, life);
    const isPreferred = prefersPlan(prefer);
    if (dryRun || isPreferred) {
      const plan = await this.clients.plan(ref, caller.origin, rightOf(caller, this.now), propose, precondition);
      if (isPreferred) reply.header('preference-applied', 'validate-only');
      return toPlan(plan);
    }
    const written = await once(async () => {
      const result = await this.clients.provision(ref, caller.origin, rightOf(caller, this.now), propose, precondition);
      return clientWritten(result, { clientSecret: result.secret });
    });
    return answerOf(written, reply);
  }

  @Delete(':clientId')
  @HttpCode(204)
  @Requires('clients:write', 'path')
  @ApiParam(CLIENT_ID_PARAM)
  @ApiOperation({
    operationId: 'deleteClient',
    summary: 'Deletes a client',
    description: 'Irreversible. The application that uses this client will immediately stop working.',
  })
  @ConditionalWrite()
  @ManagedWrite()
  @ApiResponse({ status: 204, description: 'The client is gone.' })
  async remove(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @WritePrecondition() precondition: Precondition,
  ): Promise<void> {
    await this.clients.remove(refOf(caller, clientId, BAD_CLIENT_ID), caller.origin, precondition);
  }
}

function prefersPlan(prefer: string | undefined): boolean {
  return prefer !== undefined && prefersValidateOnly(prefer);
}
