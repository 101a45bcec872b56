import { type Command, Option } from 'commander';
import { leaf, outputOf, wholeNumber } from '../leaf.js';

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('who changed what');

  chosen(
    leaf(audit.command('list').description('changes, the newest first; with --json, a line of JSON each'), [
      'audit list --action client.deleted --domain default',
      'audit list --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --order asc -n 1000 --json',
    ]),
  )
    .option('--from <instant>', 'only changes at this time or later')
    .option('--to <instant>', 'only changes at this time or earlier')
    .addOption(
      new Option('--order <order>', 'whether the oldest or the newest come first')
        .choices(['asc', 'desc'])
        .default('desc'),
    )
    .action(async (options) => {
      const { list } = await import('../audit.js');
      await list(options, outputOf(options));
    });

  chosen(
    leaf(audit.command('tail').description('the last changes, oldest first; with --json, a line of JSON each'), [
      'audit tail -n 50 --domain default',
      'audit tail --follow --json | jq -r .clientId',
    ]),
  )
    .option('-f, --follow', 'then show new changes as they happen, each once and in order, until you stop it')
    .action(async (options) => {
      const { tail } = await import('../audit-tail.js');
      await tail(options, outputOf(options));
    });
}

/** Which changes to show. */
function chosen(command: Command): Command {
  return command
    .option('-d, --domain <domain>', 'only changes in this domain')
    .option('-c, --client <client-id>', 'only changes of clients with this id')
    .option('--action <action>', 'only changes of this kind, such as client.deleted')
    .option('--credential <credential-id>', 'only changes by this credential')
    .option('-n, --lines <count>', 'how many', wholeNumber, 20);
}
