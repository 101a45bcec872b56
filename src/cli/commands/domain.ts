import type { Command } from 'commander';
import { confirm } from '../ask.js';
import { leaf, outputOf } from '../leaf.js';
import { Session } from '../session.js';

export function addDomainCommands(program: Command): void {
  const domain = program.command('domain').description('the realms in which clients are registered');

  leaf(domain.command('list').description('list the domains that the key reaches'), ['domain list --json']).action(
    async (options) => {
      const session = new Session();
      const domains = await session.list(session.api.GET('/v1/domain'));
      outputOf(options).result(domains, (shown) => shown.map((each) => each.domain).join('\n'));
    },
  );

  leaf(domain.command('create').description('create a domain'), ['domain create login.example.com'])
    .argument('[name]', 'its name; without one, the server makes one')
    .option('--subscription <name>', 'whose it is; for the operator')
    .action(async (name: string | undefined, options) => {
      const session = new Session();
      const body = { domain: name, subscription: options.subscription };
      const created = await session.data(session.api.POST('/v1/domain', { body }));
      outputOf(options).result(created, ({ domain }) => domain);
    });

  leaf(domain.command('delete').description('delete a domain and its clients, for good'), [
    'domain delete login.example.com --yes',
  ])
    .argument('<domain>')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options) => {
      const session = new Session();
      await confirm(`Delete the domain ${name} and every client in it, for good?`, options);
      await session.done(session.api.DELETE('/v1/domain/{domain}', { params: { path: { domain: name } } }));
      outputOf(options).result({ deleted: name }, ({ deleted }) => `${deleted} is gone.`);
    });
}
