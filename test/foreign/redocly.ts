// Redocly’s linter and its runner of workflows, Respect.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../bench/postgres.js';
import type { Undo } from '../../bench/undo.js';
import type { Texts } from './served-documents.js';

/** What workflows name as the server; whoever has one there can run them by hand. */
const NAMED = 'http://localhost:7472';

/** An Arazzo description, and where and with which OpenAPI documents it is run. */
export interface Walk {
  /** The name of its file. */
  readonly file: string;
  readonly text: string;
  /** By the names of their APIs. */
  readonly documents: Texts;
  readonly url: string;
}

/** A sentence, and the file of the workflow that it is about. */
interface Fault {
  readonly file: string;
  readonly sentence: string;
}

/** What Respect reports; a step that runs a workflow has steps itself. */
interface Executed {
  readonly workflowId: string;
  readonly stepId?: string;
  readonly executedSteps?: readonly Executed[];
  readonly checks?: readonly { readonly name: string; readonly passed: boolean; readonly message: string }[];
  readonly response?: { readonly statusCode: number; readonly body?: unknown };
}

/** What the linter says of Arazzo descriptions, by the names of their files; warnings count. */
export async function lint(descriptions: Texts, undo: Undo): Promise<string[]> {
  const folder = await temporaryFolder(undo);
  for (const [file, text] of Object.entries(descriptions)) writeFileSync(path.join(folder, file), text);
  const how = ['--extends=recommended-strict', '--format=stylish'];
  const { code, output } = await redocly(folder, ['lint', ...Object.keys(descriptions), ...how]);
  const faults: string[] = [];
  let file = '';
  for (const line of output.split('\n')) {
    if (/^\S+:$/.test(line)) file = line;
    else if (/^ +\d+:\d+ /.test(line)) faults.push(`${file}${line.trim().replaceAll(/ +/g, ' ')}`);
  }
  return code !== 0 && faults.length === 0 ? [`Redocly’s linter failed without a reason: ${output}`] : faults;
}

/** A sentence for each check that did not hold: what steps expect, and whether answers are as the documents say. */
export async function respect(walks: readonly Walk[], apiKey: string, undo: Undo): Promise<Fault[]> {
  const folder = await temporaryFolder(undo);
  for (const { file, text, documents, url } of walks) {
    for (const [name, document] of Object.entries(documents)) {
      writeFileSync(path.join(folder, `${file}.${name}.json`), document);
    }
    const here = text.replaceAll(`${NAMED}/openapi/`, `${file}.`).replaceAll(NAMED, url);
    writeFileSync(path.join(folder, file), here);
  }
  // It holds secrets of clients; the folder goes with the server that made them.
  const report = path.join(folder, 'report.json');
  const files = walks.map(({ file }) => file);
  const how = [`--input=apiKey=${apiKey}`, `--json-output=${report}`];
  const { code, output } = await redocly(folder, ['respect', ...files, ...how]);
  if (!existsSync(report)) throw new Error(`Respect reported nothing: ${output.slice(-2000)}`);
  const reported: { files: Record<string, { executedWorkflows: readonly Executed[] }> } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const faults = Object.entries(reported.files).flatMap(([file, { executedWorkflows }]) =>
    executedWorkflows.flatMap(sentencesOf).map((sentence) => ({ file: path.basename(file), sentence })),
  );
  if (code !== 0 && faults.length === 0) throw new Error(`Respect failed without a reason: ${output.slice(-2000)}`);
  return faults;
}

function sentencesOf({ workflowId, stepId, executedSteps = [], checks = [], response }: Executed): string[] {
  const answer = `the answer was ${response?.statusCode} ${(JSON.stringify(response?.body) ?? '').slice(0, 300)}`;
  const own = checks
    .filter(({ passed }) => !passed)
    .map(({ name, message }) => {
      // Of a status that the document does not have it says no more.
      const why = message === '' ? '' : `: ${message.replaceAll(/\s+/g, ' ').trim()}`;
      return `${workflowId}, ${stepId}: ${name}${why}; ${answer}`;
    });
  return [...own, ...executedSteps.flatMap(sentencesOf)];
}

function redocly(cwd: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const program = path.resolve('node_modules/@redocly/cli/bin/cli.js');
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NO_COLOR: '1',
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd, env, maxBuffer: 2 ** 28 }, (error, stdout) => {
      resolve({ code: error ? 1 : 0, output: stdout });
    });
  });
}
