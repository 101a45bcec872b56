import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';

const TICK_MS = 1000;

/**
 * Something that the server does by itself when it is due. Every instance runs it. The database's clock decides whether
 * something is due, and the statements of the task make sure that only one instance does it.
 */
export interface DueTask {
  /** For the log: continues “Could not”. */
  readonly name: string;
  readonly everySeconds: number;
  /** Does a limited part of what is due; the next run does more. */
  run(): Promise<void>;
}

/** Injection token for a list of `DueTask`. */
export const DUE_TASKS = Symbol('DueTasks');

/** Runs each task at its time, independently of the others and never twice at once. */
@Injectable()
export class Timekeeper implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly duties: readonly Duty[];
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(DUE_TASKS) tasks: readonly DueTask[]) {
    const log = new Logger();
    this.duties = tasks.map((task) => new Duty(task, (sentence) => log.error(sentence)));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** Has to be called every second. The first call runs all tasks. */
  tick(): void {
    for (const duty of this.duties) duty.tick();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Waits until running tasks have ended, before the store is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.duties.map((duty) => duty.underWay));
  }
}

class Duty {
  underWay: Promise<void> | undefined;
  private ticks = 0;
  private hasFailed = false;

  constructor(
    private readonly task: DueTask,
    private readonly complain: (sentence: string) => void,
  ) {}

  tick(): void {
    const isTime = this.ticks % this.task.everySeconds === 0;
    if (isTime && this.underWay) return;
    this.ticks += 1;
    if (!isTime) return;
    this.underWay = this.run().finally(() => {
      this.underWay = undefined;
    });
  }

  /** Logs a failure only once, until a run succeeds. That the database is away is logged elsewhere. */
  private async run(): Promise<void> {
    try {
      await this.task.run();
      this.hasFailed = false;
    } catch (error) {
      if ((error as { code?: string } | null)?.code === 'store_unavailable') return;
      if (!this.hasFailed) this.complain(`Could not ${this.task.name}: ${sentenceOf(error)}. It is tried again.`);
      this.hasFailed = true;
    }
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
