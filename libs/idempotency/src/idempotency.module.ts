import { Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys.js';

/** The application binds store and pepper. */
@Module({ providers: [IdempotencyKeys], exports: [IdempotencyKeys] })
export class IdempotencyModule {}
