import type { Command } from 'commander';
import { leaf, outputOf, withDomain, withManager } from '../leaf.js';

export function addBulkCommands(program: Command): void {
  withDomain(
    leaf(program.command('export').description('every client of a domain, a line of JSON each, without secrets'), [
      'export > clients.ndjson',
      'export --domain login.example.com -o clients.ndjson',
    ]),
  )
    .option('-o, --output <file>', 'write to this file, which appears only when it is complete; else to stdout')
    .action(async (options) => {
      const { exportClients } = await import('../bulk.js');
      await exportClients(options, outputOf(options));
    });

  withManager(
    withDomain(
      leaf(
        program.command('import').description('make the clients of a domain what an export says: all of them or none'),
        [
          'import clients.ndjson --dry-run   # exit code 2 when there is something to do',
          'import clients.ndjson --prune --yes',
        ],
      ),
    ),
  )
    .argument('<file>', 'a line of JSON for each client; - is stdin')
    .option('--dry-run', 'only say what would be done; exit code 2 when that is something')
    .option('--prune', 'delete the clients that the file does not name')
    .option('--empty', 'accept an empty file, which means a domain without clients')
    .option('-y, --yes', 'do not ask before pruning')
    .action(async (file: string, options) => {
      const { importClients } = await import('../bulk.js');
      await importClients(file, options, outputOf(options));
    });
}
