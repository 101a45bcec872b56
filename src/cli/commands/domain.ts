import { type Command, InvalidArgumentError } from 'commander';
import { confirm } from '../ask.js';
import { leaf, outputOf } from '../leaf.js';
import { Session } from '../session.js';

const NONE = 'none';

export function addDomainCommands(program: Command): void {
  const domain = program.command('domain').description('the domains in which clients are registered');

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

  leaf(domain.command('policy').description('show the rules of a domain, or set them'), [
    'domain policy login.example.com',
    'domain policy login.example.com --max-secret-age-days 90',
    'domain policy login.example.com --max-secret-age-days none',
  ])
    .argument('<domain>')
    .option('--max-secret-age-days <days>', 'the largest age of secrets that are made from now on, or none', daysOrNone)
    .action(async (name: string, options) => {
      const session = new Session();
      const params = { path: { domain: name } };
      const { maxSecretAgeDays: days } = options as { maxSecretAgeDays?: number | typeof NONE };
      const policy = await session.data(
        days === undefined
          ? session.api.GET('/admin/domains/{domain}/policy', { params })
          : session.api.PUT('/admin/domains/{domain}/policy', {
              params,
              body: { maxSecretAgeDays: days === NONE ? null : days },
            }),
      );
      const output = outputOf(options);
      output.result(policy, (shown) => output.fields({ ...shown }));
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

/** NONE instead of null, because commander treats null as an empty text. */
function daysOrNone(text: string): number | typeof NONE {
  if (text === NONE) return NONE;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, or none.');
}
