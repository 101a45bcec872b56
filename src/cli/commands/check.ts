import type { Command } from 'commander';
import type { AdminSchemas } from '#api-client';
import { EXIT } from '../failure.js';
import { leaf, outputOf, withDomain } from '../leaf.js';
import type { Output } from '../output.js';
import { progress } from '../progress.js';
import { Session } from '../session.js';
import { FINDINGS } from '../vocabulary.js';

type Finding = AdminSchemas['Finding'];

export function addCheckCommand(program: Command): void {
  withDomain(
    leaf(
      program
        .command('check')
        .description('find what somebody should look at among the clients of a domain; changes nothing'),
      [
        'check   # exit code 2 when there is something',
        'check --domain login.example.com --code secret_never_expires --json',
        'check --not-seen-for 30d --policies policy.employees,policy.partners',
      ],
    ),
  )
    .option('--code <code>', 'only findings with this code')
    .option('-c, --client <client-id>', 'only findings about this client')
    .option('--not-seen-for <days>', 'after how many days without a sighting a client is found, such as 90d')
    .option('--policies <ids>', 'all policies that there are, with commas: finds those that name none of them')
    .addHelpText('after', `\nCodes:\n${codesText()}`)
    .action(async (options) => {
      const session = new Session();
      const { domain, code, client: clientId, notSeenFor, policies } = options;
      const asked = { code, clientId, notSeenFor, policies };
      const found: Finding[] = [];
      const pages = session.pages<Finding>((query) =>
        session.api.GET('/admin/domains/{domain}/findings', {
          params: { path: { domain }, query: { ...asked, ...query } },
        }),
      );
      const pagesRead = await progress('Pages of clients');
      try {
        for await (const page of pages) {
          found.push(...page);
          pagesRead.step();
        }
      } finally {
        pagesRead.stop();
      }
      const output = outputOf(options);
      output.result(found, (shown) =>
        shown.length === 0 ? `Nothing was found in ${domain}.` : tableOf(shown, output),
      );
      if (found.length > 0) process.exitCode = EXIT.pending;
    });
}

/** A table of the findings, and below it, once for each code, what to do. */
function tableOf(findings: readonly Finding[], output: Output): string {
  const table = output.table(
    ['CLIENT', 'CODE', 'FINDING'],
    findings.map(({ clientId, code, sentence }) => [clientId, code, sentence]),
  );
  const kinds = new Map(findings.map((finding) => [finding.code, finding]));
  const advice = [...kinds.values()].map(
    ({ code, whatToDo, source }) => `${output.paint('bold', code)}: ${whatToDo} (${source.name}, ${source.href})`,
  );
  return [table, ...advice].join('\n\n');
}

function codesText(): string {
  return Object.entries(FINDINGS)
    .map(([code, meaning]) => `  ${code.padEnd(22)} ${meaning}`)
    .join('\n');
}
