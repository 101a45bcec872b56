import type { Command } from 'commander';
import type { AdminSchemas } from '#api-client';
import { CliFailure, EXIT } from '../failure.js';
import { leaf, outputOf, withDomain, withManager } from '../leaf.js';
import type { Output } from '../output.js';
import { type ManagerOptions, Session } from '../session.js';

const WHOLE = '/admin/domains/{domain}/clients/{clientId}';
const ABOUT = '/admin/domains/{domain}/clients/{clientId}/about';

/** The commands about whose a client is, and who alone changes it. */
export function addAboutCommands(client: Command): void {
  withManager(
    withDomain(
      leaf(client.command('about').description('say whose a client is, or show it'), [
        'client about my-app',
        'client about my-app --owner "Team Shop" --contact shop@example.com --label team=shop tier=gold',
        'client about my-app --contact "" --remove-label tier   # take both away',
      ]),
    ),
  )
    .argument('<client-id>')
    .option('--owner <text>', 'whose it is; an empty text takes it away, here and below')
    .option('--contact <text>', 'whom to ask')
    .option('--description <text>', 'what it is for')
    .option('--label <key=value...>', 'labels to set')
    .option('--remove-label <key...>', 'labels to take away')
    .action(async (clientId: string, options) => {
      await showOrSay(clientId, options, outputOf(options));
    });

  withDomain(
    leaf(client.command('lock').description('have a client changed only in the name of its manager'), [
      'client lock my-app --managed-by terraform',
    ]),
  )
    .argument('<client-id>')
    .requiredOption('--managed-by <name>', 'the tool or the team that manages it from now on')
    .option('--force', 'for the operator: also if another manager has locked it')
    .action(async (clientId: string, options) => {
      const { managedBy } = options;
      await say(new Session().inNameOf(options), clientId, options, { managedBy, locked: true });
    });

  withManager(
    withDomain(
      leaf(client.command('unlock').description('have a client changed by everybody who may'), [
        'client unlock my-app --managed-by terraform',
        'client unlock my-app --force',
      ]),
    ),
  )
    .argument('<client-id>')
    .action(async (clientId: string, options) => {
      await say(new Session().inNameOf(options), clientId, options, { locked: false });
    });
}

/** The clients of which this is said. */
export async function showAbouts(
  session: Session,
  domain: string,
  asked: { owner?: string; managedBy?: string; label?: string },
  output: Output,
): Promise<void> {
  const found: AdminSchemas['ListedClient'][] = [];
  const pages = session.pages((query) =>
    session.api.GET('/admin/domains/{domain}/clients', { params: { path: { domain }, query: { ...asked, ...query } } }),
  );
  for await (const page of pages) found.push(...page);
  output.result(found, (shown) =>
    output.table(
      ['ID', 'NAME', 'OWNER', 'CONTACT', 'MANAGED BY', 'LOCKED', 'LABELS'],
      shown.map(({ clientId, clientName, about }) => [
        ...[clientId, clientName, about?.owner ?? null, about?.contact ?? null, about?.managedBy ?? null],
        ...[about?.locked ? 'yes' : 'no', about ? labelsText(about) : null],
      ]),
    ),
  );
}

interface AboutOptions extends ManagerOptions {
  readonly domain: string;
  readonly json?: boolean;
}

/** Says what the options name, or else only shows what is said. */
async function showOrSay(
  clientId: string,
  options: AboutOptions & Record<'owner' | 'contact' | 'description', string | undefined> & LabelOptions,
  output: Output,
): Promise<void> {
  const session = new Session().inNameOf(options);
  const { domain, owner, contact, description } = options;
  const labels = labelsIn(options);
  const texts = Object.entries({ owner, contact, description }).filter(([, text]) => text !== undefined);
  if (texts.length > 0 || labels) {
    const said = Object.fromEntries(texts.map(([field, text]) => [field, text === '' ? null : text]));
    return say(session, clientId, options, { ...said, labels });
  }
  const { about } = await session.data(session.api.GET(WHOLE, { params: { path: { domain, clientId } } }));
  output.result(about, (shown) => (shown ? aboutText(shown, output) : `Nothing is said of ${domain}/${clientId}.`));
}

interface LabelOptions {
  readonly label?: readonly string[];
  readonly removeLabel?: readonly string[];
}

/** As a merge patch; undefined = none is named. */
function labelsIn({ label = [], removeLabel = [] }: LabelOptions): Record<string, string | null> | undefined {
  if (label.length + removeLabel.length === 0) return undefined;
  const set = label.map((each) => {
    const [key, ...value] = each.split('=');
    if (value.length === 0) throw new CliFailure(`${each} is no label: write ${each}=value.`, EXIT.usage);
    return [key, value.join('=')];
  });
  return Object.fromEntries([...removeLabel.map((key) => [key, null]), ...set]);
}

async function say(
  session: Session,
  clientId: string,
  options: AboutOptions,
  body: AdminSchemas['DescribeClientRequest'],
): Promise<void> {
  const path = { domain: options.domain, clientId };
  const about = await session.data(session.api.PUT(ABOUT, { params: { path }, body }));
  const output = outputOf(options);
  output.result(about, (shown) => aboutText(shown, output));
}

type About = AdminSchemas['About'];

function aboutText({ owner, contact, description, managedBy, locked, ...about }: About, output: Output): string {
  const values = { owner, contact, description, labels: labelsText(about), managedBy, locked: locked ? 'yes' : 'no' };
  return output.fields(values);
}

function labelsText({ labels }: Pick<About, 'labels'>): string | null {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? null : texts.join(' ');
}

/** undefined = it is nobody's. */
export function aboutSentenceOf({ owner, managedBy, locked }: About): string | undefined {
  const whose = owner === null ? [] : [`belongs to ${owner}`];
  const manager = managedBy === null ? [] : [`is ${locked ? 'locked' : 'managed'} by ${managedBy}`];
  const parts = [...whose, ...manager];
  return parts.length === 0 ? undefined : `${parts.join(' and ')}.`;
}
