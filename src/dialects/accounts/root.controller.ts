import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Credentials } from '#credentials';
import { PUBLIC_URL, Public, varyByAccept } from '../../http/index.js';
import { RootDto } from './accounts.dto.js';
import { AccountsLinks } from './accounts.hal.js';
import { clientListSchema, clientSchema } from './accounts.schemas.js';

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
  @ApiProduces('application/hal+json')
  @ApiOperation({ summary: 'Reads the entry point: links to everything else' })
  @ApiResponse({ status: 200, description: 'The links.', type: RootDto })
  root(@Res({ passthrough: true }) reply: FastifyReply): object {
    // A browser gets a page for people.
    varyByAccept(reply);
    return this.links.root();
  }

  @Get(['schema-acc/client', 'schema/client'])
  @Public()
  @Header('content-type', 'application/json')
  @ApiOperation({ summary: 'Reads the JSON Schema of a client' })
  @ApiResponse({ status: 200, description: 'A draft-04 schema.' })
  clientSchema(): object {
    return clientSchema(this.links.schema);
  }

  @Get(['schema-acc/clients', 'schema/clients'])
  @Public()
  @Header('content-type', 'application/json')
  @ApiOperation({ summary: 'Reads the JSON Schema of the list of clients' })
  @ApiResponse({ status: 200, description: 'A draft-04 schema.' })
  clientListSchema(): object {
    return clientListSchema(this.links.listSchema);
  }

  @Get('auth/public-key.pem')
  @Public()
  @Header('content-type', 'application/x-pem-file')
  @ApiOperation({ summary: 'Reads the public key that access tokens are signed with' })
  @ApiResponse({ status: 200, description: 'A PEM file.' })
  publicKey(): string {
    return this.credentials.publicKeyPem();
  }
}
