import { CommanderError } from 'commander';
import { visibleLines } from '#visible';
import { CliFailure, EXIT } from './failure.js';
import { clientele } from './program.js';

try {
  await clientele().parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
  // commander has printed its message already.
  if (!(error instanceof CommanderError))
    process.stderr.write(`clientele: ${visibleLines((error as Error).message)}\n`);
}

function codeOf(error: unknown): number {
  if (error instanceof CliFailure) return error.exitCode;
  if (!(error instanceof CommanderError)) return EXIT.failed;
  return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
