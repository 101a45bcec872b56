import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

/** A log that is kept, for a server under test. */
export function keptLog(): {
  readonly log: Logger;
  text(): string;
  /** Of a request, or of none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into lines of every shape
  linesOf(requestId: string | undefined): any[];
} {
  let text = '';
  const sink = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  return {
    log: pino({ level: 'debug', base: null }, sink),
    text: () => text,
    linesOf: (requestId) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter((line) => line.requestId === requestId),
  };
}
