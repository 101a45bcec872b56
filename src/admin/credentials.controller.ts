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
import { type Credential, Credentials, DEFAULT_PERMISSIONS, type Issued } from '#credentials';
import { DEFAULT_SUBSCRIPTION, type Domain, DomainError, Domains } from '#domains';
import { IdempotencyKeys } from '#idempotency';
import {
  AboutSelf,
  BodyPipe,
  type Caller,
  Conflicts,
  DATABASE_TIME,
  type DatabaseTime,
  DEFAULT_OVERLAP_SECONDS,
  type Failure,
  FailureError,
  FromCaller,
  IdempotencyPipe,
  LINK_HEADER,
  linkToNext,
  type Once,
  PUBLIC_URL,
  Repeatable,
  Requires,
  SlowReads,
  StrictQueryPipe,
  type Validated,
} from '../http/index.js';
import { WORDS } from './body-words.js';
import {
  CreateCredentialDto,
  CredentialDto,
  CredentialsQuery,
  IssuedCredentialDto,
  RotateCredentialDto,
  UUID,
} from './credentials.dto.js';
import { limitOf } from './page-query.js';

/** No domain can have this name. */
const DELETED_DOMAIN = '(deleted)';
const ID_PARAM = { name: 'id', format: 'uuid', example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' };
const OUT_OF_REACH: Failure = { kind: 'grant_exceeds_own_rights', detail: 'the domain must be one that you reach' };
/** Only the operator, who reaches all domains, gets this. */
const NO_DOMAIN: Violation = { property: 'domain', rule: 'value', message: 'must be a domain that exists' };
/** An example that does not depend on the date. */
const CREATE_EXAMPLES = {
  'for one domain': { value: { name: 'ci', domain: 'default', permissions: DEFAULT_PERMISSIONS } },
};

const ROTATE_EXAMPLES = {
  'a day for both': { value: { previousExpiresInSeconds: DEFAULT_OVERLAP_SECONDS } },
  'the others expire at once': { value: { previousExpiresInSeconds: 0 } },
};

/** The stored answer is valid as long as the API key in it. */
@Injectable()
class IssuedIdempotency extends IdempotencyPipe<IssuedCredentialDto> {
  constructor(
    keys: IdempotencyKeys,
    private readonly credentials: Credentials,
  ) {
    super(keys);
  }

  protected override stands({ id, apiKey }: IssuedCredentialDto): Promise<boolean> {
    return this.credentials.isGood(id, apiKey);
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
      'It can have only rights that your own credential has, and expires no later than yours. If yours is revoked earlier, the new one stays valid.',
  })
  @ApiBody({ type: CreateCredentialDto, examples: CREATE_EXAMPLES })
  @ApiResponse({
    status: 201,
    description: 'The credential with its API key and access token, which are shown only this once.',
    type: IssuedCredentialDto,
  })
  async create(
    @FromCaller() caller: Caller,
    @Repeatable(IssuedIdempotency) once: Once<IssuedCredentialDto>,
    @Body(new BodyPipe(CreateCredentialDto, WORDS)) body: Validated<CreateCredentialDto>,
  ): Promise<IssuedCredentialDto> {
    return once(() => this.issue(caller, body));
  }

  @Post('self/rotation')
  @HttpCode(200)
  @AboutSelf()
  @Conflicts('two_keys_valid', 'operator_not_rotated', 'issuer_rotates')
  @ApiOperation({
    operationId: 'rotateOwnCredential',
    summary: 'Gives the caller’s own credential a new API key and access token',
    description:
      'Needs no permission. Id, name, rights and domain stay. The present API key and access token stay valid for `previousExpiresInSeconds`. At most two of each are valid at a time: while previous ones are valid, another rotation has to send 0. A credential that was made without `expiresAt` expires six months from now, but no later than its maker would have; one that was made with `expiresAt` keeps it. Effective on every instance within a second. The operator’s credential cannot be rotated here, and tokens of trusted issuers are renewed by their issuer.',
  })
  @ApiBody({ type: RotateCredentialDto, required: false, examples: ROTATE_EXAMPLES })
  @ApiResponse({
    status: 200,
    description: 'The credential with its new API key and access token, which are shown only this once.',
    type: IssuedCredentialDto,
  })
  async rotate(
    @FromCaller() caller: Caller,
    @Repeatable(IssuedIdempotency) once: Once<IssuedCredentialDto>,
    @Body(new BodyPipe(RotateCredentialDto, WORDS, { optional: true })) body: Validated<RotateCredentialDto>,
  ): Promise<IssuedCredentialDto> {
    return once(() => this.renew(caller, body));
  }

  @Get()
  @Requires('credentials:write', 'none')
  @ApiOperation({
    operationId: 'listCredentials',
    summary: 'Lists credentials, without their API keys and access tokens',
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
    @Query(StrictQueryPipe) query: CredentialsQuery,
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
  @ApiOperation({
    operationId: 'getCredential',
    summary: 'Reads a credential, without its API key and access token',
    description: 'Also one that has expired or is revoked.',
  })
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
    description: 'Effective on every instance within a second.',
  })
  @ApiResponse({ status: 204, description: 'The credential is revoked.' })
  async revoke(@FromCaller() { credential: by, origin }: Caller, @Param('id') id: string): Promise<void> {
    await this.credentials.revoke(by, uuid(id), origin);
  }

  private async issue(
    { credential: by, origin }: Caller,
    { value, violations }: Validated<CreateCredentialDto>,
  ): Promise<IssuedCredentialDto> {
    // A token of a trusted issuer is accepted for a moment after its expiry. A credential that it granted then would have expired already.
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
      return issuedView(await this.credentials.issue(by, grant, origin), domain?.name ?? null, this.now());
    } catch (error) {
      const isGone = error instanceof DomainError && error.problem.code === 'domain_gone';
      // A credential of the deleted domain was revoked with it; for other credentials the domain does not exist.
      if (!isGone || by.domainId !== null) throw error;
      throw new FailureError(by.isOperator ? { kind: 'invalid', violations: [NO_DOMAIN] } : OUT_OF_REACH);
    }
  }

  private async renew(
    { credential, origin }: Caller,
    { value, violations }: Validated<RotateCredentialDto>,
  ): Promise<IssuedCredentialDto> {
    if (violations.length > 0) throw new FailureError({ kind: 'invalid', violations });
    const overlapSeconds = value.previousExpiresInSeconds ?? DEFAULT_OVERLAP_SECONDS;
    // Comes before the rotation: if it failed afterwards, the new values would be lost.
    const domain = await this.nameOfDomain(credential);
    return issuedView(await this.credentials.rotate(credential, overlapSeconds, origin), domain, this.now());
  }

  /** undefined = the body names no domain; null = the caller reaches no such domain. */
  private async domainCalled(by: Credential, name: string | undefined): Promise<Domain | null | undefined> {
    if (name === undefined) return by.domainId === null ? undefined : this.domains.findById(by.domainId);
    return (await this.domains.findReached(name, by)) ?? null;
  }

  private async view(credential: Credential): Promise<CredentialDto> {
    return viewOf(credential, await this.nameOfDomain(credential), this.now());
  }

  /** null = it is valid for all domains of its subscription. */
  private async nameOfDomain({ domainId }: Credential): Promise<string | null> {
    return domainId === null ? null : ((await this.domains.findById(domainId))?.name ?? DELETED_DOMAIN);
  }
}

function issuedView({ credential, apiKey, accessToken }: Issued, domain: string | null, now: number) {
  return { ...viewOf(credential, domain, now), apiKey, accessToken } satisfies IssuedCredentialDto;
}

/** `now`: milliseconds since 1970 by the database's clock. */
function viewOf(credential: Credential, domain: string | null, now: number): CredentialDto {
  const { previousExpiresAt, previousKeyHint } = credential;
  const hasPrevious = previousExpiresAt !== null && previousExpiresAt.getTime() > now;
  return {
    id: credential.id,
    name: credential.name,
    subscription: credential.subscription,
    domain,
    permissions: credential.permissions,
    hint: credential.keyHint,
    createdAt: credential.createdAt.toISOString(),
    expiresAt: credential.expiresAt?.toISOString() ?? null,
    rotatedAt: credential.rotatedAt?.toISOString() ?? null,
    previousHint: hasPrevious ? previousKeyHint : null,
    previousExpiresAt: hasPrevious ? previousExpiresAt.toISOString() : null,
    lastUsedAt: credential.lastUsedOn,
    revokedAt: credential.revokedAt?.toISOString() ?? null,
  };
}

function uuid(id: string): string {
  if (!UUID.test(id)) throw new FailureError({ kind: 'not_found', what: 'credential' });
  return id;
}
