import { Module } from '@nestjs/common';
import { CredentialsModule } from '#credentials';
import { GracefulShutdown } from './graceful-shutdown.js';
import { HealthController } from './health.controller.js';
import { KeysController } from './keys.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { PagesController } from './pages.controller.js';

@Module({
  imports: [CredentialsModule],
  controllers: [HealthController, KeysController, MetricsController, PagesController],
  providers: [GracefulShutdown, Metrics],
})
export class OperationsModule {}
