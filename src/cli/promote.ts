import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { AdminSchemas } from '#api-client';
import { confirm } from './ask.js';
import { NDJSON, sendLines, tell } from './bulk.js';
import { CliFailure, EXIT } from './failure.js';
import { unusable } from './files.js';
import { HostMap } from './host-map.js';
import type { Output } from './output.js';
import { progress } from './progress.js';
import { Promotion } from './promotion.js';
import { type ManagerOptions, Session } from './session.js';
import { readCliSettings, readTargetSettings } from './settings.js';

type Client = AdminSchemas['WholeClient'];
type Summary = AdminSchemas['ImportSummary'];

const NOT_FOUND = 404;
/** How many bytes are read at a time. */
const PIECE = 64 * 1024;

export interface PromoteOptions extends ManagerOptions {
  readonly fromDomain: string;
  readonly toDomain: string;
  /** The file of the map of hosts. */
  readonly map: string;
  /** undefined = all. */
  readonly client?: readonly string[];
  readonly toUrl?: string;
  readonly prune?: boolean;
  /** Only print the plan. */
  readonly plan?: boolean;
  readonly yes?: boolean;
}

/** Takes clients from one domain to another, with other hosts: shows the plan, asks, and imports all of them or none. */
export async function promote(options: PromoteOptions, output: Output): Promise<void> {
  const { fromDomain, toDomain, plan, yes } = options;
  if (output.isJson && !plan && !yes) {
    throw new CliFailure('With --json nobody can be asked: say --plan or --yes.', EXIT.usage);
  }
  const settings = readCliSettings();
  const targetSettings = readTargetSettings(options.toUrl, settings);
  if (fromDomain === toDomain && settings.url === targetSettings.url) {
    throw new CliFailure(`${fromDomain} cannot be promoted to itself: say another --to-domain.`, EXIT.usage);
  }
  const promotion = new Promotion(HostMap.read(options.map), fromDomain);
  if (!plan) output.carryOn();
  const lines = await Lines.of(exported(new Session(settings), promotion, options));
  try {
    const refusals = promotion.refusals();
    if (refusals.length > 0) throw new CliFailure(refusals.join('\n'));
    for (const remark of promotion.remarks()) output.remark(remark);
    await importAll(new Target(new Session(targetSettings).inNameOf(options), lines, options), options, output);
  } finally {
    await lines.close();
  }
}

async function importAll(target: Target, options: PromoteOptions, output: Output): Promise<void> {
  const { toDomain, prune, plan, yes } = options;
  // With --json, either the plan is printed or what was done.
  if (plan || !output.isJson) {
    const planned = await target.plan(output);
    if (planned.isNothing) return;
    if (plan) {
      process.exitCode = EXIT.pending;
      return;
    }
    const removal = prune ? ', and delete every client there that is not among them' : '';
    await confirm(`Import these clients into ${toDomain}${removal}?`, options);
    // It may have taken long to answer.
    if (!yes && (await target.plan()).digest !== planned.digest) {
      throw new CliFailure(`Somebody else changed clients of ${toDomain} meanwhile: look again, and decide anew.`);
    }
  }
  await target.import(output);
}

/** The lines for the chosen clients of a domain. */
async function* exported(
  session: Session,
  promotion: Promotion,
  { fromDomain, client: chosen }: PromoteOptions,
): AsyncGenerator<{ readonly clientId: string; readonly text: string }, void> {
  const missing = new Set(chosen);
  const bar = await progress('Clients');
  try {
    const response = await session.stream(`/admin/domains/${encodeURIComponent(fromDomain)}/export`, NDJSON);
    let isEmpty = true;
    for await (const value of session.lines(response)) {
      const client = value as Client;
      bar.step();
      if (chosen && !missing.delete(client.clientId)) continue;
      isEmpty = false;
      yield { clientId: client.clientId, text: `${JSON.stringify(promotion.lineOf(client))}\n` };
    }
    if (missing.size > 0) throw new CliFailure(`There is no such client in ${fromDomain}: ${[...missing].join(', ')}.`);
    if (isEmpty) throw new CliFailure(`There are no clients in ${fromDomain}.`);
  } catch (error) {
    throw error instanceof CliFailure ? about(fromDomain, error) : session.away(error);
  } finally {
    bar.stop();
  }
}

/** Says which of the two domains does not exist. */
function about(domain: string, error: CliFailure): CliFailure {
  if (error.status !== NOT_FOUND) return error;
  return new CliFailure(`${domain}: ${error.message}`, error.exitCode, error.status);
}

/** Lines in a file that has no name any more, so that nothing is left of it however the command ends. */
class Lines {
  private constructor(
    private readonly file: FileHandle,
    /** The client of each line. */
    readonly clientIds: readonly string[],
    readonly bytes: number,
  ) {}

  static async of(lines: AsyncIterable<{ readonly clientId: string; readonly text: string }>): Promise<Lines> {
    const file = await unnamedFile();
    const clientIds: string[] = [];
    const texts = async function* () {
      for await (const { clientId, text } of lines) {
        clientIds.push(clientId);
        yield text;
      }
    };
    try {
      await writeFile(file, texts());
      return new Lines(file, clientIds, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error instanceof CliFailure ? error : unusable(os.tmpdir(), 'written', error);
    }
  }

  /** Not by a stream of Node's, which would close the file when the upload fails. */
  read(): Readable {
    return Readable.from(this.pieces());
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async *pieces(): AsyncGenerator<Buffer, void> {
    for (let position = 0; position < this.bytes; ) {
      const { bytesRead, buffer } = await this.file.read({ buffer: Buffer.alloc(PIECE), position });
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

async function unnamedFile(): Promise<FileHandle> {
  try {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'clientele-'));
    const file = await open(path.join(folder, 'lines'), 'wx+', 0o600);
    await rm(folder, { recursive: true });
    return file;
  } catch (error) {
    throw unusable(os.tmpdir(), 'written', error);
  }
}

/** The domain that the lines are imported into. */
class Target {
  constructor(
    private readonly session: Session,
    private readonly lines: Lines,
    private readonly options: Pick<PromoteOptions, 'toDomain' | 'prune'>,
  ) {}

  /** Asks what an import would do, and shows it. Two plans with the same digest are the same. */
  async plan(output?: Output): Promise<{ readonly digest: string; readonly isNothing: boolean }> {
    const hash = createHash('sha256');
    const see = (line: unknown) => void hash.update(`${JSON.stringify(line)}\n`);
    const { created, changed, removed } = await this.send(true, (response) =>
      tell(this.session, response, output, see),
    );
    return { digest: hash.digest('hex'), isNothing: created + changed + removed === 0 };
  }

  async import(output: Output): Promise<void> {
    try {
      await this.send(false, (response) => tell(this.session, response, output));
    } catch (error) {
      if (!(error instanceof CliFailure) || error.exitCode !== EXIT.away) throw error;
      const advice = 'It may have been done: --plan tells. Rotate the secrets of new clients that were not shown.';
      throw new CliFailure(`${error.message}\n${advice}`, EXIT.away);
    }
  }

  private async send(dryRun: boolean, told: (response: Response) => Promise<Summary>): Promise<Summary> {
    const { toDomain: domain, prune = false } = this.options;
    const { lines, session } = this;
    try {
      return await told(await sendLines(session, lines.read(), lines.bytes, { domain, dryRun, prune, empty: false }));
    } catch (error) {
      if (!(error instanceof CliFailure)) throw session.away(error);
      // The lines are nowhere to be seen.
      const message = error.message.replaceAll(
        /^line (\d+)(?=\b)/gm,
        (line, number) => lines.clientIds[number - 1] ?? line,
      );
      throw about(domain, new CliFailure(message, error.exitCode, error.status));
    }
  }
}
