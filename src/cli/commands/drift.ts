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
    .option('-d, --domain <domain>', 'the domain of clients that name none', 'default')
    .option('--managed-by <name>', 'the manager in whose name apply would change clients, if the file names none')
    .option('--unnamed', 'also clients that the file does not name, in the domains of those that it names')
    .addHelpText('after', HELP)
    .action(async (options) => {
      const { readDeclarations } = await import('../declarations.js');
      const { drift } = await import('../drift.js');
      await drift(readDeclarations(options.file, options), options, outputOf(options));
    });
}

const HELP = `
Shows what apply would change, except that it renews clients for a while.
The audit tells who changed it; the key needs audit:read for that.`;
