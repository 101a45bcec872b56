import { Module } from '@nestjs/common';
import { Pepper } from '#secrets';
import { AccessTokens } from './access-token.js';
import { CredentialRepository } from './credential.repository.js';
import { Credentials, type CredentialsOptions } from './credentials.js';
import { TrustedIssuers } from './trusted-issuers.js';

/** Injection token of the operator's choices. */
export const CREDENTIALS_OPTIONS = Symbol('CredentialsOptions');

@Module({
  providers: [
    {
      provide: Credentials,
      inject: [CredentialRepository, AccessTokens, TrustedIssuers, Pepper, CREDENTIALS_OPTIONS],
      useFactory: (
        repository: CredentialRepository,
        tokens: AccessTokens,
        issuers: TrustedIssuers,
        pepper: Pepper,
        options: CredentialsOptions,
      ) => new Credentials(repository, tokens, issuers, pepper, options),
    },
  ],
  exports: [Credentials],
})
export class CredentialsModule {}
