import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from './processes.js';
import { OPERATOR_KEY } from './test-server.js';

export const CLI = 'dist/src/cli/main.js';
const SERVER = 'dist/src/main.js';

export interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `clientele <args>` does with these settings and nothing else in its environment; `isUnread`: nobody reads its stdout. */
export type CommandLine = (
  args: readonly string[],
  options?: { env?: Record<string, string>; input?: string; isUnread?: boolean },
) => Promise<Told>;

/** The command line, run as a process against the server at `url`, by default as the operator. */
export function commandLine(url: string): CommandLine {
  return (args, { env = {}, input = '', isUnread = false } = {}) =>
    told(process.execPath, [CLI, ...args], { ...settingsFor(url), ...env }, input, isUnread);
}

/**
 * The same without a process for each command: one that has loaded its modules already runs them, by the same main.ts. Where it
 * is busy, or where streams of the system matter, there is a process all the same.
 */
export function warmCommandLine(url: string): CommandLine {
  const cold = commandLine(url);
  return async (args, options = {}) => {
    const { env = {}, input = '', isUnread } = options;
    // These read the descriptor of stdin, which only a process of its own has.
    if (isBusy || isUnread || /(-f|--map) -( |$)/.test(args.join(' '))) return cold(args, options);
    return toldByWarm({ program: CLI, args, env: { PATH: process.env.PATH, ...settingsFor(url), ...env }, input });
  };
}

/** What the server says, with these settings, when it cannot start; by such a process, too. */
export function toldByServer(settings: Record<string, string>): Promise<Told> {
  return toldByWarm({ program: SERVER, args: [], env: { PATH: process.env.PATH, ...settings }, input: '' });
}

export interface Run {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
}

/** One for all specs that a worker of jest runs; it ends when that worker does. */
let warm: ChildProcess | undefined;
let isBusy = false;

async function toldByWarm(run: Run): Promise<Told> {
  isBusy = true;
  try {
    warm ??= startWarm();
    const ended = new AbortController();
    const { signal } = ended;
    const told = Promise.race([
      once(warm, 'message', { signal }).then(([answer]) => answer as Told),
      once(warm, 'exit', { signal }).then(() =>
        Promise.reject(new Error(`ended within: ${run.program} ${run.args.join(' ')}`)),
      ),
    ]);
    warm.send(run);
    return await told.finally(() => ended.abort());
  } finally {
    isBusy = false;
  }
}

function startWarm(): ChildProcess {
  const started = fork('test/support/warm-process.mjs', {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  started.once('exit', () => {
    warm = undefined;
  });
  started.unref();
  started.channel?.unref();
  return started;
}

/** What is typed, perhaps only when something is shown. */
type Typing = string | ((shown: (pattern: RegExp) => Promise<void>) => Promise<string>);

/** The same at a terminal, where `input` is typed; what is shown is in `stdout`. */
export function atTerminal(url: string, args: readonly string[], input: Typing): Promise<Told> {
  const command = [process.execPath, CLI, ...args].map((arg) => `'${arg}'`).join(' ');
  return inTerminal(command, { ...settingsFor(url), TERM: 'xterm-256color' }, input);
}

/** What a bash at a terminal shows of what is typed; programs are looked for in `bin` first. */
export function inBash(url: string, bin: string, input: string): Promise<Told> {
  const settings = { ...settingsFor(url), TERM: 'xterm', PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  return inTerminal('bash --norc --noprofile -i', settings, input);
}

function inTerminal(command: string, env: Record<string, string>, input: Typing): Promise<Told> {
  const script =
    process.platform === 'linux' ? ['-qefc', command, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', command];
  return told('script', script, env, input);
}

export function settingsFor(url: string): Record<string, string> {
  return { CLIENTELE_URL: url, CLIENTELE_API_KEY: OPERATOR_KEY };
}

function told(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  input: Typing,
  isUnread = false,
): Promise<Told> {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env } });
  if (isUnread) child.stdout.destroy();
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  child.stdin.on('error', () => {});
  if (typeof input === 'string') child.stdin.end(input);
  else {
    const shown = (pattern: RegExp) => until(`${pattern} is shown`, () => pattern.test(texts.stdout));
    void input(shown).then((text) => child.stdin.end(text));
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}
