import { Module } from '@nestjs/common';
import { CredentialsModule } from '#credentials';
import { HealthController } from './health.controller.js';
import { KeysController } from './keys.controller.js';
import { PagesController } from './pages.controller.js';

@Module({ imports: [CredentialsModule], controllers: [HealthController, KeysController, PagesController] })
export class OperationsModule {}
