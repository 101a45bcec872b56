import { type Command, Option } from 'commander';
import { leaf, outputOf, withManager } from '../leaf.js';

export function addPromoteCommand(program: Command): void {
  withManager(
    leaf(
      program.command('promote').description('take clients to another domain, with other hosts: plan, ask, import'),
      [
        'promote --from-domain staging --to-domain production --map hosts.yaml',
        'promote --from-domain staging --to-domain production --map hosts.yaml --client my-app --plan',
        'promote --from-domain staging --to-domain production --map hosts.yaml --to-url https://clients.example.com',
      ],
      'print JSON on stdout, as import does, and nothing else',
    ),
  )
    .requiredOption('--from-domain <domain>', 'where the clients are')
    .requiredOption('--to-domain <domain>', 'where to copy them')
    .requiredOption('--map <file>', 'YAML or JSON, a map of hosts; - is stdin')
    .option('-c, --client <client-id>', 'only this client; may be given several times', (id, ids: string[] = []) => [
      ...ids,
      id,
    ])
    .option('--to-url <url>', 'the server to copy them to, if it is another one; its key is in CLIENTELE_TO_API_KEY')
    .addOption(new Option('--prune', 'delete the clients there that the source does not have').conflicts('client'))
    .option('--plan', 'only say what would be done; exit code 2 when that is something')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(async (options) => {
      const { promote } = await import('../promote.js');
      await promote(options, outputOf(options));
    });
}

const HELP = `
The map of hosts. It must name every host in the URIs of the clients:
  app.staging.example.com: app.example.com
  http://localhost:3000: https://dev.example.com   # a scheme and a port, if needed
  cdn.example.com: cdn.example.com                 # stays
  localhost: false                                 # URIs with it are left out
Secrets, suspensions, expiries, and what is said of clients (owner, manager, lock) are not copied.`;
