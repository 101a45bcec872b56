import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Credential, PERMISSIONS } from '#credentials';
import { Domains } from '#domains';
import { Endings, type Rights } from '#expiry';
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
import { domainIdOf } from './audit-scope.js';
import { EndingDto, ExpiringQuery, endingView, placeIn, placeOf, withinHours } from './expiring.dto.js';
import { limitOf } from './page-query.js';

@ApiTags('Expiring')
@Controller('admin/expiring')
export class ExpiringController {
  constructor(
    private readonly endings: Endings,
    private readonly domains: Domains,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get()
  @Requires('clients:read', 'none', { orOnly: 'credentials:write' })
  @ApiOperation({
    operationId: 'listExpiring',
    summary: 'Lists the secrets, credentials and clients that expire soon, and who made them',
    description:
      'The soonest first, in all domains that you reach, or in one. Clients that expire are those that were registered for a while. With `clients:read` you see clients and their secrets, with `credentials:write` the credentials that `listCredentials` lists; you need at least one of the two. The Link header leads to the next page.',
  })
  @ApiResponse({ status: 200, description: 'What expires.', type: [EndingDto], headers: LINK_HEADER })
  async list(
    @FromCaller() caller: Caller,
    @Query(StrictQueryPipe) query: ExpiringQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EndingDto[]> {
    const { credential } = caller;
    const limit = limitOf(query);
    const asked = {
      subscription: credential.subscription,
      domainId: await domainIdOf(caller, query.domain, this.domains),
      clients: credential.may('clients:read'),
      credentialsSeenBy: credential.may('credentials:write') ? rightsOf(credential) : undefined,
      withinHours: withinHours(query),
      after: query.after === undefined ? undefined : placeIn(query.after),
      limit: limit + 1,
    };
    const found = await this.slowReads.run(credential.subscription, () => this.endings.list(asked));
    const page = found.slice(0, limit);
    if (found.length > limit) {
      const { within, domain } = query;
      linkToNext(this.publicUrl, request, reply, { within, domain, limit, after: placeOf(page.at(-1)!) });
    }
    return page.map((ending) => endingView(ending, this.now()));
  }
}

/** Everything that a credential may do, including permissions that another one includes. */
function rightsOf(credential: Credential): Rights {
  const { subscription, domainId } = credential;
  return { subscription, domainId, permissions: PERMISSIONS.filter((permission) => credential.may(permission)) };
}
