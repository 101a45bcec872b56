export class Line {
  static start(targetPort: number): Promise<Line>;
  readonly port: number;
  set(how?: { mode?: 'pass' | 'cut' | 'silent'; delayMs?: number }): Promise<void>;
  end(): Promise<void>;
}
