import { Module } from '@nestjs/common';
import { Credentials } from './credentials.js';

/** Repository, tokens, issuers, pepper and options are bound by the application. */
@Module({ providers: [Credentials], exports: [Credentials] })
export class CredentialsModule {}
