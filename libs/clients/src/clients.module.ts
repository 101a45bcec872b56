import { Module } from '@nestjs/common';
import { ClientAbouts } from './client-abouts.js';
import { ClientExpiry } from './client-expiry.js';
import { ClientFindings } from './client-findings.js';
import { ClientImports } from './client-imports.js';
import { SecretHasher } from './client-secret.js';
import { ClientSecrets } from './client-secrets.js';
import { ClientSuspensions } from './client-suspensions.js';
import { ClientVersions } from './client-versions.js';
import { Clients } from './clients.js';

/** The module of the clients' use cases. The application binds repository, sightings, facts, audit, pepper and options. */
@Module({
  providers: [
    Clients,
    ClientAbouts,
    ClientExpiry,
    ClientFindings,
    ClientImports,
    ClientSecrets,
    ClientSuspensions,
    ClientVersions,
    SecretHasher,
  ],
  exports: [
    Clients,
    ClientAbouts,
    ClientExpiry,
    ClientFindings,
    ClientImports,
    ClientSecrets,
    ClientSuspensions,
    ClientVersions,
  ],
})
export class ClientsModule {}
