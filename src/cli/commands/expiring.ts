import type { Command } from 'commander';
import type { AdminSchemas } from '#api-client';
import { leaf, outputOf } from '../leaf.js';
import { Session } from '../session.js';

type Ending = AdminSchemas['Ending'];

export function addExpiringCommand(program: Command): void {
  leaf(program.command('expiring').description('which secrets, credentials and clients end soon, and who made them'), [
    'expiring',
    'expiring --within 7d --domain login.example.com',
    'expiring --json | jq -r ".[].clientId"',
  ])
    .option('--within <span>', 'how soon, in days or hours: 30d, 12h', '30d')
    .option('-d, --domain <domain>', 'only what belongs to this domain; else to all that the key reaches')
    .action(async (options) => {
      const { within, domain } = options;
      const session = new Session();
      const found: Ending[] = [];
      const pages = session.pages<Ending>((query) =>
        session.api.GET('/admin/expiring', { params: { query: { within, domain, ...query } } }),
      );
      for await (const page of pages) found.push(...page);
      const output = outputOf(options);
      output.result(found, (shown) =>
        shown.length === 0
          ? `Nothing ends within ${within}.`
          : output.table(['ENDS', 'DAYS', 'WHAT', 'DOMAIN', 'CLIENT', 'NAME', 'HINT', 'MADE', 'BY'], shown.map(rowOf)),
      );
    });
}

function rowOf({ kind, domain, clientId, name, hint, expiresAt, daysLeft, createdAt, createdBy }: Ending) {
  const [ends, made] = [expiresAt, createdAt].map((instant) => instant.slice(0, 10));
  return [
    ends!,
    String(daysLeft),
    kind,
    domain,
    clientId,
    name,
    hint === '' ? null : `…${hint}`,
    made!,
    createdBy?.name ?? null,
  ];
}
