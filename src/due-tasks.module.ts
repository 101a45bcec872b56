import { Module } from '@nestjs/common';
import { ClientExpiry, ClientsModule } from '#clients';
import { DUE_TASKS, type DueTask, Timekeeper } from './operations/index.js';

/** What the server does by itself when its time has come. */
@Module({
  imports: [ClientsModule],
  providers: [
    Timekeeper,
    {
      provide: DUE_TASKS,
      inject: [ClientExpiry],
      useFactory: (expiry: ClientExpiry): readonly DueTask[] => [
        { name: 'remove clients that have expired', everySeconds: 1, run: () => expiry.removeExpired() },
      ],
    },
  ],
})
export class DueTasksModule {}
