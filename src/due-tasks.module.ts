import { Module } from '@nestjs/common';
import { ClientSuspensions, ClientsModule } from '#clients';
import { DUE_TASKS, type DueTask, Timekeeper } from './operations/index.js';

/** What the server does by itself when its time has come. */
@Module({
  imports: [ClientsModule],
  providers: [
    Timekeeper,
    {
      provide: DUE_TASKS,
      inject: [ClientSuspensions],
      useFactory: (suspensions: ClientSuspensions): readonly DueTask[] => [
        { name: 'end suspensions whose time has come', everySeconds: 1, run: () => suspensions.endDue() },
      ],
    },
  ],
})
export class DueTasksModule {}
