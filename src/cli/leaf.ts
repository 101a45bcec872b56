import { type Command, InvalidArgumentError, Option } from 'commander';
import { Output } from './output.js';

interface Common {
  readonly json?: boolean;
}

/** Adds what every command without subcommands has: --json, and examples at the end of its help. */
export function leaf(
  command: Command,
  examples: readonly string[],
  json = 'print JSON on stdout, and nothing else',
): Command {
  return command
    .option('--json', json)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ clientele ${example}`).join('\n')}`);
}

/** The part of a command's options that says where its results go. */
export function outputOf({ json = false }: Common): Output {
  return new Output(json);
}

/** The option that most commands have. */
export function withDomain(command: Command): Command {
  return command.option('-d, --domain <domain>', 'the domain', 'default');
}

/** For commands that change clients, which their managers may have locked. */
export function withManager(command: Command): Command {
  const force = new Option('--force', 'for the operator: in the name of the manager of any client');
  return command
    .option('--managed-by <name>', 'the manager in whose name to change clients; needed for those that are locked')
    .addOption(force.conflicts('managedBy'));
}

/** For commands that apply a file. */
export function withExpiry(command: Command): Command {
  const meaning = 'after how many seconds the server deletes clients that do not say it themselves; 0: never';
  return command.option('--expires-in <seconds>', meaning, wholeNumber);
}

/** The value of an option that is a number. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Comma-separated values. */
export function inPieces(text: string): string[] {
  return text.split(',').filter((piece) => piece !== '');
}
