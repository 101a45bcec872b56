import { Module } from '@nestjs/common';
import { CredentialsModule } from '#credentials';
import { Departure } from './departure.js';
import { HealthController } from './health.controller.js';
import { KeysController } from './keys.controller.js';
import { PagesController } from './pages.controller.js';

@Module({
  imports: [CredentialsModule],
  controllers: [HealthController, KeysController, PagesController],
  providers: [Departure],
})
export class OperationsModule {}
