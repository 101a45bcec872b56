import { type Command, Option } from 'commander';
import { leaf } from '../leaf.js';
import { KINDS } from '../vocabulary.js';

export function addConvertCommand(program: Command): void {
  leaf(
    program.command('convert').description('make lines for an import of what another system exports, and a report'),
    [
      'convert --from keycloak realm.json -o clients.ndjson && clientele import clients.ndjson --dry-run',
      'convert --from auth0 tenant.yaml --ids ids.yaml --report report.txt > clients.ndjson',
    ],
    'the report as JSON: a line for each client, and one with the sums',
  )
    .argument('<file...>', 'what was exported; - is stdin')
    .addOption(
      new Option('--from <kind>', 'the system that the files come from')
        .choices(Object.keys(KINDS))
        .makeOptionMandatory(),
    )
    .option('--ids <file>', 'a map from their ids to ours, as YAML or JSON')
    .option(
      '-o, --output <file>',
      'write the lines to this file, which appears only when it is complete; else to stdout',
    )
    .option('--report <file>', 'write the report to this file; else to stderr')
    .option('--allow-plain-http', 'keep plain http URIs, for a server with ALLOW_HTTP_CALLBACKS')
    .option('--with-secrets', 'copy the secrets that are in the files, in the clear or as hashes')
    .addHelpText('after', KIND_HELP)
    .action(async (files: string[], options) => {
      const { convert } = await import('../convert.js');
      await convert(files, options);
    });
}

const KIND_HELP = `
Kinds:
${Object.entries(KINDS)
  .map(([kind, what]) => `  ${kind.padEnd(12)}${what}`)
  .join('\n')}

Without --with-secrets, no secret is copied. The report never contains one. The command needs no server.`;
