import type { Operation } from './linearizability.mjs';

interface Server {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export class Registers {
  constructor(
    server: (n: number) => Server,
    options: { name: string; instances: number; clients: number; workers: number },
  );
  readonly histories: readonly (readonly Operation[])[];
  readonly answers: number;
  readonly unanswered: number;
  readonly wrong: readonly string[];
  stop(): Promise<void>;
}
