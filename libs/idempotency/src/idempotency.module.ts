import { Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys.js';

/** Store and pepper are bound by the application. */
@Module({ providers: [IdempotencyKeys], exports: [IdempotencyKeys] })
export class IdempotencyModule {}
