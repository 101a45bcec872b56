import { type Command, InvalidArgumentError } from 'commander';
import { Output } from './output.js';

interface Common {
  readonly json?: boolean;
}

/** What every command that does something has: --json, and examples at the end of its help. */
export function leaf(command: Command, examples: readonly string[]): Command {
  return command
    .option('--json', 'print JSON on stdout, and nothing else')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ clientele ${example}`).join('\n')}`);
}

/** Of what a command's options say, where its results go. */
export function outputOf({ json = false }: Common): Output {
  return new Output(json);
}

/** The option that most commands have. */
export function withDomain(command: Command): Command {
  return command.option('-d, --domain <domain>', 'the domain', 'default');
}

/** Of commands that make clients what a file says. */
export function withExpiry(command: Command): Command {
  const meaning = 'after how many seconds those end by themselves that do not say it; 0: never';
  return command.option('--expires-in <seconds>', meaning, wholeNumber);
}

/** The value of an option. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Values with commas between them. */
export function inPieces(text: string): string[] {
  return text.split(',').filter((piece) => piece !== '');
}
