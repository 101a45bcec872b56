import { CliFailure } from './failure.js';

/** What is wrong with a file, and where. */
export interface Fault {
  readonly line: number;
  /** Names the file and the line, too. */
  readonly sentence: string;
}

/** All of them, in the order of their lines, each once. */
export function failureOfAll(faults: readonly Fault[]): CliFailure {
  const sentences = faults.toSorted((one, other) => one.line - other.line).map(({ sentence }) => sentence);
  return new CliFailure([...new Set(sentences)].join('\n'));
}
