import type { Command } from 'commander';
import { EXIT } from '../failure.js';
import { leaf, outputOf } from '../leaf.js';

const BESIDE = `
This runs beside the database, with the settings of the server (DATABASE_URL, or
DATA_DIR while the server is stopped), and needs no key.`;

export function addStoreCommands(program: Command): void {
  const migrate = program.command('migrate').description('the tables of the database').addHelpText('after', BESIDE);

  leaf(migrate.command('status').description('which migrations are applied; exit code 2 when some are not'), [
    'migrate status || clientele migrate up',
  ])
    .addHelpText('after', BESIDE)
    .action(async (options) => {
      const { migrationStates } = await import('../beside-the-database.js');
      const states = await migrationStates();
      const output = outputOf(options);
      output.result(states, (shown) =>
        output.table(
          ['MIGRATION', 'STATE'],
          shown.map(({ name, applied }) => [name, applied ? 'applied' : 'pending']),
        ),
      );
      if (states.some(({ applied }) => !applied)) process.exitCode = EXIT.pending;
    });

  leaf(migrate.command('up').description('apply the migrations that are pending; safe while servers start'), [
    'migrate up',
  ])
    .addHelpText('after', BESIDE)
    .action(async (options) => {
      const { migrateUp } = await import('../beside-the-database.js');
      const applied = await migrateUp();
      outputOf(options).result({ applied }, () =>
        applied.length === 0 ? 'Nothing is pending.' : applied.map((name) => `applied  ${name}`).join('\n'),
      );
    });

  const operator = program
    .command('operator')
    .description('the credential that may do everything')
    .addHelpText('after', BESIDE);

  leaf(operator.command('reset').description('make a new credential for the operator, shown this once'), [
    'operator reset',
  ])
    .addHelpText(
      'after',
      `${BESIDE}\nIt needs SECRET_PEPPER as the server has it, and PUBLIC_URL for the issuer that the token names.`,
    )
    .action(async (options) => {
      const { resetOperator } = await import('../beside-the-database.js');
      const issued = await resetOperator();
      const output = outputOf(options);
      output.result(issued, (shown) => output.fields({ ...shown }));
      output.remark(
        'Keep the key and the token now: they are shown this once. The operator’s older credentials are still valid: `credential revoke` ends them.',
      );
    });
}
