import { Module } from '@nestjs/common';
import { Pepper } from '#secrets';
import { ReplayStore } from './replay-store.js';
import { Replays } from './replays.js';

@Module({
  providers: [
    {
      provide: Replays,
      inject: [ReplayStore, Pepper],
      useFactory: (store: ReplayStore, pepper: Pepper) => new Replays(store, pepper),
    },
  ],
  exports: [Replays],
})
export class ReplaysModule {}
