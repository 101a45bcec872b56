import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { visibleLines } from '#visible';
import { addApplyCommand } from './commands/apply.js';
import { addAuditCommands } from './commands/audit.js';
import { addBulkCommands } from './commands/bulk.js';
import { addCheckCommand } from './commands/check.js';
import { addClientCommands } from './commands/client.js';
import { addConvertCommand } from './commands/convert.js';
import { addCredentialCommands } from './commands/credential.js';
import { addDomainCommands } from './commands/domain.js';
import { addDriftCommand } from './commands/drift.js';
import { addExpiringCommand } from './commands/expiring.js';
import { addPromoteCommand } from './commands/promote.js';
import { addSecretCommands } from './commands/secret.js';
import { addStoreCommands } from './commands/store.js';
import { addCompletion } from './completion.js';

const ENDS = `
Environment:
  CLIENTELE_URL         where the server is (default: http://localhost:7472)
  CLIENTELE_API_KEY     an API key or an access token
  CLIENTELE_TO_API_KEY  the one for what promote writes, if it is another
  NO_COLOR              no colours, also on a terminal

Exit codes:
  0   done, or nothing to do
  1   refused or failed
  2   there is something to do (apply --plan, promote --plan, drift, check,
      import --dry-run, migrate status)
  3   the server is away or cannot serve now
  64  the command cannot be understood

Examples:
  $ clientele domain create login.example.com
  $ clientele apply -f clients.yaml
  $ clientele client list --json
  $ clientele completion bash --help`;

/** All commands. Modules that only some commands need are imported when these run. */
export function clientele(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const program = new Command('clientele')
    .description('The command line of Clientele, the client registry.')
    .version(version)
    .exitOverride()
    // Set before commands are added, because they inherit it. Arguments may contain text that others wrote.
    .configureOutput({ writeErr: (text) => process.stderr.write(visibleLines(text)) })
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', ENDS);
  addDomainCommands(program);
  addCredentialCommands(program);
  addClientCommands(program);
  addSecretCommands(program);
  addExpiringCommand(program);
  addApplyCommand(program);
  addDriftCommand(program);
  addBulkCommands(program);
  addPromoteCommand(program);
  addCheckCommand(program);
  addConvertCommand(program);
  addAuditCommands(program);
  addStoreCommands(program);
  addCompletion(program);
  return program;
}
