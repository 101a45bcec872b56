import type { Command } from 'commander';
import { leaf, outputOf, withExpiry } from '../leaf.js';

export function addDriftCommand(program: Command): void {
  withExpiry(
    leaf(program.command('drift').description('what differs from a file, who changed it, and when'), [
      'drift -f clients.yaml   # exit code 2 when something differs',
      'drift -f clients.yaml --unnamed',
      `drift -f clients.yaml --json | jq -r '.[].fields[]?.lastChange.credential.name'`,
    ]),
  )
    .requiredOption('-f, --file <file>', 'YAML or JSON, a list of clients, as for apply; - is stdin')
    .option('-d, --domain <domain>', 'the domain of those that name none', 'default')
    .option('--managed-by <name>', 'in whose name, for clients that this manager has locked')
    .option('--unnamed', 'also clients that the file does not name, in the domains of those that it names')
    .addHelpText('after', HELP)
    .action(async (options) => {
      const { readDeclarations } = await import('../declarations.js');
      const { drift } = await import('../drift.js');
      await drift(readDeclarations(options.file, options), options, outputOf(options));
    });
}

const HELP = `
What differs is what apply would change; that apply only renews a client for a while is no difference.
Who changed it is read from the audit, for which the key needs audit:read.`;
