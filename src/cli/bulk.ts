import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { AdminSchemas } from '#api-client';
import { visibleJson } from '#visible';
import { confirm } from './ask.js';
import { CliFailure, EXIT } from './failure.js';
import { nameOf, requireNoFolder, sizeOf, unusable, wholly } from './files.js';
import type { Output } from './output.js';
import { changeText } from './plan-text.js';
import { type Progress, progress } from './progress.js';
import { type ManagerOptions, Session } from './session.js';

export const NDJSON = 'application/x-ndjson';
const NEWLINE = 0x0a;
const ACTIONS = { created: 'create', changed: 'change', removed: 'remove' } as const;

type Summary = AdminSchemas['ImportSummary'];
type Imported = AdminSchemas['ImportedClient'];

export async function exportClients(
  { domain, output: file }: { domain: string; output?: string },
  output: Output,
): Promise<void> {
  if (file !== undefined) await requireNoFolder(file);
  const session = new Session();
  const response = await session.stream(`/admin/domains/${encodeURIComponent(domain)}/export`, NDJSON);
  const bar = await progress('Clients');
  let clients = 0;
  const counted = passing((chunk) => {
    const lines = chunk.filter((byte) => byte === NEWLINE).length;
    clients += lines;
    bar.step(lines);
  });
  const body = Readable.fromWeb(response.body!);
  try {
    if (file === undefined) await pipeline(body, counted, visibly(), process.stdout, { end: false });
    else await wholly(file, (part) => pipeline(body, counted, createWriteStream(part, { mode: 0o600 })));
  } catch (error) {
    // An error of writing the file names a system call itself. An error of fetch names it only in its cause.
    const isOfFile = file !== undefined && (error as NodeJS.ErrnoException).syscall !== undefined;
    throw isOfFile ? unusable(file, 'written', error) : session.away(error);
  } finally {
    bar.stop();
  }
  if (file !== undefined) output.result({ file, clients }, () => `${clients} clients in ${file}.`);
}

export async function importClients(
  file: string,
  options: { domain: string; dryRun?: boolean; prune?: boolean; empty?: boolean; yes?: boolean } & ManagerOptions,
  output: Output,
): Promise<void> {
  const { domain, dryRun = false, prune = false, empty = false } = options;
  const bytes = file === '-' ? undefined : await sizeOf(file);
  if (bytes === 0 && !empty) throw new CliFailure(`${file} is empty; with --empty, that is a domain without clients.`);
  if (prune && !dryRun) await confirm(`Delete every client of ${domain} that ${nameOf(file)} does not name?`, options);
  if (!dryRun) output.carryOn();
  const session = new Session().inNameOf(options);
  let unreadable: Error | undefined;
  try {
    const source: Readable = file === '-' ? process.stdin : createReadStream(file);
    source.once('error', (error) => {
      unreadable = unusable(file, 'read', error);
    });
    const response = await sendLines(session, source, bytes, { domain, dryRun, prune, empty });
    const { created, changed, removed } = await tell(session, response, output);
    if (dryRun && created + changed + removed > 0) process.exitCode = EXIT.pending;
  } catch (error) {
    // fetch reports an error of reading the file as an error of its own.
    throw unreadable ?? (error instanceof CliFailure ? error : session.away(error));
  }
}

/** Sends lines to import. Returns the answer when it begins. `bytes`: how many there are, if that is known. */
export async function sendLines(
  session: Session,
  source: Readable,
  bytes: number | undefined,
  { domain, ...asked }: { domain: string; dryRun: boolean; prune: boolean; empty: boolean },
): Promise<Response> {
  const bar = await progress('Importing', bytes);
  const query = Object.entries(asked).map(([name, value]) => `${name}=${value}`);
  try {
    return await session.stream(`/admin/domains/${encodeURIComponent(domain)}/import?${query.join('&')}`, NDJSON, {
      ...{ method: 'POST', headers: { 'content-type': NDJSON }, body: bodyOf(source, bar), duplex: 'half' },
    });
  } finally {
    bar.stop();
  }
}

/** Prints the answer to an import line by line, where there is an output. `see` gets the lines, too. */
export async function tell(
  session: Session,
  response: Response,
  output: Output | undefined,
  see: (line: unknown) => void = () => {},
): Promise<Summary> {
  let summary: Summary | undefined;
  let hasSecrets = false;
  for await (const value of session.lines(response)) {
    see(value);
    if (!summary) {
      summary = value as Summary;
      output?.line(summary, summaryText);
      continue;
    }
    const imported = value as Imported;
    hasSecrets ||= imported.clientSecret !== undefined;
    output?.line(imported, (shown) => importedText(shown, output));
  }
  if (!summary) throw new CliFailure('The server did not say what it did.');
  if (hasSecrets) output?.remark('Keep the secrets now: they are shown this once.');
  return summary;
}

function importedText({ clientId, action, changes, secret, clientSecret }: Imported, output: Output): string {
  const text = changeText({ name: clientId, action: ACTIONS[action], changes, secret }, output);
  return clientSecret === undefined ? text : `${text}\n    clientSecret  ${clientSecret}`;
}

function summaryText({ dryRun, created, changed, removed, unchanged, secretsNotTaken = 0 }: Summary): string {
  const kept = secretsNotTaken === 0 ? '' : ` ${secretsNotTaken} with secrets already: those stay.`;
  const counts = `${created} created, ${changed} changed, ${removed} removed, ${unchanged} unchanged.${kept}`;
  return dryRun ? `Would be: ${counts}` : counts;
}

function bodyOf(source: Readable, bar: Progress): ReadableStream {
  const counted = passing((chunk) => bar.step(chunk.length));
  source.once('error', (error) => counted.destroy(error));
  return Readable.toWeb(source.pipe(counted)) as ReadableStream;
}

function passing(look: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      look(chunk);
      done(null, chunk);
    },
  });
}

/** JSON, with invisible characters escaped. */
function visibly(): Transform {
  const decoder = new StringDecoder();
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, visibleJson(decoder.write(chunk))),
    flush: (done) => done(null, visibleJson(decoder.end())),
  });
}
