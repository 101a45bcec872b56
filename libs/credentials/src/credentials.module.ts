import { Module } from '@nestjs/common';
import { Credentials } from './credentials.js';

/** The application binds repository, tokens, issuers, pepper and options. */
@Module({ providers: [Credentials], exports: [Credentials] })
export class CredentialsModule {}
