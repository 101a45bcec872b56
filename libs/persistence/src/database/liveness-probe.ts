import { connect, type NetConnectOpts } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface ProbeTimes {
  /** When a statement takes longer than this, the database is probed. */
  readonly lateMs: number;
  /** A live database answers a probe within this time, unless it is known to be slow. */
  readonly answerMs: number;
  /** A probe that is not answered within this time is given up. */
  readonly lostMs: number;
  /** How long a database counts as slow after it has answered a probe late. */
  readonly slowMs: number;
}

/** `lateMs` and `answerMs` together are less than the two seconds within which a 503 must be sent. */
const TIMES: ProbeTimes = { lateMs: 800, answerMs: 700, lostMs: 3000, slowMs: 30_000 };
const PAUSE_MS = 500;
/** PostgreSQL answers SSLRequest with one byte, before any authentication (its documentation, Message Formats). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Tells whether the database answers at all. A host that is cut off refuses nothing: it never answers what was sent over
 * its connections, and no statement timeout helps. So when a statement takes long, a new connection probes the database.
 * While it does not answer the probe, statements fail at once. A database that answers the probe late counts as slow, and
 * later probes wait longer for it.
 */
export class LivenessProbe {
  private isSilent = false;
  private slowUntil = Number.NEGATIVE_INFINITY;
  private probe: Promise<boolean> | undefined;

  /** `giveUp` is called when the open connections will never be answered any more. */
  constructor(
    private readonly address: NetConnectOpts,
    private readonly giveUp: () => void,
    private readonly times = TIMES,
  ) {}

  /** Runs `ask`; rejects while the database is silent. */
  async inTime<T>(ask: () => Promise<T>): Promise<T> {
    if (this.isSilent) throw silence();
    const answer = ask();
    return new Promise<T>((resolve, reject) => {
      const probe = async () => {
        if (!(await this.isAlive())) reject(silence());
        else if (!isSettled) timer = setTimeout(probe, this.times.lateMs);
      };
      let isSettled = false;
      let timer = setTimeout(probe, this.times.lateMs);
      const settled = () => {
        isSettled = true;
        clearTimeout(timer);
      };
      answer.then(resolve, reject).finally(settled);
    });
  }

  /** Statements that are late at the same time share one probe. */
  private async isAlive(): Promise<boolean> {
    if (this.isSilent) return false;
    this.probe ??= this.answersInTime().finally(() => {
      this.probe = undefined;
    });
    return await this.probe;
  }

  private async answersInTime(): Promise<boolean> {
    const { answerMs, lostMs } = this.times;
    const answer = this.answers();
    const timeout = sleep(performance.now() < this.slowUntil ? lostMs : answerMs, false, { ref: false });
    if (await Promise.race([answer, timeout])) return true;
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

  /** A probe that was sent before the database came back is never answered, so a new one does not wait for it to end. */
  private async someAnswer(): Promise<void> {
    let isAnswered = false;
    while (!isAnswered) {
      void this.answers().then((isAlive) => {
        isAnswered ||= isAlive;
      });
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
  }

  /** Whether the database answers a probe within `lostMs`. */
  private async answers(): Promise<boolean> {
    const { answerMs, lostMs, slowMs } = this.times;
    const asked = performance.now();
    const isAlive = await sendProbe(this.address, lostMs);
    const now = performance.now();
    if (isAlive && now - asked > answerMs) this.slowUntil = now + slowMs;
    return isAlive;
  }
}

function sendProbe(address: NetConnectOpts, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address).setTimeout(timeoutMs).unref();
    const end = (isAlive: boolean) => {
      socket.destroy();
      resolve(isAlive);
    };
    socket.write(SSL_REQUEST);
    socket.once('data', () => end(true));
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => end(false));
  });
}

function silence(): Error {
  return new Error('Connection terminated: the database is silent');
}
