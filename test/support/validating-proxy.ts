// With TEST_VALIDATING_PROXY (1, or a file for its report), a proxy stands before each server of the tests. It hands on what both sides say, and a validator
// that somebody else wrote compares each answer with the server's OpenAPI documents (docs/proof/answers.md).
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Judge, Recorded } from '../foreign/judge.js';

/** A line of a report. */
export interface Answered {
  /** Such as `v1 getClient`. */
  readonly operation: string;
  /** How many answers had a status. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface ValidatingProxy {
  /** Throws if these OpenAPI documents, by the names of their APIs, do not describe an answer. */
  stop(documents: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Listens on `port` for a server on `upstream`. `report`: the file that gets a line for each operation of the documents when
 * the proxy ends.
 */
export async function validatingProxy(port: number, upstream: number, report?: string): Promise<ValidatingProxy> {
  const recorded: Recorded[] = [];

  function handOn(sent: IncomingMessage, response: ServerResponse) {
    const { method = '', url = '', rawHeaders } = sent;
    const onward = request({ host: '127.0.0.1', port: upstream, method, path: url, setHost: false });
    for (let at = 0; at < rawHeaders.length; at += 2) onward.appendHeader(rawHeaders[at]!, rawHeaders[at + 1]!);
    // Node would say of a POST without a body that it has one, in chunks.
    onward.useChunkedEncodingByDefault = false;
    onward.flushHeaders();
    onward.on('response', (answer) => {
      const status = answer.statusCode!;
      response.sendDate = false;
      response.writeHead(status, answer.statusMessage, answer.rawHeaders);
      response.flushHeaders();
      const pieces: Buffer[] = [];
      answer.on('data', (piece) => pieces.push(piece)).pipe(response);
      const record = () =>
        recorded.push({ method, url, status, headers: joined(answer), body: Buffer.concat(pieces).toString() });
      // A stream of events has no end; of any other answer that breaks off, nobody knows what it was.
      if (answer.headers['content-type']?.startsWith('text/event-stream')) record();
      else answer.once('end', record);
      answer.once('error', () => response.destroy());
    });
    onward.on('continue', () => response.writeContinue());
    onward.on('error', () => {
      if (!response.headersSent) response.destroy();
    });
    response.once('close', () => onward.destroy());
    sent.pipe(onward);
  }

  /** What is no HTTP, the server itself has to say. */
  function handOnBytes({ rawPacket }: { rawPacket?: Buffer }, socket: Duplex) {
    const onward = connect(upstream, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    if (rawPacket) onward.write(rawPacket);
    socket.pipe(onward).pipe(socket);
  }

  const server = createServer({
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: 0,
    // What is missing, the server has to say.
    requireHostHeader: false,
  });
  server.on('request', handOn).on('checkContinue', handOn).on('clientError', handOnBytes);
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    async stop(documents) {
      server.close().closeAllConnections();
      const { counts, faults } = await verdictsOn(recorded, await judgeOf(documents, port));
      if (report !== undefined) appendFileSync(report, linesOf(counts));
      const sentences = [...faults].map(([fault, first]) => `${fault} (${first})`);
      if (sentences.length > 0) throw new Error(`The OpenAPI documents do not describe:\n${sentences.join('\n')}`);
    },
  };
}

/** How many answers of which status each operation gave, and what is wrong with them, each with the first request that got it. */
async function verdictsOn(recorded: readonly Recorded[], judge: Judge) {
  const counts = new Map(judge.operations.map((operation) => [operation, {} as Record<string, number>]));
  const faults = new Map<string, string>();
  for (const each of recorded) {
    const { method, url, status } = each;
    const verdict = await judge.verdictOn(each);
    if (!verdict) continue;
    const { operation } = verdict;
    const ofOperation = counts.get(operation)!;
    ofOperation[status] = (ofOperation[status] ?? 0) + 1;
    for (const fault of verdict.faults) {
      const sentence = `${operation} ${status}: ${fault}`;
      if (!faults.has(sentence)) faults.set(sentence, `${method} ${url}`);
    }
  }
  return { counts, faults };
}

const judges = new Map<string, Promise<Judge>>();

/** The documents of most servers differ in the port alone. */
async function judgeOf(documents: Readonly<Record<string, string>>, port: number): Promise<Judge> {
  const { Judge } = await import('../foreign/judge.js');
  const key = JSON.stringify(documents).replaceAll(`:${port}`, '');
  const judge = judges.get(key) ?? Judge.of(documents);
  judges.set(key, judge);
  return judge;
}

function joined({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values!.join(', ')]));
}

function linesOf(counts: ReadonlyMap<string, Answered['counts']>): string {
  return [...counts]
    .map(([operation, counts]) => `${JSON.stringify({ operation, counts } satisfies Answered)}\n`)
    .join('');
}
