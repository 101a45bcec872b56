import { Body, Controller, Param, Put, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ClientAbouts, type Precondition } from '#clients';
import {
  BodyPipe,
  type Caller,
  ConditionalWrite,
  ETAG_HEADER,
  FailureError,
  FromCaller,
  ManagedWrite,
  Requires,
  refOf,
  type Validated,
  WritePrecondition,
  wholeEtagOf,
} from '../http/index.js';
import { AboutDto, aboutView, DescribeDto, NOTHING } from './about.dto.js';
import { WORDS } from './body-words.js';

const DESCRIBE_EXAMPLES = {
  'whose it is': { value: { owner: 'Team Shop', contact: 'shop@example.com', labels: { team: 'shop' } } },
  'a client that Terraform manages': { value: { managedBy: 'terraform' } },
};

@ApiTags('Clients')
@ApiParam({ name: 'domain', type: String, example: 'default', description: 'The name of the domain.' })
@ApiParam({ name: 'clientId', example: 'my-app' })
@Controller('admin/domains/:domain/clients/:clientId/about')
export class AboutController {
  constructor(private readonly abouts: ClientAbouts) {}

  @Put()
  @Requires('clients:write', 'path')
  @ApiOperation({
    operationId: 'describeClient',
    summary: 'Changes what is said of a client: owner, contact, description, labels, manager, lock',
    description:
      'A merge patch (RFC 7396): fields that the body does not name stay as they are, and null removes a value. The record of the client, its versions and the answers of the other APIs do not change; followers of the change feed get `client.described`. Only requests that name its manager in the header `Managed-By` can change a locked client, through any API; others get 409. A lock prevents mistakes only: every caller with the permission can name any manager.',
  })
  @ConditionalWrite()
  @ManagedWrite()
  @ApiBody({ type: DescribeDto, examples: DESCRIBE_EXAMPLES })
  @ApiResponse({
    status: 200,
    description: 'Everything that is now said of the client.',
    type: AboutDto,
    headers: ETAG_HEADER,
  })
  async describe(
    @FromCaller() caller: Caller,
    @Param('clientId') clientId: string,
    @Body(new BodyPipe(DescribeDto, WORDS)) { value, violations }: Validated<DescribeDto>,
    @WritePrecondition('whole') precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AboutDto> {
    if (violations.length > 0) throw new FailureError({ kind: 'invalid', violations });
    const client = await this.abouts.describe(refOf(caller, clientId), caller.origin, value, precondition);
    reply.header('etag', wholeEtagOf(client));
    return aboutView(client) ?? NOTHING;
  }
}
