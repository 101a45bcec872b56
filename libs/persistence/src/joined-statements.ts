import { AsyncResource } from 'node:async_hooks';
import DataLoader from 'dataloader';

/** More statements at once only do less each. */
const USUAL_STATEMENTS = 2;
/** What takes longer waits for the disk or for a lock, where it pays to wait beside each other. */
const PATIENCE_MS = 2;
/** The rest of the pool is left to others. */
const MAX_STATEMENTS = 8;

interface Waiting {
  readonly send: () => void;
  readonly patience: NodeJS.Timeout;
  isImpatient: boolean;
}

export interface JoinedOptions {
  /** How much one statement does at most. */
  readonly most: number;
  readonly patienceMs?: number;
}

/**
 * Work of one kind in few statements: while some are under way, whoever has more to do joins the next one, so that the
 * more there is to do, the less each costs. Nothing is sent before it is asked for.
 */
export class JoinedStatements<Asked, Answer> {
  private readonly loader: DataLoader<Asked, Promise<Answer>>;
  private readonly waiting: Waiting[] = [];
  private readonly patienceMs: number;
  private statements = 0;

  /** `send`: does all that is asked for at once; an answer for each, in the same order. */
  constructor(
    private readonly send: (asked: readonly Asked[]) => readonly Promise<Answer>[],
    { most, patienceMs = PATIENCE_MS }: JoinedOptions,
  ) {
    this.patienceMs = patienceMs;
    this.loader = new DataLoader(async (asked) => this.answer(asked), {
      cache: false,
      maxBatchSize: most,
      batchScheduleFn: (begin) => this.schedule(begin),
    });
  }

  async ask(asked: Asked): Promise<Answer> {
    return this.loader.load(asked);
  }

  private schedule(send: () => void): void {
    if (this.statements < USUAL_STATEMENTS) {
      this.statements += 1;
      // Requests that came in with this one are read before that.
      setImmediate(send);
      return;
    }
    const waiting: Waiting = {
      // Whoever is answered before sends it, in the trace of whoever asked for it.
      send: AsyncResource.bind(send),
      patience: setTimeout(() => {
        waiting.isImpatient = true;
        this.sendNext();
      }, this.patienceMs),
      isImpatient: false,
    };
    this.waiting.push(waiting);
  }

  /** Whoever waits for longest, unless too many statements are under way. */
  private sendNext(): void {
    const [next] = this.waiting;
    if (!next || this.statements >= (next.isImpatient ? MAX_STATEMENTS : USUAL_STATEMENTS)) return;
    this.waiting.shift();
    clearTimeout(next.patience);
    this.statements += 1;
    next.send();
  }

  private answer(asked: readonly Asked[]): readonly Promise<Answer>[] {
    const answers = this.send(asked);
    void Promise.allSettled(answers).then(() => {
      this.statements -= 1;
      this.sendNext();
    });
    return answers;
  }
}
