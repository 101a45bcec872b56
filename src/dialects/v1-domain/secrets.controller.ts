import { Controller, Delete, Get, HttpCode, Inject, Injectable, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type ClientRef, type ClientSecret, ClientSecrets } from '#clients';
import { IdempotencyKeys } from '#idempotency';
import { isLongerThan } from '#visible';
import {
  askedSecret,
  type Caller,
  Conflicts,
  DATABASE_TIME,
  type DatabaseTime,
  DEFAULT_OVERLAP_SECONDS,
  FailureError,
  FromCaller,
  IdempotencyPipe,
  ManagedWrite,
  Misses,
  type Once,
  Repeatable,
  Requires,
  refOf,
  type Validated,
} from '../../http/index.js';
import {
  AddedSecretDto,
  AddSecretDto,
  MAX_SECRET_LENGTH,
  SecretDto,
  VerdictDto,
  VerifySecretDto,
} from './secrets.dto.js';
import { BAD_CLIENT_ID, BodyAs, WORDS } from './v1-domain.requests.js';

/** An example that works unchanged, on any day. */
const ADD_EXAMPLES = {
  'a day for both': { value: { name: 'rotation of January', previousExpiresInSeconds: DEFAULT_OVERLAP_SECONDS } },
  'one that exists elsewhere, as bcrypt': {
    value: { name: 'moved', hash: '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' },
  },
};

/** An answer holds as long as the added secret is valid. */
@Injectable()
class AddIdempotency extends IdempotencyPipe<AddedSecretDto> {
  constructor(
    keys: IdempotencyKeys,
    private readonly secrets: ClientSecrets,
  ) {
    super(keys);
  }

  protected override stands({ id }: AddedSecretDto, caller: Caller, { params }: FastifyRequest): Promise<boolean> {
    return this.secrets.isLive(refOf(caller, (params as { clientId: string }).clientId), id);
  }
}

@ApiTags('Secrets')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@ApiParam({ name: 'clientId', example: 'my-app' })
@Controller('v1/domain/:domain/client/:clientId/secrets')
export class SecretsController {
  constructor(
    private readonly secrets: ClientSecrets,
    @Inject(DATABASE_TIME) private readonly now: DatabaseTime,
  ) {}

  @Get()
  @Requires('clients:read', 'path')
  @ApiOperation({
    operationId: 'listSecrets',
    summary: 'Lists the live secrets of a client, never their values',
    description: 'A client that is Public has none.',
  })
  @ApiResponse({ status: 200, description: 'The secrets, oldest first.', type: [SecretDto] })
  async list(@FromCaller() caller: Caller, @Param('clientId') clientId: string): Promise<SecretDto[]> {
    const secrets = await this.secrets.list(refOf(caller, clientId, BAD_CLIENT_ID));
    return secrets.map(viewOf);
  }

  @Post()
  @Requires('clients:write', 'path')
  @Conflicts('public_client_has_no_secret', 'too_many_secrets')
  @ManagedWrite()
  @ApiOperation({
    operationId: 'addSecret',
    summary: 'Adds a secret, so that the older ones can be replaced without a gap',
    description:
      'A generated secret, or one that exists already elsewhere: in the clear (`secret`), or as the hash that another system stores (`hash`). The hash becomes one of ours when the secret is presented for the first time.',
  })
  @ApiBody({ type: AddSecretDto, required: false, examples: ADD_EXAMPLES })
  @ApiResponse({
    status: 201,
    description: 'The secret, a generated one with its value, which is shown this once.',
    type: AddedSecretDto,
  })
  async add(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Repeatable(AddIdempotency) once: Once<AddedSecretDto>,
    @BodyAs(AddSecretDto, { optional: true }) body: Validated<AddSecretDto>,
  ): Promise<AddedSecretDto> {
    return once(() => this.addTo(refOf(caller, clientId, BAD_CLIENT_ID), caller, body));
  }

  @Delete(':secretId')
  @HttpCode(204)
  @Requires('clients:write', 'path')
  @Conflicts('last_secret_kept')
  @ManagedWrite()
  @ApiParam({ name: 'secretId', format: 'uuid', example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e' })
  @ApiOperation({
    operationId: 'removeSecret',
    summary: 'Ends a secret at once',
    description: 'From the answer on, it verifies no more. The last secret of a Confidential client cannot be removed.',
  })
  @ApiResponse({ status: 204, description: 'The secret is no longer good.' })
  async remove(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Param('secretId') secretId: string,
  ): Promise<void> {
    await this.secrets.remove(refOf(caller, clientId, BAD_CLIENT_ID), caller.origin, secretId);
  }

  @Post('verify')
  @HttpCode(200)
  @Requires('secrets:verify', 'path')
  @Misses('domain')
  @ApiOperation({
    operationId: 'verifySecret',
    summary: 'Tells an authorization server whether a secret is good',
    description:
      'For a client that does not exist, the answer is the same as for a wrong secret. The secrets of a suspended client are not valid either; only a caller who presents the right one learns that the client is suspended. Secrets that somebody chose are compared with ten different wrong guesses a minute, then with one new guess a second (429 with `Retry-After` for others); one that was right the last time is always compared, and so are generated ones.',
  })
  @ApiBody({ type: VerifySecretDto })
  @ApiResponse({ status: 200, description: 'The verdict.', type: VerdictDto })
  async verify(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @BodyAs(VerifySecretDto) { value, violations }: Validated<VerifySecretDto>,
  ): Promise<VerdictDto> {
    const ref = refOf(caller, clientId, BAD_CLIENT_ID);
    const tooLong = {
      property: 'secret',
      rule: 'limit',
      message: `must be at most ${MAX_SECRET_LENGTH} characters`,
    } as const;
    refuse(isLongerThan(value.secret ?? '', MAX_SECRET_LENGTH) ? [tooLong] : violations);
    const verdict = await this.secrets.verify(ref, value.secret!, caller.credential.subscription);
    if (verdict.valid) return { ...verdict, expiresAt: verdict.expiresAt?.toISOString() ?? null };
    return verdict.isSuspended ? { valid: false, suspended: true } : { valid: false };
  }

  private async addTo(
    ref: ClientRef,
    { domain, origin }: Caller,
    body: Validated<AddSecretDto>,
  ): Promise<AddedSecretDto> {
    const terms = { clientId: ref.clientId, now: this.now(), domain: domain! };
    const { asked, violations } = askedSecret(body, terms, WORDS);
    refuse(violations);
    const overlapSeconds = body.value.previousExpiresInSeconds ?? DEFAULT_OVERLAP_SECONDS;
    const { value, secret } = await this.secrets.add(ref, origin, { ...asked, overlapSeconds });
    return { ...viewOf(secret), clientSecret: value };
  }
}

function viewOf(secret: ClientSecret): SecretDto {
  return {
    id: secret.id,
    name: secret.name,
    hint: secret.hint,
    createdAt: secret.createdAt.toISOString(),
    expiresAt: secret.expiresAt?.toISOString() ?? null,
    lastUsedAt: secret.lastUsedOn,
  };
}

function refuse(violations: Validated<object>['violations']): void {
  if (violations.length > 0) throw new FailureError({ kind: 'invalid', violations });
}
