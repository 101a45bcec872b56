import { Controller, Get } from '@nestjs/common';
import { Credentials } from '#credentials';
import { Public } from '../http/index.js';

@Controller('.well-known')
export class KeysController {
  constructor(private readonly credentials: Credentials) {}

  /** The key for checking access tokens (RFC 7517). */
  @Get('jwks.json')
  @Public()
  jwks(): Promise<object> {
    return this.credentials.jwks();
  }
}
