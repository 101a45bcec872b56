import { Module } from '@nestjs/common';
import { Replays } from './replays.js';

/** Store and pepper are bound by the application. */
@Module({ providers: [Replays], exports: [Replays] })
export class ReplaysModule {}
