import { Module } from '@nestjs/common';
import type { Origin } from '#audit';
import { ClientsModule } from '#clients';
import { Reminders } from '#expiry';
import { DUE_TASKS, type DueTask, Timekeeper } from './operations/index.js';

/** In the audit, for what no credential did. */
const BY_ITSELF: Origin = {
  credentialId: null,
  credentialName: 'server',
  subscription: null,
  dialect: 'timekeeper',
  requestId: '-',
};

/** What the server does by itself when its time has come. */
@Module({
  imports: [ClientsModule],
  providers: [
    Timekeeper,
    {
      provide: DUE_TASKS,
      inject: [Reminders],
      useFactory: (reminders: Reminders): readonly DueTask[] => [
        {
          name: 'remind of what ends soon',
          everySeconds: 2,
          run: () => reminders.remind(BY_ITSELF),
        },
      ],
    },
  ],
})
export class DueTasksModule {}
