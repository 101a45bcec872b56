import { connect, type NetConnectOpts } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface PresenceTimes {
  /** An answer that takes longer raises doubt. */
  readonly doubtMs: number;
  /** A database that is there says so within this, unless it is known to be slow. */
  readonly answerMs: number;
  /** What says nothing for so long is given up. */
  readonly lostMs: number;
  /** For how long a database that answered late counts as slow. */
  readonly slowMs: number;
}

/** The first two together make less than the two seconds within which a 503 has to come. */
const TIMES: PresenceTimes = { doubtMs: 800, answerMs: 700, lostMs: 3000, slowMs: 30_000 };
const PAUSE_MS = 500;
/** PostgreSQL answers SSLRequest with one byte before anything else, whoever asks (its documentation, Message Formats). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Whether the database says anything at all. A host that is cut off refuses nothing: what was asked over its connections
 * is never answered, and no statement timeout helps. So where an answer is late, a new connection knocks; while nobody
 * answers there, nobody waits. A database that answers the knock late is slow, and is given more time from then on.
 */
export class Presence {
  private isSilent = false;
  private slowUntil = Number.NEGATIVE_INFINITY;
  private doubt: Promise<boolean> | undefined;

  /** `giveUp` is called when connections will never be answered any more. */
  constructor(
    private readonly place: NetConnectOpts,
    private readonly giveUp: () => void,
    private readonly times = TIMES,
  ) {}

  /** What `ask` comes to; fails while the database is silent. */
  async inTime<T>(ask: () => Promise<T>): Promise<T> {
    if (this.isSilent) throw silence();
    const answer = ask();
    return new Promise<T>((resolve, reject) => {
      const doubt = async () => {
        if (!(await this.isThere())) reject(silence());
        else if (!isSettled) timer = setTimeout(doubt, this.times.doubtMs);
      };
      let isSettled = false;
      let timer = setTimeout(doubt, this.times.doubtMs);
      const settled = () => {
        isSettled = true;
        clearTimeout(timer);
      };
      answer.then(resolve, reject).finally(settled);
    });
  }

  /** Those who doubt at once share one knock. */
  private async isThere(): Promise<boolean> {
    if (this.isSilent) return false;
    this.doubt ??= this.listen().finally(() => {
      this.doubt = undefined;
    });
    return await this.doubt;
  }

  private async listen(): Promise<boolean> {
    const { answerMs, lostMs } = this.times;
    const answer = this.answers();
    const patience = sleep(performance.now() < this.slowUntil ? lostMs : answerMs, false, { ref: false });
    if (await Promise.race([answer, patience])) return true;
    this.isSilent = true;
    void this.awaitReturn(answer);
    return false;
  }

  private async awaitReturn(answer: Promise<boolean>): Promise<void> {
    if (!(await answer)) {
      this.giveUp();
      await this.someAnswer();
    }
    this.isSilent = false;
  }

  /** Knocks that were not heard before the return never will be, so new ones do not wait for their end. */
  private async someAnswer(): Promise<void> {
    let isHeard = false;
    while (!isHeard) {
      void this.answers().then((isThere) => {
        isHeard ||= isThere;
      });
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
  }

  /** Whether anything answers before all is lost. */
  private async answers(): Promise<boolean> {
    const { answerMs, lostMs, slowMs } = this.times;
    const asked = performance.now();
    const isThere = await knock(this.place, lostMs);
    const now = performance.now();
    if (isThere && now - asked > answerMs) this.slowUntil = now + slowMs;
    return isThere;
  }
}

function knock(place: NetConnectOpts, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place).setTimeout(patienceMs).unref();
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.write(SSL_REQUEST);
    socket.once('data', () => end(true));
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => end(false));
  });
}

function silence(): Error {
  return new Error('Connection terminated: the database is silent');
}
