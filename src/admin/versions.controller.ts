import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientVersions, type Precondition } from '#clients';
import {
  answerOf,
  type Caller,
  CLIENT_HEADERS,
  ClientWriteIdempotency,
  type ClientWritten,
  ConditionalWrite,
  Conflicts,
  clientWritten,
  DATABASE_TIME,
  type DatabaseTime,
  FailureError,
  FromCaller,
  LINK_HEADER,
  linkToNext,
  ManagedWrite,
  type Once,
  OperatorOnly,
  PUBLIC_URL,
  Repeatable,
  Requires,
  RequiresToo,
  refOf,
  SlowReads,
  StrictQueryPipe,
  WritePrecondition,
} from '../http/index.js';
import { AuditEntryDto, viewOf } from './audit.dto.js';
import { NAMES_OF_FIELDS } from './names-of-fields.js';
import { limitOf, POSITION } from './page-query.js';
import { DiffDto, RestoredDto, restoredView, VersionDto, VersionsQuery, versionView } from './versions.dto.js';

const VERSION_PARAM = { name: 'version', example: '42', description: 'The id of the audit entry that made it.' };

@ApiTags('History')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@ApiParam({ name: 'clientId', example: 'my-app' })
@Controller('admin/domains/:domain/clients/:clientId')
export class VersionsController {
  constructor(
    private readonly versions: ClientVersions,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get('versions')
  @Requires('audit:read', 'path')
  @ApiOperation({
    operationId: 'listVersions',
    summary: 'Lists the versions of a client, oldest first: each is the change that made it',
    description: 'Also for a client that has been deleted. The Link header leads to the next page.',
  })
  @ApiResponse({ status: 200, description: 'The changes.', type: [AuditEntryDto], headers: LINK_HEADER })
  async list(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Query(StrictQueryPipe) query: VersionsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditEntryDto[]> {
    const { after } = query;
    const limit = limitOf(query);
    const ref = refOf(caller, clientId);
    const found = await this.inTurn(caller, () => this.versions.list(ref, { after, limit: limit + 1 }));
    const page = found.slice(0, limit);
    if (found.length > limit) linkToNext(this.publicUrl, request, reply, { limit, after: page.at(-1)!.position });
    return page.map(viewOf);
  }

  @Get('versions/:version')
  @Requires('audit:read', 'path')
  @ApiParam(VERSION_PARAM)
  @ApiOperation({
    operationId: 'getVersion',
    summary: 'Reads an earlier version of a client',
    description: NAMES_OF_FIELDS,
  })
  @ApiResponse({ status: 200, description: 'The version.', type: VersionDto })
  async read(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Param('version') version: string,
  ): Promise<VersionDto> {
    const [ref, id] = [refOf(caller, clientId), idOf(version)];
    return versionView(await this.inTurn(caller, () => this.versions.read(ref, id)));
  }

  @Get('versions/:version/diff/:other')
  @Requires('audit:read', 'path')
  @ApiParam(VERSION_PARAM)
  @ApiParam({ name: 'other', example: '43', description: 'The version to compare it with.' })
  @ApiOperation({
    operationId: 'compareVersions',
    summary: 'Compares two versions of a client',
    description: 'In the names that the registry has for its fields, as `getVersion` lists them.',
  })
  @ApiResponse({ status: 200, description: 'The fields that differ.', type: DiffDto })
  async compare(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Param('version') version: string,
    @Param('other') other: string,
  ): Promise<DiffDto> {
    const [ref, ids] = [refOf(caller, clientId), [idOf(version), idOf(other)] as const];
    return { changes: await this.inTurn(caller, () => this.versions.compare(ref, ...ids)) };
  }

  @Post('versions/:version/restore')
  @HttpCode(200)
  @Requires('clients:write', 'path')
  @RequiresToo('audit:read')
  @Conflicts('unknown_audiences')
  @ApiParam(VERSION_PARAM)
  @ConditionalWrite()
  @ManagedWrite()
  @ApiOperation({
    operationId: 'restoreVersion',
    summary: 'Restores an earlier version of a client',
    description:
      'This is a change like any other: today’s rules apply, and it makes a new version. Also needs `audit:read`. The secrets stay as they are, unless the type of the client changes.',
  })
  @ApiResponse({ status: 200, description: 'The client as it is now.', type: RestoredDto, headers: CLIENT_HEADERS })
  async restore(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Param('version') version: string,
    @Repeatable(ClientWriteIdempotency) once: Once<ClientWritten<RestoredDto>>,
    @WritePrecondition() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RestoredDto> {
    const written = await once(async () => {
      const [ref, id] = [refOf(caller, clientId), idOf(version)];
      const restore = () => this.versions.restore(ref, id, caller.origin, precondition);
      const result = await this.inTurn(caller, restore);
      return clientWritten(result, restoredView(result));
    });
    return answerOf(written, reply);
  }

  @Post('restore')
  @HttpCode(201)
  @Requires('clients:write', 'path')
  @OperatorOnly()
  @Conflicts('client_exists', 'unknown_audiences')
  @ApiOperation({
    operationId: 'restoreClient',
    summary: 'Restores a client that was deleted within the last 30 days, in its last version',
    description:
      'Only for the operator. `listDeletedClients` lists these clients. The old secrets stay invalid: a Confidential client gets a new one. A client that had expired comes back without an expiry.',
  })
  @ApiResponse({ status: 201, description: 'The client as it is now.', type: RestoredDto, headers: CLIENT_HEADERS })
  async restoreDeleted(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Repeatable(ClientWriteIdempotency) once: Once<ClientWritten<RestoredDto>>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RestoredDto> {
    const written = await once(async () => {
      const result = await this.versions.restoreDeleted(refOf(caller, clientId), caller.origin, this.now());
      return clientWritten(result, restoredView(result));
    });
    return answerOf(written, reply);
  }

  private inTurn<T>({ credential }: Caller, read: () => Promise<T>): Promise<T> {
    return this.slowReads.run(credential.subscription, read);
  }
}

function idOf(version: string): string {
  if (!POSITION.test(version)) throw new FailureError({ kind: 'not_found', what: 'version' });
  return String(BigInt(version));
}
