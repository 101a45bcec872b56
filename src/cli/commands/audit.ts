import type { Command } from 'commander';
import { leaf, outputOf, wholeNumber } from '../leaf.js';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('who changed what');

  leaf(audit.command('tail').description('the last changes, oldest first; with --json, a line of JSON each'), [
    'audit tail -n 50 --domain default',
    'audit tail --follow --json | jq -r .clientId',
  ])
    .option('-d, --domain <domain>', 'only changes in this domain')
    .option('-c, --client <client-id>', 'only changes of clients with this id')
    .option('-n, --lines <count>', 'how many', wholeNumber, 20)
    .option('-f, --follow', 'go on with what happens, each change once and in order, until it is stopped')
    .action(async (options) => {
      const { tail } = await import('../audit-tail.js');
      await tail(options, outputOf(options));
    });
}
