import { CliFailure } from './failure.js';

/** What is wrong with a file, and where. */
export interface Fault {
  readonly line: number;
  /** Also names the file and the line. */
  readonly sentence: string;
}

/** One failure with all mistakes, each once, in the order of their lines. */
export function failureOfAll(faults: readonly Fault[]): CliFailure {
  const sentences = faults.toSorted((one, other) => one.line - other.line).map(({ sentence }) => sentence);
  return new CliFailure([...new Set(sentences)].join('\n'));
}
