import type { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DEFAULT_SUBSCRIPTION, Domains } from '#domains';
import {
  Admits,
  type Caller,
  Conflicts,
  FailureError,
  FromCaller,
  Requires,
  SlowReads,
  streamed,
  type Validated,
} from '../../http/index.js';
import { arrayOf } from './array-of.js';
import { CreateDomainDto, DomainDto } from './v1-domain.dto.js';
import { BodyAs } from './v1-domain.requests.js';

/** Admits only credentials that are not bound to one domain, since a bound one can have no other. */
const Unbound = () =>
  Admits(({ domainId }) => domainId === null, { kind: 'permission_missing', permission: 'domains:write' });

@ApiTags('Domains')
@Controller('v1/domain')
export class DomainsController {
  constructor(
    private readonly domains: Domains,
    private readonly slowReads: SlowReads,
  ) {}

  @Get()
  @Requires('domains:read', 'none')
  @ApiOperation({
    operationId: 'listDomains',
    summary: 'Gets the domains of the subscription that the key belongs to',
    description: 'A key that is bound to one domain sees that one; the operator sees all.',
  })
  @ApiResponse({ status: 200, description: 'The domains, by name.', type: [DomainDto] })
  async list(
    @FromCaller() { credential }: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const all = this.domains.everyName(credential);
    const names = credential.domainId === null ? this.slowReads.each(credential.subscription, all) : all;
    reply.type('application/json; charset=utf-8');
    return streamed(
      request,
      arrayOf(names, (domain) => ({ domain })),
    );
  }

  @Post()
  @Requires('domains:write', 'none')
  @Unbound()
  @Conflicts('domain_taken')
  @ApiOperation({
    operationId: 'createDomain',
    summary: 'Creates a domain; without a name, one is generated',
    description: 'It belongs to the subscription of the key, unless the operator names another.',
  })
  @ApiBody({ type: CreateDomainDto, required: false })
  @ApiResponse({ status: 201, description: 'The domain.', type: DomainDto })
  async create(
    @FromCaller() { credential, origin }: Caller,
    @BodyAs(CreateDomainDto, { optional: true }) { value: given, violations }: Validated<CreateDomainDto>,
  ): Promise<DomainDto> {
    if (violations.length > 0) throw new FailureError({ kind: 'invalid', violations });
    const subscription = given.subscription ?? credential.subscription ?? DEFAULT_SUBSCRIPTION;
    if (!credential.isOperator && subscription !== credential.subscription) {
      const message = 'must be your own subscription';
      throw new FailureError({ kind: 'invalid', violations: [{ property: 'subscription', rule: 'value', message }] });
    }
    const { name } = await this.domains.create(given.domain ?? undefined, subscription, origin);
    return { domain: name };
  }

  @Delete(':domain')
  @HttpCode(202)
  @Requires('domains:write', 'path')
  @Conflicts('default_domain_kept')
  @ApiParam({ name: 'domain', type: String, example: 'login.example.com' })
  @ApiOperation({
    operationId: 'deleteDomain',
    summary: 'Deletes a domain and its clients',
    description: 'Irreversible. From the answer on, the domain is gone, and no key or client of it works.',
  })
  @ApiResponse({ status: 202, description: 'The domain is gone; its clients are being removed.' })
  async remove(@FromCaller() { domain, origin }: Caller): Promise<void> {
    await this.domains.remove(domain!, origin);
  }
}
