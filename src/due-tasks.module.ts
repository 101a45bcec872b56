import { Module } from '@nestjs/common';
import { byTheServer } from '#audit';
import { ClientExpiry, ClientSuspensions, ClientsModule } from '#clients';
import { Reminders } from '#expiry';
import { DUE_TASKS, type DueTask, Timekeeper } from './operations/index.js';

/** What the server does by itself when its time has come. */
@Module({
  imports: [ClientsModule],
  providers: [
    Timekeeper,
    {
      provide: DUE_TASKS,
      inject: [ClientSuspensions, ClientExpiry, Reminders],
      useFactory: (suspensions: ClientSuspensions, expiry: ClientExpiry, reminders: Reminders): readonly DueTask[] => [
        { name: 'end suspensions whose time has come', everySeconds: 1, run: () => suspensions.endDue() },
        { name: 'remove clients that have expired', everySeconds: 1, run: () => expiry.removeExpired() },
        {
          name: 'remind of what expires soon',
          everySeconds: 2,
          run: () => reminders.remind(byTheServer('timekeeper')),
        },
      ],
    },
  ],
})
export class DueTasksModule {}
