import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AdminSchemas } from '#api-client';
import { visibleValue } from '#visible';
import { confirm } from '../ask.js';
import { inPieces, leaf, outputOf, withDomain, withExpiry, withManager } from '../leaf.js';
import type { Output } from '../output.js';
import { Session } from '../session.js';
import { COLUMNS, type Column } from '../vocabulary.js';
import { aboutSentenceOf, addAboutCommands, showAbouts } from './about.js';

const CLIENT = '/v1/domain/{domain}/client/{clientId}';
const WHOLE = '/admin/domains/{domain}/clients/{clientId}';
const SUSPENSION = '/admin/domains/{domain}/clients/{clientId}/suspension';

export function addClientCommands(program: Command): void {
  const client = program.command('client').description('the clients of a domain, in the words of the v1 API');

  withDomain(
    leaf(client.command('list').description('list the clients: their ids, or the columns that are chosen'), [
      'client list',
      'client list --domain login.example.com --search shop',
      'client list --columns clientId,clientType,redirectUris',
      'client list --suspended',
      'client list --owner "Team Shop" --label tier=gold',
    ]),
  )
    .option('--search <text>', 'only ids that contain this')
    .option('--columns <columns>', 'fields as an export names them, with commas between them', columnsIn)
    .addOption(
      new Option('--suspended', 'only suspended ones, with why and until when').conflicts(['search', 'columns']),
    )
    .addOption(aboutFilter('--owner <owner>', 'only those of this owner, with what is said of them'))
    .addOption(aboutFilter('--managed-by <name>', 'only those that this tool or team manages'))
    .addOption(aboutFilter('--label <label>', 'only those with this label: key, or key=value'))
    .addHelpText('after', `\nColumns:\n${columnsText()}`)
    .action(async (options) => {
      const session = new Session();
      const { domain, search, columns, suspended } = options;
      if (suspended) return showSuspended(session, domain, outputOf(options));
      const { owner, managedBy, label } = options;
      if ([owner, managedBy, label].some((asked) => asked !== undefined))
        return showAbouts(session, domain, { owner, managedBy, label }, outputOf(options));
      if (columns) {
        const { showColumns } = await import('../client-table.js');
        return showColumns(session, { domain, search, columns }, outputOf(options));
      }
      const clients = await session.list(
        session.api.GET('/v1/domain/{domain}/client', { params: { path: { domain }, query: { search } } }),
      );
      outputOf(options).result(clients, (shown) => shown.map(({ clientId }) => clientId).join('\n'));
    });

  withDomain(
    leaf(client.command('show').description('show a client, as YAML that can be applied again'), [
      'client show my-app > my-app.yaml',
    ]),
  )
    .argument('<client-id>')
    .action(async (clientId: string, options) => {
      const session = new Session();
      const path = { domain: options.domain as string, clientId };
      const found = await session.data(session.api.GET(CLIENT, { params: { path } }));
      const { data: whole } = await session.answer(session.api.GET(WHOLE, { params: { path } }));
      const { yamlOf } = await import('../yaml.js');
      const output = outputOf(options);
      // `found` and not the escaped copy, because applying this YAML must give the same client.
      output.result(found, () => yamlOf(found));
      const { suspension, about } = whole ?? {};
      if (suspension) output.remark(`${path.domain}/${clientId} ${sentenceOf(visibleValue(suspension))}`);
      const sentence = about && aboutSentenceOf(visibleValue(about));
      if (sentence) output.remark(`${path.domain}/${clientId} ${sentence}`);
    });

  withManager(
    withDomain(
      leaf(
        client.command('suspend').description('suspend a client; its secrets no longer verify until it is resumed'),
        [
          `client suspend my-app --reason 'its secret was found in a repository'`,
          'client suspend my-app --until 2026-12-24T18:00:00Z --yes',
        ],
      ),
    ),
  )
    .argument('<client-id>')
    .option('--reason <text>', 'why, for others to read')
    .option('--until <instant>', 'when the suspension ends by itself (default: when it is resumed)')
    .option('-y, --yes', 'do not ask')
    .action(async (clientId: string, options) => {
      const session = new Session().inNameOf(options);
      const { domain, reason, until } = options;
      await confirm(`Suspend the client ${domain}/${clientId}? Its application stops working.`, options);
      const suspension = await session.data(
        session.api.PUT(SUSPENSION, { params: { path: { domain, clientId } }, body: { reason, until } }),
      );
      outputOf(options).result(suspension, (shown) => `${domain}/${clientId} ${sentenceOf(shown)}`);
    });

  withManager(
    withDomain(
      leaf(client.command('resume').description('resume a suspended client; its secrets verify again'), [
        'client resume my-app',
      ]),
    ),
  )
    .argument('<client-id>')
    .action(async (clientId: string, options) => {
      const session = new Session().inNameOf(options);
      const path = { domain: options.domain as string, clientId };
      await session.done(session.api.DELETE(SUSPENSION, { params: { path } }));
      outputOf(options).result({ resumed: clientId }, () => `${path.domain}/${clientId} is not suspended.`);
    });

  addAboutCommands(client);

  withManager(
    withExpiry(
      withDomain(
        leaf(client.command('apply').description('make a client what a file says: plan, ask, apply'), [
          'client apply my-app -f my-app.yaml',
          'client show my-app | sed s/60/90/ | clientele client apply my-app -f - --yes',
        ]),
      ),
    ),
  )
    .argument('<client-id>')
    .requiredOption('-f, --file <file>', 'YAML or JSON, the fields of one client; - is stdin')
    .option('--plan', 'only say what would be done; exit code 2 when that is something')
    .option('-y, --yes', 'do not ask')
    .action(async (clientId: string, options) => {
      const { readDeclaration } = await import('../declarations.js');
      const { apply } = await import('../apply.js');
      await apply(readDeclaration(options.file, { ...options, clientId }), options, outputOf(options));
    });

  withManager(
    withDomain(
      leaf(client.command('delete').description('delete a client; its application stops working at once'), [
        'client delete my-app --yes',
      ]),
    ),
  )
    .argument('<client-id>')
    .option('-y, --yes', 'do not ask')
    .action(async (clientId: string, options) => {
      const session = new Session().inNameOf(options);
      const path = { domain: options.domain as string, clientId };
      await confirm(`Delete the client ${path.domain}/${clientId}?`, options);
      await session.done(session.api.DELETE(CLIENT, { params: { path } }));
      outputOf(options).result({ deleted: clientId }, () => `${path.domain}/${clientId} is gone.`);
    });

  withDomain(
    leaf(client.command('deleted').description('list the clients that were deleted within the last 30 days'), [
      'client deleted',
      'client deleted --json | jq -r ".[].clientId"',
    ]),
  ).action(async (options) => {
    const session = new Session();
    const path = { domain: options.domain as string };
    const found: AdminSchemas['DeletedClient'][] = [];
    const pages = session.pages((query) =>
      session.api.GET('/admin/domains/{domain}/deleted', { params: { path, query } }),
    );
    for await (const page of pages) found.push(...page);
    const output = outputOf(options);
    output.result(found, (shown) =>
      output.table(
        ['ID', 'NAME', 'DELETED', 'BY', 'RESTORABLE UNTIL'],
        shown.map(({ clientId, clientName, deletedAt, deletedBy, restorableUntil }) => [
          ...[clientId, clientName, deletedAt, deletedBy.name, restorableUntil],
        ]),
      ),
    );
  });

  withDomain(
    leaf(client.command('restore').description('bring back a client that was deleted within the last 30 days'), [
      'client restore my-app',
    ]),
  )
    .argument('<client-id>')
    .addHelpText('after', '\nFor the operator. Its old secrets stay dead: a Confidential client gets a new one.')
    .action(async (clientId: string, options) => {
      const session = new Session();
      const restored = await session.data(
        session.api.POST('/admin/domains/{domain}/clients/{clientId}/restore', {
          params: { path: { domain: options.domain as string, clientId } },
          headers: { 'idempotency-key': randomUUID() },
        }),
      );
      const output = outputOf(options);
      output.result(restored, ({ clientId: id, clientSecret }) => {
        const told = clientSecret === undefined ? '' : `, client secret ${clientSecret}`;
        return `${options.domain}/${id}: restored${told}`;
      });
      if (restored.clientSecret !== undefined) output.remark('Keep the secret now: it is shown this once.');
    });
}

async function showSuspended(session: Session, domain: string, output: Output): Promise<void> {
  const suspended: AdminSchemas['SuspendedClient'][] = [];
  const pages = session.pages((query) =>
    session.api.GET('/admin/domains/{domain}/suspensions', { params: { path: { domain }, query } }),
  );
  for await (const page of pages) suspended.push(...page);
  output.result(suspended, (shown) =>
    output.table(
      ['ID', 'NAME', 'SINCE', 'UNTIL', 'REASON'],
      shown.map(({ clientId, clientName, since, until, reason }) => [clientId, clientName, since, until, reason]),
    ),
  );
}

function aboutFilter(flags: string, meaning: string): Option {
  return new Option(flags, meaning).conflicts(['search', 'columns', 'suspended']);
}

function sentenceOf({ since, until, reason }: AdminSchemas['Suspension']): string {
  const end = until === null ? '' : `, until ${until}`;
  return `is suspended since ${since}${end}${reason === null ? '.' : `: ${reason}`}`;
}

function columnsIn(text: string): Column[] {
  const columns = inPieces(text);
  const unknown = columns.filter((column) => !Object.hasOwn(COLUMNS, column));
  if (columns.length > 0 && unknown.length === 0) return columns as Column[];
  const what = unknown.length === 0 ? 'No column is named.' : `There is no column ${unknown.join(', ')}.`;
  throw new InvalidArgumentError(`${what} There are: ${Object.keys(COLUMNS).join(', ')}.`);
}

function columnsText(): string {
  return Object.entries(COLUMNS)
    .map(([column, meaning]) => `  ${column.padEnd(24)} ${meaning}`)
    .join('\n');
}
