import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CLIENT_ID,
  CLIENT_ID_RULE,
  Clients,
  looksThroughMuch,
  type Precondition,
  type Violation,
  type WriteResult,
} from '#clients';
import {
  type Caller,
  ConditionalRead,
  ConditionalWrite,
  Conflicts,
  DATABASE_TIME,
  type DatabaseTime,
  ETAG_HEADER,
  etagOf,
  FailureError,
  FromCaller,
  ManagedWrite,
  PUBLIC_URL,
  type RawBody,
  Rendering,
  Requires,
  refOf,
  rightOf,
  SlowReads,
  strayJsonObject,
  type Validated,
  WritePrecondition,
} from '../../http/index.js';
import {
  ClientListDto,
  ClientResourceDto,
  CreateClientDto,
  DeleteClientDto,
  extraModels,
  ListQueryDto,
  WHICH_CLIENT,
  WriteClientDto,
} from './accounts.dto.js';
import { AccountsLinks } from './accounts.hal.js';
import { isStaleEdit, toChange, toRegistration } from './accounts.mapper.js';
import { BodyAs, FromQuery } from './accounts.pipes.js';
import { type ClientsQuery, FILTER_BOUNDS, MAX_UNPAGED } from './list-query.js';
import { pageLinks } from './page-links.js';

const HAL = 'application/hal+json';
const ID_QUERY = { name: 'clientID', description: WHICH_CLIENT };

/** Example bodies that work unchanged. */
const CREATE_EXAMPLES = {
  'a web application': {
    value: { clientID: 'my-app', callbackURL: 'https://my-app.com/callback', config: { tokenMethod: 'cookie' } },
  },
  'a machine': { value: { clientID: 'my-machine', clientName: 'Nightly job', grantTypes: ['client_credentials'] } },
};
/** An example body of PUT; the caller names the client in the query. */
const EDIT_EXAMPLES = { 'another name': { value: { clientName: 'My App' } } };

/** `/client` and `/clients` are one resource: a list, or, with `clientID`, a single client. */
@ApiTags('Clients')
@ApiExtraModels(...extraModels)
@ApiProduces(HAL)
@Controller(['client', 'clients'])
export class AccountsController {
  private readonly links: AccountsLinks;
  private readonly rendering: Rendering;

  constructor(
    private readonly clients: Clients,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {
    this.links = new AccountsLinks(publicUrl);
    this.rendering = new Rendering((client) => this.links.client(client));
  }

  @Get()
  @Requires('clients:read', 'credential')
  @ApiOperation({
    summary: 'Reads the list, or with clientID a single client',
    description: `Filters: a property’s name, or with ~ (contains), ! (not), From and To (dates) after it. \`a,b\` = any, nothing = unset, (…) = literal. ${FILTER_BOUNDS}`,
  })
  @ApiQuery({ type: ListQueryDto })
  @ApiResponse({
    status: 200,
    description: 'The list; with clientID, the client itself, and its ETag.',
    schema: { oneOf: [{ $ref: getSchemaPath(ClientListDto) }, { $ref: getSchemaPath(ClientResourceDto) }] },
    headers: ETAG_HEADER,
  })
  @ConditionalRead()
  async read(
    @FromCaller() caller: Caller,
    @FromQuery() query: ClientsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer | undefined> {
    reply.header('cache-control', 'no-store');
    const clientId = query.singleClientId;
    if (clientId === undefined) {
      reply.type(HAL);
      return this.list(caller, query, request.url);
    }
    return this.rendering.answer(await this.clients.read(refOf(caller, clientId)), request, reply, HAL);
  }

  @Post()
  @Requires('clients:write', 'credential', { orOnly: 'clients:propose' })
  @Conflicts('client_exists')
  @ApiOperation({
    summary: 'Creates a client',
    description:
      'Absent properties and null are the default. Read-only and unknown properties are ignored, but for the keys of config, which are kept. What a credential with `clients:propose` and not `clients:write` creates is suspended until it is resumed.',
  })
  @ApiBody({ type: CreateClientDto, examples: CREATE_EXAMPLES })
  @ApiResponse({
    status: 201,
    description: 'The new client; its secret, if it has one, is shown this once.',
    type: ClientResourceDto,
    headers: { ...ETAG_HEADER, Location: { description: 'Where the client is.', schema: { type: 'string' } } },
  })
  async create(
    @FromCaller() caller: Caller,
    @BodyAs(WriteClientDto) body: Validated<WriteClientDto>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const clientId = body.value.clientID ?? '';
    const proposal = toRegistration(body);
    const result = await this.clients.register(
      { domainId: caller.domain!.id, clientId },
      caller.origin,
      rightOf(caller, this.now),
      { ...proposal, violations: [...idViolations(body), ...(proposal.violations ?? [])] },
    );
    reply.header('location', this.links.self(clientId));
    return this.show(result, reply);
  }

  @Put()
  @Requires('clients:write', 'credential', { orOnly: 'clients:propose' })
  @ApiOperation({
    summary: 'Edits a client',
    description:
      'Merges: absent properties stay, null resets to the default. Read-only and unknown properties are ignored, but for the keys of config, which are kept. A credential with `clients:propose` and not `clients:write` may edit what it created until that is resumed.',
  })
  @ApiQuery({ ...ID_QUERY, required: false, description: `${ID_QUERY.description} Absent: the clientID in the body.` })
  @ApiBody({ type: WriteClientDto, examples: EDIT_EXAMPLES })
  @ConditionalWrite()
  @ManagedWrite()
  @ApiResponse({
    status: 200,
    description: 'The client as it is now.',
    type: ClientResourceDto,
    headers: ETAG_HEADER,
  })
  async edit(
    @FromCaller() caller: Caller,
    @FromQuery() query: ClientsQuery,
    @BodyAs(WriteClientDto) body: Validated<WriteClientDto>,
    @WritePrecondition() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const ref = refOf(caller, query.clientId || body.value.clientID || missingId());
    const result = await this.clients.change(
      ref,
      caller.origin,
      rightOf(caller, this.now),
      (current) => toChange(ref.clientId, current, body),
      (current) => precondition(current) && !isStaleEdit(current, body.value),
    );
    return this.show(result, reply);
  }

  @Delete()
  @HttpCode(204)
  @Requires('clients:write', 'credential')
  @ApiOperation({
    summary: 'Deletes a client',
    description: 'Never without a clientID, in the query or else in a JSON body.',
  })
  @ApiQuery({ ...ID_QUERY, required: false })
  @ApiBody({ type: DeleteClientDto, required: false, description: 'Where the query names no client.' })
  @ConditionalWrite()
  @ManagedWrite()
  @ApiResponse({ status: 204, description: 'The client is gone.' })
  async remove(
    @FromCaller() caller: Caller,
    @FromQuery() query: ClientsQuery,
    @Body() body: RawBody,
    @WritePrecondition() precondition: Precondition,
  ): Promise<void> {
    const inBody = strayJsonObject(body)?.clientID;
    const clientId = query.clientId || (typeof inBody === 'string' && inBody) || missingId();
    await this.clients.remove(refOf(caller, clientId), caller.origin, precondition);
  }

  private async list({ domain, credential }: Caller, asked: ClientsQuery, url: string): Promise<Buffer> {
    const query = asked.list();
    const find = () => this.clients.list(domain!.id, query);
    const page = await (looksThroughMuch(query) ? this.slowReads.run(credential.subscription, find) : find());
    if (page.isTooLarge) refuseSize('must be from 1 to 200 for clients as large as these; follow the next links');
    if (query.size === 0 && page.hasMore) {
      refuseSize(`must be at least 1 for more than ${MAX_UNPAGED} matches; follow the next links`);
    }
    const self = { href: absolute(url, this.publicUrl), profile: this.links.listSchema };
    return this.links.list(page, pageLinks(self, query, page));
  }

  private show({ client, secret }: WriteResult, reply: FastifyReply): object | string {
    reply.headers({ etag: etagOf(client), 'cache-control': 'no-store' }).type(HAL);
    return secret === null ? this.rendering.textOf(client) : this.links.client(client, secret);
  }
}

/** The requested URL, with characters that RFC 3986 does not allow in a query percent-encoded. */
function absolute(url: string, base: string): string {
  const { pathname, search } = new URL(url, base);
  return `${base}${pathname}${search.replace(/[|^`{}\\]/g, encodeURIComponent)}`;
}

function idViolations({ value: { clientID }, violations }: Validated<WriteClientDto>): Violation[] {
  if (clientID === undefined || clientID === null) {
    const isReported = violations.some(({ property }) => property === 'clientID');
    return isReported ? [] : [{ property: 'clientID', rule: 'required', message: 'is needed to create a client' }];
  }
  return CLIENT_ID.test(clientID) ? [] : [{ property: 'clientID', rule: 'format', message: CLIENT_ID_RULE }];
}

function refuseSize(message: string): never {
  throw new FailureError({ kind: 'invalid_query', violations: [{ property: 'size', rule: 'format', message }] });
}

function missingId(): never {
  throw new FailureError({
    kind: 'invalid_query',
    violations: [{ property: 'clientID', rule: 'missing', message: 'is needed to say which client' }],
  });
}
