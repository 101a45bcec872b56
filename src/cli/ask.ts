import { createInterface } from 'node:readline/promises';
import { CliFailure, EXIT } from './failure.js';

/** Asks for confirmation at the terminal; every answer but yes means no. Without a terminal, --yes is required. */
export async function confirm(question: string, { yes = false }: { yes?: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new CliFailure(`${question} Nobody can be asked here: say --yes.`, EXIT.usage);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const aborted = new AbortController();
  terminal.once('close', () => aborted.abort());
  const answer = await terminal.question(`${question} [y/N] `, { signal: aborted.signal }).catch(() => '');
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('Nothing was done.');
}
