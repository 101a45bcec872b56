import { Module } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { ClientRepository } from './client.repository.js';
import { ClientImports } from './client-imports.js';
import { SecretHasher } from './client-secret.js';
import { ClientSecrets } from './client-secrets.js';
import { ClientVersions } from './client-versions.js';
import { Clients, type ClientsOptions } from './clients.js';

/** Injection token of the operator's switches. */
export const CLIENTS_OPTIONS = Symbol('ClientsOptions');

/** The domain module that every door imports. Repository, audit, hasher and options are bound by the application. */
@Module({
  providers: [
    {
      provide: Clients,
      inject: [ClientRepository, SecretHasher, CLIENTS_OPTIONS],
      useFactory: (repository: ClientRepository, hasher: SecretHasher, options: ClientsOptions) =>
        new Clients(repository, hasher, options),
    },
    {
      provide: ClientSecrets,
      inject: [ClientRepository, SecretHasher],
      useFactory: (repository: ClientRepository, hasher: SecretHasher) => new ClientSecrets(repository, hasher),
    },
    {
      provide: ClientImports,
      inject: [ClientRepository, SecretHasher, CLIENTS_OPTIONS],
      useFactory: (repository: ClientRepository, hasher: SecretHasher, options: ClientsOptions) =>
        new ClientImports(repository, hasher, options),
    },
    {
      provide: ClientVersions,
      inject: [Clients, AuditTrail],
      useFactory: (clients: Clients, trail: AuditTrail) => new ClientVersions(clients, trail),
    },
  ],
  exports: [Clients, ClientImports, ClientSecrets, ClientVersions],
})
export class ClientsModule {}
