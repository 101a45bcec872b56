import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientSuspensions, type Precondition } from '#clients';
import {
  BodyPipe,
  type Caller,
  ConditionalRead,
  ConditionalWrite,
  DATABASE_TIME,
  type DatabaseTime,
  ETAG_HEADER,
  FailureError,
  FromCaller,
  instantOf,
  LINK_HEADER,
  linkToNext,
  ManagedWrite,
  Misses,
  PUBLIC_URL,
  Rendering,
  Requires,
  refOf,
  SlowReads,
  StrictQueryPipe,
  type Validated,
  WritePrecondition,
  wholeEtagOf,
} from '../http/index.js';
import { WORDS } from './body-words.js';
import { limitOf } from './page-query.js';
import {
  SuspendDto,
  SuspendedClientDto,
  SuspensionDto,
  SuspensionsQuery,
  suspendedClientView,
  suspensionView,
} from './suspensions.dto.js';

const PAST = { property: 'until', rule: 'value', message: 'must lie in the future' } as const;
const CLIENT_PARAM = { name: 'clientId', example: 'my-app' };
/** An example that does not depend on the date. */
const SUSPEND_EXAMPLES = {
  'until somebody resumes it': { value: { reason: 'Its secret was found in a public repository' } },
};

@ApiTags('Suspensions')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@Controller('admin/domains/:domain')
export class SuspensionsController {
  private readonly rendering = new Rendering((client) => suspensionView(client)!, { tagOf: wholeEtagOf });

  constructor(
    private readonly suspensions: ClientSuspensions,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get('suspensions')
  @Requires('clients:read', 'path')
  @ApiOperation({
    operationId: 'listSuspensions',
    summary: 'Lists the suspended clients of the domain, by clientId',
    description: 'The Link header leads to the next page.',
  })
  @ApiResponse({ status: 200, description: 'The suspensions.', type: [SuspendedClientDto], headers: LINK_HEADER })
  async list(
    @FromCaller() { credential, domain }: Caller,
    @Query(StrictQueryPipe) query: SuspensionsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SuspendedClientDto[]> {
    const { after } = query;
    const limit = limitOf(query);
    const found = await this.slowReads.run(credential.subscription, () =>
      this.suspensions.list(domain!.id, { after, limit: limit + 1 }),
    );
    const page = found.slice(0, limit);
    if (found.length > limit) linkToNext(this.publicUrl, request, reply, { limit, after: page.at(-1)!.clientId });
    return page.map(suspendedClientView);
  }

  @Get('clients/:clientId/suspension')
  @Requires('clients:read', 'path')
  @Misses('suspension')
  @ApiParam(CLIENT_PARAM)
  @ApiOperation({
    operationId: 'getSuspension',
    summary: 'Reads the terms on which a client is suspended',
    description: 'There are none (404) of a client that is not suspended.',
  })
  @ConditionalRead()
  @ApiResponse({ status: 200, description: 'The suspension.', type: SuspensionDto, headers: ETAG_HEADER })
  async read(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const client = await this.suspensions.find(refOf(caller, clientId), this.now());
    if (!client) throw new FailureError({ kind: 'not_found', what: 'suspension' });
    return this.rendering.answer(client, request, reply, 'application/json; charset=utf-8');
  }

  @Put('clients/:clientId/suspension')
  @Requires('clients:write', 'path')
  @ApiParam(CLIENT_PARAM)
  @ApiOperation({
    operationId: 'suspendClient',
    summary: 'Suspends a client, or changes the terms on which it is suspended',
    description:
      'A suspended client can be read and changed as before in both dialects, which do not show the suspension. But its secrets no longer verify, on any instance from this moment on. A term that the body leaves out is removed. The change feed has `client.suspended`.',
  })
  @ConditionalWrite()
  @ManagedWrite()
  @ApiBody({ type: SuspendDto, required: false, examples: SUSPEND_EXAMPLES })
  @ApiResponse({ status: 200, description: 'The suspension.', type: SuspensionDto, headers: ETAG_HEADER })
  async suspend(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Body(new BodyPipe(SuspendDto, WORDS, { optional: true })) { value, violations }: Validated<SuspendDto>,
    @WritePrecondition('whole') precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SuspensionDto> {
    const now = this.now();
    const until = value.until ? instantOf(value.until)! : null;
    const all = until && until.getTime() <= now ? [...violations, PAST] : violations;
    if (all.length > 0) throw new FailureError({ kind: 'invalid', violations: all });
    const terms = { reason: value.reason ?? null, until };
    const ref = refOf(caller, clientId);
    const client = await this.suspensions.suspend(ref, caller.origin, terms, now, precondition);
    reply.header('etag', wholeEtagOf(client));
    return suspensionView(client)!;
  }

  @Delete('clients/:clientId/suspension')
  @HttpCode(204)
  @Requires('clients:write', 'path')
  @ApiParam(CLIENT_PARAM)
  @ApiOperation({
    operationId: 'resumeClient',
    summary: 'Resumes a suspended client',
    description:
      'Its secrets verify again, unless they have expired meanwhile. The change feed has `client.resumed`. This also approves a proposed client: send If-Match, to approve it only as you have read it.',
  })
  @ConditionalWrite()
  @ManagedWrite()
  @ApiResponse({ status: 204, description: 'The client is not suspended.' })
  async resume(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @WritePrecondition('whole') precondition: Precondition,
  ): Promise<void> {
    await this.suspensions.resume(refOf(caller, clientId), caller.origin, precondition);
  }
}
