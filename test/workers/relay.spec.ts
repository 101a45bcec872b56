import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import type { ToPrimary, ToWorker, WorkerMessage } from '../../src/workers/ipc.js';
import { Relay } from '../../src/workers/relay.js';
import { until } from '../support/processes.js';

type Heard = Extract<ToWorker, { type: 'heard' }>;

const WRITE: WorkerMessage = { kind: 'forget' };

/** A worker that answers only what it is made to. */
class FakeWorker extends EventEmitter {
  readonly received: ToWorker[] = [];

  isConnected(): boolean {
    return true;
  }

  send(message: ToWorker): void {
    this.received.push(message);
  }

  tell(id: number, message: WorkerMessage): void {
    this.say({ type: 'tell', id, message });
  }

  /** Answers whatever of this kind it was asked. */
  answer(kind: WorkerMessage['kind'], answer?: unknown): void {
    for (const asked of this.received) {
      if (asked.type === 'hear' && asked.message.kind === kind) this.say({ type: 'heard', id: asked.id, answer });
    }
  }

  /** What the others have said to what it told them under this number. */
  answersTo(id: number): readonly unknown[] | undefined {
    return this.received.find((message): message is Heard => message.type === 'heard' && message.id === id)?.answers;
  }

  private say(message: ToPrimary): void {
    this.emit('message', message);
  }
}

describe('Relay', () => {
  const workersOf = (relay: Relay) => {
    const [teller, prompt, late] = [new FakeWorker(), new FakeWorker(), new FakeWorker()];
    for (const worker of [teller, prompt, late]) relay.add(worker as unknown as Worker);
    return { teller, prompt, late };
  };

  it('a worker that is late to measure is left out, and the others are not', async () => {
    const { teller, prompt, late } = workersOf(new Relay(10));
    teller.tell(1, { kind: 'measure' });
    prompt.answer('measure', 'prompt');
    await until('the round has ended', () => teller.answersTo(1) !== undefined);
    expect(teller.answersTo(1)).toEqual(['prompt']);
    late.answer('measure', 'late');
    expect(teller.received).toHaveLength(1);
  });

  it('a write is not said to be heard before all have heard it', async () => {
    const { teller, prompt, late } = workersOf(new Relay(10));
    teller.tell(1, WRITE);
    teller.tell(2, { kind: 'measure' });
    prompt.answer(WRITE.kind);
    // What would have ended the one as well.
    await until('the other round has ended', () => teller.answersTo(2) !== undefined);
    expect(teller.answersTo(1)).toBeUndefined();
    late.answer(WRITE.kind);
    expect(teller.answersTo(1)).toEqual([]);
  });

  it('nobody waits for a worker that has ended', () => {
    const { teller, prompt, late } = workersOf(new Relay());
    for (const [id, message] of ([{ kind: 'measure' }, WRITE] as const).entries()) {
      teller.tell(id, message);
      prompt.answer(message.kind, 'prompt');
      expect(teller.answersTo(id)).toBeUndefined();
    }
    late.emit('exit');
    expect([teller.answersTo(0), teller.answersTo(1)]).toEqual([['prompt'], ['prompt']]);
  });
});
