export interface Progress {
  /** Adds to the amount of work that is done. */
  step(by?: number): void;
  /** Writes lines to stderr, above the bar. */
  say(lines: string): void;
  stop(): void;
}

const SILENT: Progress = { step: () => {}, say: (lines) => process.stderr.write(lines), stop: () => {} };
/** Returns to the beginning of the line and clears it. */
const CLEAR = '\r\x1b[K';

/** A progress bar on stderr, if stderr is a terminal and the work takes a while. `total` undefined = not known. */
export async function progress(what: string, total?: number): Promise<Progress> {
  if (!process.stderr.isTTY || (total !== undefined && total < 2)) return SILENT;
  const { default: cliProgress } = await import('cli-progress');
  const format = total === undefined ? `${what}: {value}` : `${what} {bar} {percentage}% | {eta_formatted}`;
  const bar = new cliProgress.SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total ?? 0, 0);
  return {
    step: (by = 1) => bar.increment(by),
    say: (lines) => process.stderr.write(`${CLEAR}${lines}`),
    stop: () => bar.stop(),
  };
}
