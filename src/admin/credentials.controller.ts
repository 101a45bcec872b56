import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Injectable,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Violation } from '#clients';
import { type Credential, Credentials, DEFAULT_PERMISSIONS } from '#credentials';
import { DEFAULT_SUBSCRIPTION, type Domain, DomainError, Domains } from '#domains';
import { IdempotencyKeys } from '#idempotency';
import {
  BodyPipe,
  type Caller,
  Conflicts,
  DATABASE_TIME,
  type DatabaseTime,
  type Failure,
  FailureError,
  FromCaller,
  IdempotencyPipe,
  LINK_HEADER,
  linkToNext,
  type Once,
  PUBLIC_URL,
  QueryPipe,
  Repeatable,
  Requires,
  SlowReads,
  type Validated,
} from '../http/index.js';
import { WORDS } from './body-words.js';
import { CreateCredentialDto, CredentialDto, CredentialsQuery, IssuedCredentialDto, UUID } from './credentials.dto.js';
import { limitOf } from './page-query.js';

/** No domain can be called so. */
const DELETED_DOMAIN = '(deleted)';
const ID_PARAM = { name: 'id', format: 'uuid', example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' };
const OUT_OF_REACH: Failure = { kind: 'grant_exceeds_own_rights', detail: 'the domain must be one that you reach' };
/** For the operator, who reaches all that there are. */
const NO_DOMAIN: Violation = { property: 'domain', rule: 'value', message: 'must be a domain that exists' };
/** Works as it stands, on any day. */
const CREATE_EXAMPLES = {
  'for one domain': { value: { name: 'ci', domain: 'default', permissions: DEFAULT_PERMISSIONS } },
};

/** The answer holds as long as the credential. */
@Injectable()
class CreateIdempotency extends IdempotencyPipe<IssuedCredentialDto> {
  constructor(
    keys: IdempotencyKeys,
    private readonly credentials: Credentials,
  ) {
    super(keys);
  }

  protected override stands({ id }: IssuedCredentialDto): Promise<boolean> {
    return this.credentials.isGood(id);
  }
}

@ApiTags('Credentials')
@Controller('admin/credentials')
export class CredentialsController {
  constructor(
    private readonly credentials: Credentials,
    private readonly domains: Domains,
    private readonly slowReads: SlowReads,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Post()
  @Requires('credentials:write', 'none')
  @ApiOperation({
    operationId: 'createCredential',
    summary: 'Issues a credential',
    description:
      'It can have no right that you do not hold, and ends no later than your own credential, whatever becomes of that one before.',
  })
  @ApiBody({ type: CreateCredentialDto, examples: CREATE_EXAMPLES })
  @ApiResponse({
    status: 201,
    description: 'The credential with its values, which are shown this once.',
    type: IssuedCredentialDto,
  })
  async create(
    @FromCaller() caller: Caller,
    @Repeatable(CreateIdempotency) once: Once<IssuedCredentialDto>,
    @Body(new BodyPipe(CreateCredentialDto, WORDS)) body: Validated<CreateCredentialDto>,
  ): Promise<IssuedCredentialDto> {
    return once(() => this.issue(caller, body));
  }

  @Get()
  @Requires('credentials:write', 'none')
  @ApiOperation({
    operationId: 'listCredentials',
    summary: 'Lists credentials, never their values',
    description: 'The Link header leads to the next page.',
  })
  @ApiResponse({
    status: 200,
    description: 'The credentials, revoked ones included.',
    type: [CredentialDto],
    headers: LINK_HEADER,
  })
  async list(
    @FromCaller() { credential: by }: Caller,
    @Query(QueryPipe) query: CredentialsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CredentialDto[]> {
    const { after } = query;
    const limit = limitOf(query);
    const found = await this.slowReads.run(by.subscription, () =>
      this.credentials.list(by, { after, limit: limit + 1 }),
    );
    const page = found.slice(0, limit);
    if (found.length > limit) {
      linkToNext(this.publicUrl, request, reply, { limit, after: page.at(-1)!.id });
    }
    return Promise.all(page.map((credential) => this.view(credential)));
  }

  @Get(':id')
  @Requires('credentials:write', 'none')
  @ApiParam(ID_PARAM)
  @ApiOperation({ operationId: 'getCredential', summary: 'Reads a credential, never its values' })
  @ApiResponse({ status: 200, description: 'The credential.', type: CredentialDto })
  async read(@FromCaller() { credential: by }: Caller, @Param('id') id: string): Promise<CredentialDto> {
    return this.view(await this.credentials.read(by, uuid(id)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('credentials:write', 'none')
  @Conflicts('last_operator_kept')
  @ApiParam(ID_PARAM)
  @ApiOperation({
    operationId: 'revokeCredential',
    summary: 'Revokes a credential',
    description: 'In force on every instance within a second.',
  })
  @ApiResponse({ status: 204, description: 'The credential is revoked.' })
  async revoke(@FromCaller() { credential: by, origin }: Caller, @Param('id') id: string): Promise<void> {
    await this.credentials.revoke(by, uuid(id), origin);
  }

  private async issue(
    { credential: by, origin }: Caller,
    { value, violations }: Validated<CreateCredentialDto>,
  ): Promise<IssuedCredentialDto> {
    // Tokens of others are let in for a moment longer, in which what they grant would be dead from the start.
    if (by.expiresAt && by.expiresAt.getTime() <= this.now()) throw new FailureError({ kind: 'credential_expired' });
    const expiresAt = value.expiresAt ? new Date(value.expiresAt) : undefined;
    const problems = [...violations];
    if (expiresAt && expiresAt.getTime() <= this.now()) {
      problems.push({ property: 'expiresAt', rule: 'value', message: 'must lie in the future' });
    }
    const domain = await this.domainCalled(by, value.domain ?? undefined);
    if (domain === null && !by.isOperator) throw new FailureError(OUT_OF_REACH);
    if (domain === null) problems.push(NO_DOMAIN);
    const subscription = domain?.subscription ?? by.subscription ?? DEFAULT_SUBSCRIPTION;
    if (domain && value.subscription && value.subscription !== domain.subscription) {
      problems.push({ property: 'subscription', rule: 'value', message: 'must be that of the domain' });
    }
    if (problems.length > 0) throw new FailureError({ kind: 'invalid', violations: problems });
    const grant = {
      name: value.name!,
      subscription: value.subscription ?? subscription,
      domainId: domain?.id ?? null,
      permissions: value.permissions ?? undefined,
      expiresAt,
    };
    try {
      const { credential, apiKey, accessToken } = await this.credentials.issue(by, grant, origin);
      return { ...viewOf(credential, domain?.name ?? null), apiKey, accessToken };
    } catch (error) {
      const isGone = error instanceof DomainError && error.problem.code === 'domain_gone';
      // Its own keys are gone, too; to others it is one that there is not.
      if (!isGone || by.domainId !== null) throw error;
      throw new FailureError(by.isOperator ? { kind: 'invalid', violations: [NO_DOMAIN] } : OUT_OF_REACH);
    }
  }

  /** undefined = none was named, null = there is none that the caller reaches. */
  private async domainCalled(by: Credential, name: string | undefined): Promise<Domain | null | undefined> {
    if (name === undefined) return by.domainId === null ? undefined : this.domains.findById(by.domainId);
    return (await this.domains.findReached(name, by)) ?? null;
  }

  private async view(credential: Credential): Promise<CredentialDto> {
    if (credential.domainId === null) return viewOf(credential, null);
    const domain = await this.domains.findById(credential.domainId);
    return viewOf(credential, domain?.name ?? DELETED_DOMAIN);
  }
}

function viewOf(credential: Credential, domain: string | null): CredentialDto {
  return {
    id: credential.id,
    name: credential.name,
    subscription: credential.subscription,
    domain,
    permissions: credential.permissions,
    hint: credential.keyHint,
    createdAt: credential.createdAt.toISOString(),
    expiresAt: credential.expiresAt?.toISOString() ?? null,
    lastUsedAt: credential.lastUsedOn,
    revokedAt: credential.revokedAt?.toISOString() ?? null,
  };
}

function uuid(id: string): string {
  if (!UUID.test(id)) throw new FailureError({ kind: 'not_found', what: 'credential' });
  return id;
}
