import type { Worker } from 'node:cluster';
import type { ToPrimary, ToWorker } from './ipc.js';

/** Less than the asking worker itself waits (cluster-workers.ts), so that it still gets the answers. */
const MEASURE_PATIENCE_MS = 700;

/** A message that some workers have not answered yet. */
interface Round {
  readonly from: Worker;
  /** The sender's own number for it. */
  readonly id: number;
  readonly missing: Set<Worker>;
  readonly answers: unknown[];
  late?: NodeJS.Timeout;
}

/** Passes on messages between workers, and tells the sender when all have answered. Does not wait for dead workers. */
export class Relay {
  private readonly workers = new Set<Worker>();
  private readonly rounds = new Map<number, Round>();
  private nextId = 0;

  /** A worker that takes longer than this to measure is left out. For writes there is no limit here, because the sender has its own. */
  constructor(private readonly measurePatienceMs = MEASURE_PATIENCE_MS) {}

  add(worker: Worker): void {
    this.workers.add(worker);
    worker.on('message', (message: ToPrimary) => {
      if (message.type === 'tell') this.begin(worker, message);
      if (message.type === 'heard') this.note(worker, message.id, message.answer);
    });
    worker.once('exit', () => {
      this.workers.delete(worker);
      for (const id of [...this.rounds.keys()]) this.note(worker, id);
    });
  }

  private begin(from: Worker, { id, message }: Extract<ToPrimary, { type: 'tell' }>): void {
    const missing = new Set([...this.workers].filter((worker) => worker !== from));
    this.nextId += 1;
    const roundId = this.nextId;
    const round: Round = { from, id, missing, answers: [] };
    this.rounds.set(roundId, round);
    if (message.kind === 'measure') round.late = setTimeout(() => this.end(roundId, round), this.measurePatienceMs);
    for (const worker of missing) send(worker, { type: 'hear', id: roundId, message });
    this.endIfDone(roundId);
  }

  private note(worker: Worker, id: number, answer?: unknown): void {
    const round = this.rounds.get(id);
    if (round?.missing.delete(worker) && answer !== undefined) round.answers.push(answer);
    this.endIfDone(id);
  }

  private endIfDone(id: number): void {
    const round = this.rounds.get(id);
    if (round?.missing.size === 0) this.end(id, round);
  }

  private end(id: number, round: Round): void {
    clearTimeout(round.late);
    this.rounds.delete(id);
    send(round.from, { type: 'heard', id: round.id, answers: round.answers });
  }
}

/** Ignores errors: a worker whose channel has closed is about to be removed. */
function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, undefined, undefined, () => {});
}
