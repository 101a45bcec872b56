/** What the exit code says (docs/command-line.md; told by `--help`). */
export const EXIT = {
  ok: 0,
  /** Refused, or failed; nothing else is known. */
  failed: 1,
  /** Nothing went wrong, and there is something to do: a plan with changes, migrations that wait. */
  pending: 2,
  /** The server is away, or cannot serve now: try again later. */
  away: 3,
  /** The command cannot be understood: EX_USAGE of sysexits.h. */
  usage: 64,
} as const;

/** Ends the command; its message is all that the caller is told. */
export class CliFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
    this.name = 'CliFailure';
  }
}
