import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Domains, policyOf } from '#domains';
import { BodyPipe, type Caller, FailureError, FromCaller, Requires, type Validated } from '../http/index.js';
import { WORDS } from './body-words.js';
import { PolicyDto } from './policy.dto.js';

@ApiTags('Domains')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@Controller('admin/domains/:domain/policy')
export class PolicyController {
  constructor(private readonly domains: Domains) {}

  @Get()
  @Requires('domains:read', 'path')
  @ApiOperation({
    operationId: 'getPolicy',
    summary: 'Reads the rules of a domain: how old a secret may become',
    description: 'A domain has none until somebody sets them.',
  })
  @ApiResponse({ status: 200, description: 'The rules.', type: PolicyDto })
  read(@FromCaller() { domain }: Caller): PolicyDto {
    return policyOf(domain!);
  }

  @Put()
  @Requires('domains:write', 'path')
  @ApiOperation({
    operationId: 'setPolicy',
    summary: 'Sets the rules of a domain: how old a secret may become',
    description:
      'They apply to everything that is made from then on, through every API; what exists already stays as it is. A secret that is made without an expiry gets the latest that the rule allows; a later `expiresAt` is refused.',
  })
  @ApiBody({ type: PolicyDto })
  @ApiResponse({ status: 200, description: 'The rules as they are now.', type: PolicyDto })
  async change(
    @FromCaller() { domain, origin }: Caller,
    @Body(new BodyPipe(PolicyDto, WORDS)) { value, violations }: Validated<PolicyDto>,
  ): Promise<PolicyDto> {
    if (violations.length > 0) throw new FailureError({ kind: 'invalid', violations });
    const policy = { maxSecretAgeDays: value.maxSecretAgeDays! };
    await this.domains.changePolicy(domain!, policy, origin);
    return policy;
  }
}
