import type { Command, Option } from 'commander';
import { Session } from './session.js';
import { readCliSettings } from './settings.js';
import { COLUMNS, KINDS as EXPORTS, FINDINGS, PERMISSIONS } from './vocabulary.js';

/** The directives that the shell scripts understand, with the same numbers as in Cobra, which many tools use. */
const DIRECTIVE = { files: 0, noFiles: 4, noFilesNorSpace: 6 } as const;
/** How long completion may take, in ms, because somebody waits at the keyboard. */
const PATIENCE_MS = 1000;
const MOST = 100;
/** Words that a shell takes literally. Any other word could run something when it is entered. */
const PLAIN = /^[\w.-]+$/;

/** Possible words, each with its meaning. */
type Candidates = Readonly<Record<string, string>>;

/** Where in the command the last word is. */
interface Place {
  readonly command: Command;
  /** The arguments before the last word. */
  readonly operands: readonly string[];
  /** The option whose value the last word is, if any. */
  readonly option?: Option;
  readonly domain: string;
}

/** The candidates for the last word, or for the part after its `=`, one per line, and a last line with a directive. */
export async function completionsOf(program: Command, words: readonly string[]): Promise<string> {
  const last = words.at(-1) ?? '';
  const [, flag, value] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
  const place = placeOf(program, flag === undefined ? words.slice(0, -1) : [...words.slice(0, -1), flag]);
  const begun = value ?? last;
  const kind = kindOf(place, begun);
  if (kind === 'file') return `:${DIRECTIVE.files}\n`;
  const candidates = (await KINDS[kind]?.(place, begun)) ?? {};
  const lines = Object.entries(candidates)
    .filter(([candidate]) => candidate.startsWith(begun))
    .map(([candidate, meaning]) => `${candidate}\t${meaning}`);
  return [...lines, `:${kind === 'columns' ? DIRECTIVE.noFilesNorSpace : DIRECTIVE.noFiles}`, ''].join('\n');
}

/** How to list the values of an option or argument, by its placeholder in the help. */
const KINDS: {
  readonly [kind: string]: ((place: Place, begun: string) => Candidates | Promise<Candidates>) | undefined;
} = {
  flag: ({ command }) => {
    const options = command.createHelp().visibleOptions(command);
    return Object.fromEntries(options.flatMap(({ short, long, description }) => namesOf(short, long, description)));
  },
  command: ({ command }) => {
    const commands = command.createHelp().visibleCommands(command);
    return Object.fromEntries(commands.map((each) => [each.name(), each.description()]));
  },
  shell: ({ command }) => described(command.registeredArguments[0]!.argChoices ?? []),
  order: ({ option }) => described(option?.argChoices ?? []),
  permission: () => PERMISSIONS,
  code: () => FINDINGS,
  kind: () => EXPORTS,
  // Completes the part after the last comma, with values that are not in the list yet.
  columns: (_, begun) => {
    const named = begun.slice(0, begun.lastIndexOf(',') + 1);
    const others = Object.entries(COLUMNS).filter(([column]) => !named.split(',').includes(column));
    return Object.fromEntries(others.map(([column, meaning]) => [`${named}${column}`, meaning]));
  },
  domain: () =>
    asked(async (session) => {
      const domains = await session.list(session.api.GET('/v1/domain'));
      return domains.map(({ domain }) => domain);
    }),
  'client-id': ({ domain }, begun) =>
    asked(async (session) => {
      const query = { search: begun === '' ? undefined : begun, limit: MOST };
      const clients = await session.list(
        session.api.GET('/v1/domain/{domain}/client', { params: { path: { domain }, query } }),
      );
      return clients.map(({ clientId }) => clientId);
    }),
  'secret-id': ({ domain, operands: [clientId = ''] }) =>
    asked(async (session) => {
      const path = { domain, clientId };
      const secrets = await session.list(
        session.api.GET('/v1/domain/{domain}/client/{clientId}/secrets', { params: { path } }),
      );
      return secrets.map(({ id }) => id);
    }),
  'credential-id': () =>
    asked(async (session) => {
      const credentials = await session.list(session.api.GET('/admin/credentials', { params: { query: {} } }));
      return credentials.flatMap(({ id, revokedAt }) => (revokedAt === null ? [id] : []));
    }),
};

function kindOf({ command, operands, option }: Place, begun: string): string {
  if (option) return nameIn(option.flags);
  if (begun.startsWith('-')) return 'flag';
  if (command.commands.length > 0) return 'command';
  return command.registeredArguments[operands.length]?.name() ?? 'nothing';
}

/** Parses the words as the commands would. */
function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  let domain = 'default';
  const operands: string[] = [];
  for (const word of words) {
    const [, flag = word, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    const found = word.startsWith('-')
      ? command.options.find(({ short, long }) => short === flag || long === flag)
      : undefined;
    const sub = command.commands.find((each) => each.name() === word);
    if (option && !found) {
      if (isDomain(option)) domain = word;
      if (!option.variadic) option = undefined;
    } else if (found) {
      if (isDomain(found) && value !== undefined) domain = value;
      option = value === undefined && (found.required || found.optional) ? found : undefined;
    } else if (sub) command = sub;
    else operands.push(word);
  }
  return { command, operands, option, domain };
}

/** Whether it says where the clients are that can be named. */
function isDomain({ long }: Option): boolean {
  return long === '--domain' || long === '--from-domain';
}

/** `-d, --domain <domain>` → `domain`. */
function nameIn(flags: string): string {
  return /<([\w-]+)/.exec(flags)?.[1] ?? 'nothing';
}

function namesOf(short: string | undefined, long: string | undefined, description: string): [string, string][] {
  return [long, short].flatMap((name) => (name === undefined ? [] : [[name, description]]));
}

/** The server's answer; empty if it does not come in time or is a failure. */
async function asked(ask: (session: Session) => Promise<readonly string[]>): Promise<Candidates> {
  try {
    const values = await ask(new Session(readCliSettings(), PATIENCE_MS));
    return described(values.filter((value) => PLAIN.test(value)));
  } catch {
    return {};
  }
}

function described(values: readonly string[]): Candidates {
  return Object.fromEntries(values.map((value) => [value, '']));
}
