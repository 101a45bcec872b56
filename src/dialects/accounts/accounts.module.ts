import { Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import { CredentialsModule } from '#credentials';
import { AccountsController } from './accounts.controller.js';
import { RootController } from './root.controller.js';

@Module({ imports: [ClientsModule, CredentialsModule], controllers: [RootController, AccountsController] })
export class AccountsModule {}
