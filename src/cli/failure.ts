/** The exit codes (docs/command-line.md; `--help` lists them). */
export const EXIT = {
  ok: 0,
  /** Any other refusal or failure. */
  failed: 1,
  /** Success, but something is left to do: a plan with changes, pending migrations. */
  pending: 2,
  /** The server is away or cannot answer now: try again later. */
  away: 3,
  /** The command is not valid: EX_USAGE of sysexits.h. */
  usage: 64,
} as const;

/** Ends the command. The user sees only its message. */
export class CliFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    /** Of the answer, if the server has refused. */
    readonly status?: number,
  ) {
    super(message);
    this.name = 'CliFailure';
  }
}
