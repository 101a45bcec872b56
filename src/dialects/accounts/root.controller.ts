import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, ApiSecurity, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Credentials } from '#credentials';
import { PUBLIC_URL, Public, varyByAccept } from '../../http/index.js';
import { RootDto } from './accounts.dto.js';
import { AccountsLinks } from './accounts.hal.js';
import { clientListSchema, clientSchema } from './accounts.schemas.js';

const LINKS = {
  'application/hal+json': { schema: { $ref: getSchemaPath(RootDto) } },
  // Browsers ask for it.
  'text/html': { schema: { type: 'string' } },
} as const;
const JSON_SCHEMA = { 'application/json': { schema: { type: 'object', additionalProperties: true } } } as const;
const PEM = { 'application/x-pem-file': { schema: { type: 'string' } } } as const;

/** Serves what needs no token: the entry point, the schemas, the public key. None of it needs the database. */
@ApiTags('Entry point')
@ApiSecurity({})
@Controller()
export class RootController {
  private readonly links: AccountsLinks;

  constructor(
    private readonly credentials: Credentials,
    @Inject(PUBLIC_URL) publicUrl: string,
  ) {
    this.links = new AccountsLinks(publicUrl);
  }

  @Get()
  @Public()
  @Header('content-type', 'application/hal+json')
  @ApiExtraModels(RootDto)
  @ApiOperation({
    summary: 'Reads the entry point: links to everything else',
    description: 'A request that prefers text/html, as a browser’s does, gets a page with the same links.',
  })
  @ApiResponse({ status: 200, description: 'The links.', content: LINKS })
  root(@Res({ passthrough: true }) reply: FastifyReply): object {
    // A browser gets a page for people.
    varyByAccept(reply);
    return this.links.root();
  }

  @Get(['schema-acc/client', 'schema/client'])
  @Public()
  @Header('content-type', 'application/json')
  @ApiOperation({
    summary: 'Reads the JSON Schema of a client',
    description: 'Each client in an answer is valid by it; `profile` of the links leads here.',
  })
  @ApiResponse({ status: 200, description: 'A draft-04 schema.', content: JSON_SCHEMA })
  clientSchema(): object {
    return clientSchema(this.links.schema);
  }

  @Get(['schema-acc/clients', 'schema/clients'])
  @Public()
  @Header('content-type', 'application/json')
  @ApiOperation({
    summary: 'Reads the JSON Schema of the list of clients',
    description: 'Each list in an answer is valid by it; `profile` of the links leads here.',
  })
  @ApiResponse({ status: 200, description: 'A draft-04 schema.', content: JSON_SCHEMA })
  clientListSchema(): object {
    return clientListSchema(this.links.listSchema);
  }

  @Get('auth/public-key.pem')
  @Public()
  @Header('content-type', 'application/x-pem-file')
  @ApiOperation({
    summary: 'Reads the public key that access tokens are signed with',
    description: 'An RSA key for RS512, as SPKI. `/.well-known/jwks.json` has it as JWK.',
  })
  @ApiResponse({ status: 200, description: 'A PEM file.', content: PEM })
  publicKey(): string {
    return this.credentials.publicKeyPem();
  }
}
