import { Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import { DomainsModule } from '#domains';
import { ReplaysModule } from '#replays';
import { DomainsController } from './domains.controller.js';
import { SecretsController } from './secrets.controller.js';
import { V1DomainController } from './v1-domain.controller.js';

@Module({
  imports: [ClientsModule, DomainsModule, ReplaysModule],
  controllers: [DomainsController, V1DomainController, SecretsController],
})
export class V1DomainModule {}
