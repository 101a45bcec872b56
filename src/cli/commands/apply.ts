import type { Command } from 'commander';
import { leaf, outputOf, withExpiry, withManager } from '../leaf.js';

export function addApplyCommand(program: Command): void {
  withManager(
    withExpiry(
      leaf(program.command('apply').description('make clients what a file says: plan, ask, apply'), [
        'apply -f clients.yaml',
        'apply -f clients.yaml --plan   # exit code 2 when there is something to do',
        'apply -f clients.yaml --yes --json',
        'apply -f preview.yaml --yes --expires-in 86400   # the clients expire in a day; a repetition renews them',
        'apply -f managed.yaml --prune   # removes what its managedBy manages and it does not name',
      ]),
    ),
  )
    .requiredOption('-f, --file <file>', 'YAML or JSON, a list of clients; - is stdin')
    .option('-d, --domain <domain>', 'the domain of clients that name none', 'default')
    .option('--plan', 'only say what would be done; exit code 2 when that is something')
    .option('--prune', 'remove the clients that the file’s manager manages and the file does not name')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', FILE_HELP)
    .action(async (options) => {
      const { readDeclarations } = await import('../declarations.js');
      const { apply } = await import('../apply.js');
      await apply(readDeclarations(options.file, options), options, outputOf(options));
    });
}

const FILE_HELP = `
The file, in the words of the v1 API:
  - clientId: my-app
    domain: login.example.com
    clientType: Confidential
    grantType: AuthorizationCode
    redirectUris: [https://my-app.example.com/callback]
    expiresInSeconds: 86400   # the server deletes it then; without this, the expiry stays as it is
Clients that the file does not name stay as they are.

With a manager, which is set on all clients of the file and locks them, in the place of the list:
  managedBy: shop-infrastructure
  clients:
    - clientId: my-app
      …`;
