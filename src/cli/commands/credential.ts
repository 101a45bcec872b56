import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { AdminSchemas } from '#api-client';
import { confirm } from '../ask.js';
import { leaf, outputOf } from '../leaf.js';
import { Session } from '../session.js';

type Permission = AdminSchemas['CredentialDto']['permissions'][number];

export function addCredentialCommands(program: Command): void {
  const credential = program.command('credential').description('who may talk to the server, and what they may do');

  leaf(credential.command('list').description('list the credentials that the key may see'), [
    'credential list',
    'credential list --json | jq -r ".[] | select(.revokedAt == null) | .name"',
  ]).action(async (options) => {
    const session = new Session();
    const found: AdminSchemas['CredentialDto'][] = [];
    const pages = session.pages((query) => session.api.GET('/admin/credentials', { params: { query } }));
    for await (const page of pages) found.push(...page);
    const output = outputOf(options);
    output.result(found, (shown) =>
      output.table(
        ['ID', 'NAME', 'KEY', 'SUBSCRIPTION', 'DOMAIN', 'EXPIRES', 'LAST USED', 'REVOKED'],
        shown.map(({ id, name, hint, subscription, domain, expiresAt, lastUsedAt, revokedAt }) => [
          ...[id, name, `…${hint}`, subscription, domain],
          ...[dayOf(expiresAt), lastUsedAt, dayOf(revokedAt)],
        ]),
      ),
    );
  });

  leaf(credential.command('create').description('issue a credential; its values are shown this once'), [
    'credential create ci --domain default',
    'credential create gateway --permission secrets:verify audit:read --expires 2027-01-31T00:00:00Z',
  ])
    .argument('<name>', 'for whom it is')
    .option('-d, --domain <name>', 'the one domain that it is good for; else all of the subscription')
    .option('--subscription <name>', 'whose it is; for the operator')
    .option('-p, --permission <name...>', 'what it may do (default: clients:read clients:write)')
    .option('--expires <instant>', 'when it ends (default: in six months, or with your own key if that is sooner)')
    .action(async (name: string, options) => {
      const session = new Session();
      const { domain, subscription, expires: expiresAt } = options;
      // Which permissions there are, the server knows best.
      const permissions = options.permission as Permission[] | undefined;
      const issued = await session.data(
        session.api.POST('/admin/credentials', {
          body: { name, domain, subscription, permissions, expiresAt },
          headers: { 'idempotency-key': randomUUID() },
        }),
      );
      const output = outputOf(options);
      output.result(issued, ({ id, name, expiresAt, apiKey, accessToken }) =>
        output.fields({ id, name, expires: expiresAt, apiKey, accessToken }),
      );
      output.remark('Keep the key (x-api-key) and the token (Bearer) now: they are shown this once.');
    });

  leaf(credential.command('revoke').description('revoke a credential, on every instance within a second'), [
    'credential revoke 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e --yes',
  ])
    .argument('<id>')
    .option('-y, --yes', 'do not ask')
    .action(async (id: string, options) => {
      const session = new Session();
      await confirm(`Revoke the credential ${id}, for good?`, options);
      await session.done(session.api.DELETE('/admin/credentials/{id}', { params: { path: { id } } }));
      outputOf(options).result({ revoked: id }, ({ revoked }) => `${revoked} is revoked.`);
    });
}

function dayOf(instant: string | null): string | null {
  return instant?.slice(0, 10) ?? null;
}
