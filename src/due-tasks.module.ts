import { Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import { DUE_TASKS, type DueTask, Timekeeper } from './operations/index.js';

/** What the server does by itself when its time has come. */
@Module({
  imports: [ClientsModule],
  providers: [
    Timekeeper,
    {
      provide: DUE_TASKS,
      useFactory: (): readonly DueTask[] => [],
    },
  ],
})
export class DueTasksModule {}
