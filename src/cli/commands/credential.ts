import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { AdminSchemas } from '#api-client';
import { confirm } from '../ask.js';
import { CliFailure, EXIT } from '../failure.js';
import { inPieces, leaf, outputOf, wholeNumber } from '../leaf.js';
import { Session } from '../session.js';
import { PERMISSIONS, type Permission } from '../vocabulary.js';

const KEEP_NOW = 'Keep the key (x-api-key) and the token (Bearer) now: they are shown this once.';

export function addCredentialCommands(program: Command): void {
  const credential = program.command('credential').description('who may talk to the server, and what they may do');

  leaf(credential.command('list').description('list the credentials that the key may see'), [
    'credential list',
    'credential list --json | jq -r ".[] | select(.revokedAt == null) | .name"',
  ]).action(async (options) => {
    const session = new Session();
    const found: AdminSchemas['Credential'][] = [];
    const pages = session.pages((query) => session.api.GET('/admin/credentials', { params: { query } }));
    for await (const page of pages) found.push(...page);
    const output = outputOf(options);
    output.result(found, (shown) =>
      output.table(
        ['ID', 'NAME', 'KEY', 'PREVIOUS KEY', 'SUBSCRIPTION', 'DOMAIN', 'EXPIRES', 'LAST USED', 'REVOKED'],
        shown.map(({ id, name, hint, previousHint, subscription, domain, expiresAt, lastUsedAt, revokedAt }) => [
          ...[id, name, `…${hint}`, previousHint === null ? null : `…${previousHint}`, subscription, domain],
          ...[dayOf(expiresAt), lastUsedAt, dayOf(revokedAt)],
        ]),
      ),
    );
  });

  leaf(credential.command('create').description('issue a credential; its values are shown this once'), [
    'credential create ci --domain default',
    'credential create gateway --permission secrets:verify audit:read --expires 2027-01-31T00:00:00Z',
    'credential create -d default -p clients:read,clients:write ci',
  ])
    .usage('[options] <name>')
    .argument('[name]', 'for whom it is')
    .option('-d, --domain <domain>', 'the one domain that it is good for; else all of the subscription')
    .option('--subscription <name>', 'whose it is; for the operator')
    .option('-p, --permission <permission...>', 'what it may do (default: clients:read clients:write)')
    .option(
      '--expires <instant>',
      'when it ends for good (default: in six months, or with your own key if that is sooner; renewed by rotate)',
    )
    .addHelpText(
      'after',
      `\nPermissions, with spaces or commas between them:\n${Object.entries(PERMISSIONS)
        .map(([permission, meaning]) => `  ${permission.padEnd(18)} ${meaning}`)
        .join('\n')}`,
    )
    .action(async (operand: string | undefined, options) => {
      const { domain, subscription, expires: expiresAt } = options;
      const { name, permissions } = nameAndPermissions(operand, options.permission);
      const session = new Session();
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
      output.remark(KEEP_NOW);
    });

  leaf(credential.command('rotate').description('give the key in use new values, which are shown this once'), [
    'credential rotate',
    'credential rotate --overlap 0   # the others end at once',
    'credential rotate --json | jq -r .apiKey',
  ])
    .option('--overlap <seconds>', 'for how long the present values stay good (default: a day)', wholeNumber)
    .addHelpText(
      'after',
      '\nFor the credential in CLIENTELE_API_KEY, and without any permission. While its previous values are good, only --overlap 0\nrotates again.',
    )
    .action(async (options) => {
      const session = new Session();
      const rotated = await session.data(
        session.api.POST('/admin/credentials/self/rotation', {
          body: { previousExpiresInSeconds: options.overlap },
          headers: { 'idempotency-key': randomUUID() },
        }),
      );
      const output = outputOf(options);
      output.result(rotated, ({ id, name, expiresAt, previousExpiresAt, apiKey, accessToken }) =>
        output.fields({ id, name, expires: expiresAt, previousExpires: previousExpiresAt, apiKey, accessToken }),
      );
      output.remark(KEEP_NOW);
    });

  leaf(credential.command('revoke').description('revoke a credential, on every instance within a second'), [
    'credential revoke 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e --yes',
  ])
    .argument('<credential-id>')
    .option('-y, --yes', 'do not ask')
    .action(async (id: string, options) => {
      const session = new Session();
      await confirm(`Revoke the credential ${id}, for good?`, options);
      await session.done(session.api.DELETE('/admin/credentials/{id}', { params: { path: { id } } }));
      outputOf(options).result({ revoked: id }, ({ revoked }) => `${revoked} is revoked.`);
    });
}

/**
 * An option with several values also takes the name that follows them. Values with a colon are permissions, the other one is
 * the name. The server checks everything else.
 */
function nameAndPermissions(
  operand: string | undefined,
  values: readonly string[] | undefined,
): { name: string; permissions: Permission[] | undefined } {
  const isName = (value: string) => operand === undefined && !value.includes(':');
  const [name = operand, ...more] = values?.filter(isName) ?? [];
  if (name === undefined || more.length > 0) {
    throw new CliFailure('There must be one name for the credential, before or after the options.', EXIT.usage);
  }
  const permissions = values?.filter((value) => !isName(value)).flatMap(inPieces);
  return { name, permissions: permissions as Permission[] | undefined };
}

function dayOf(instant: string | null): string | null {
  return instant?.slice(0, 10) ?? null;
}
