import { Controller, Get } from '@nestjs/common';
import { Credentials } from '#credentials';
import { Public } from '../http/index.js';

@Controller('.well-known')
export class KeysController {
  constructor(private readonly credentials: Credentials) {}

  /** RFC 7517: the key with which access tokens can be checked. */
  @Get('jwks.json')
  @Public()
  jwks(): Promise<object> {
    return this.credentials.jwks();
  }
}
