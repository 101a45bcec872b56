import { styleText } from 'node:util';
import { visibleJson, visibleLines, visibleValue } from '#visible';
import { EXIT } from './failure.js';
import { reasonOf } from './reason.js';

/** Whether a stream is a terminal that shows colours, and NO_COLOR is not set. */
function showsColours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && stream.hasColors();
}

/**
 * Prints results to stdout, as text or, with --json, only as JSON. Remarks go to stderr. Anybody may have written the values
 * that the server returns, so `forPeople` gets them with invisible characters escaped.
 */
export class Output {
  private needsNoReader = false;

  constructor(readonly isJson: boolean) {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      // The reader, such as `head`, has read enough.
      const hasEnough = error.code === 'EPIPE';
      if (!hasEnough && process.exitCode !== EXIT.failed) {
        this.remark(`clientele: stdout cannot be written: ${reasonOf(error)}.`);
        process.exitCode = EXIT.failed;
      }
      if (!this.needsNoReader) process.exit(hasEnough ? EXIT.ok : EXIT.failed);
    });
  }

  /** From now on the command runs to its end, even if nobody reads its output. */
  carryOn(): void {
    this.needsNoReader = true;
  }

  /** The one result of a command. */
  result<T>(value: T, forPeople: (shown: T) => string): void {
    this.write(this.isJson ? visibleJson(JSON.stringify(value, null, 2)) : forPeople(visibleValue(value)));
  }

  /** One of many results: a line of JSON, or a line for people. */
  line<T>(value: T, forPeople: (shown: T) => string): void {
    this.write(this.isJson ? visibleJson(JSON.stringify(value)) : forPeople(visibleValue(value)));
  }

  /** A remark beside the result. */
  remark(sentence: string): void {
    process.stderr.write(`${visibleLines(sentence)}\n`);
  }

  paint(colour: Parameters<typeof styleText>[0], text: string): string {
    return showsColours(process.stdout) ? styleText(colour, text) : text;
  }

  /** A table with headings. */
  table(headings: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
    const cells = rows.map((row) => row.map((cell) => cell ?? '–'));
    const widths = headings.map((heading, column) =>
      Math.max(heading.length, ...cells.map((row) => row[column]!.length)),
    );
    const lineOf = (row: readonly string[]) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd();
    return [this.paint('bold', lineOf(headings)), ...cells.map(lineOf)].join('\n');
  }

  /** Names and values, one pair a line. */
  fields(values: Readonly<Record<string, unknown>>): string {
    const width = Math.max(...Object.keys(values).map((name) => name.length));
    return Object.entries(values)
      .map(([name, value]) => `${this.paint('dim', name.padEnd(width))}  ${plain(value)}`)
      .join('\n');
  }

  private write(text: string): void {
    if (text !== '') process.stdout.write(`${text}\n`);
  }
}

/** A value as text. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return '–';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
