import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { confirm } from '../ask.js';
import { leaf, outputOf, wholeNumber, withDomain, withManager } from '../leaf.js';
import { Session } from '../session.js';

export function addSecretCommands(program: Command): void {
  const secret = program.command('secret').description('the secrets of a Confidential client');

  withDomain(
    leaf(secret.command('list').description('list the live secrets of a client, never their values'), [
      'secret list my-app',
    ]),
  )
    .argument('<client-id>')
    .action(async (clientId: string, options) => {
      const session = new Session();
      const path = { domain: options.domain as string, clientId };
      const secrets = await session.list(
        session.api.GET('/v1/domain/{domain}/client/{clientId}/secrets', { params: { path } }),
      );
      const output = outputOf(options);
      output.result(secrets, (shown) =>
        output.table(
          ['ID', 'NAME', 'SECRET', 'CREATED', 'EXPIRES', 'LAST USED'],
          shown.map(({ id, name, hint, createdAt, expiresAt, lastUsedAt }) => [
            ...[id, name, hint === '' ? '(chosen)' : `…${hint}`],
            ...[createdAt, expiresAt, lastUsedAt],
          ]),
        ),
      );
    });

  withManager(
    withDomain(
      leaf(secret.command('rotate').description('add a secret; the older ones expire after an overlap'), [
        'secret rotate my-app',
        'secret rotate my-app --overlap 0   # the older ones expire at once',
      ]),
    ),
  )
    .argument('<client-id>')
    .option('--overlap <seconds>', 'for how long the older ones stay valid (default: a day)', wholeNumber)
    .option('--name <text>', 'what to call it')
    .option('--expires <instant>', 'when the new one expires (default: never, or as the rules of the domain say)')
    .action(async (clientId: string, options) => {
      const session = new Session().inNameOf(options);
      const { domain, name, overlap: previousExpiresInSeconds, expires: expiresAt } = options;
      const added = await session.data(
        session.api.POST('/v1/domain/{domain}/client/{clientId}/secrets', {
          params: { path: { domain, clientId } },
          body: { name, expiresAt, previousExpiresInSeconds },
          headers: { 'idempotency-key': randomUUID() },
        }),
      );
      const output = outputOf(options);
      output.result(added, ({ id, expiresAt, clientSecret }) =>
        output.fields({ id, expires: expiresAt, clientSecret }),
      );
      output.remark('Keep the secret now: it is shown this once.');
    });

  withManager(
    withDomain(
      leaf(secret.command('revoke').description('revoke a secret at once; not the last one of a client'), [
        'secret revoke my-app 6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e --yes   # its id, from secret list',
      ]),
    ),
  )
    .argument('<client-id>')
    .argument('<secret-id>')
    .option('-y, --yes', 'do not ask')
    .action(async (clientId: string, secretId: string, options) => {
      const session = new Session().inNameOf(options);
      const path = { domain: options.domain as string, clientId, secretId };
      await confirm(`Revoke the secret ${secretId} of ${path.domain}/${clientId}, for good?`, options);
      await session.done(
        session.api.DELETE('/v1/domain/{domain}/client/{clientId}/secrets/{secretId}', { params: { path } }),
      );
      outputOf(options).result({ revoked: secretId }, ({ revoked }) => `${revoked} is revoked.`);
    });
}
