import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { leaf, outputOf, withDomain } from '../leaf.js';
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

  withDomain(
    leaf(secret.command('rotate').description('add a secret; the older ones end after an overlap'), [
      'secret rotate my-app',
      'secret rotate my-app --overlap 0   # the older ones end at once',
    ]),
  )
    .argument('<client-id>')
    .option('--overlap <seconds>', 'for how long the older ones stay good (default: a day)', wholeNumber)
    .option('--name <text>', 'what to call it')
    .option('--expires <instant>', 'when the new one ends (default: never)')
    .action(async (clientId: string, options) => {
      const session = new Session();
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
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
