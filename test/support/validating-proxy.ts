// With TEST_VALIDATING_PROXY, a proxy stands before each server of the tests. It hands on what both sides say, and a validator
// that somebody else wrote compares each answer with the server's OpenAPI documents (docs/proof/answers.md).
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Judge } from '../foreign/judge.js';

/** `1`, or the file that gets a line of JSON for each operation of the documents, whenever a proxy ends. */
const { TEST_VALIDATING_PROXY: WANTED = '1' } = process.env;

/** What such a line says. */
export interface Answered {
  /** Such as `v1 getClient`. */
  readonly operation: string;
  /** How many answers had a status. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface ValidatingProxy {
  /** Throws if the documents do not describe an answer. */
  stop(): Promise<void>;
}

/** Listens on `port` for a server on `upstream`, which has these documents; undefined unless it is wanted. */
export async function validatingProxy(
  port: number,
  upstream: number,
  documents: Readonly<Record<string, string>>,
): Promise<ValidatingProxy> {
  const judge = await judgeOf(documents, port);
  /** With the request that showed it first. */
  const faults = new Map<string, string>();
  const counts = new Map(judge.operations.map((operation) => [operation, {} as Record<string, number>]));
  const verdicts: Promise<void>[] = [];

  async function look(sent: IncomingMessage, answer: IncomingMessage, body: string) {
    const { method = '', url = '' } = sent;
    const { statusCode: status = 0 } = answer;
    const verdict = await judge.verdictOn({ method, url, status, headers: joined(answer), body });
    if (!verdict) return;
    const { operation } = verdict;
    const ofOperation = counts.get(operation)!;
    ofOperation[status] = (ofOperation[status] ?? 0) + 1;
    for (const fault of verdict.faults) {
      const sentence = `${operation} ${status}: ${fault}`;
      if (!faults.has(sentence)) faults.set(sentence, `${method} ${url}`);
    }
  }

  function handOn(sent: IncomingMessage, response: ServerResponse) {
    const { method, url, rawHeaders } = sent;
    const onward = request({
      host: '127.0.0.1',
      port: upstream,
      method,
      path: url,
      headers: rawHeaders,
      setHost: false,
    });
    onward.on('response', (answer) => {
      response.sendDate = false;
      response.writeHead(answer.statusCode!, answer.statusMessage, answer.rawHeaders);
      response.flushHeaders();
      const pieces: Buffer[] = [];
      answer.on('data', (piece) => pieces.push(piece)).pipe(response);
      // Whoever breaks off has not said what it was.
      answer.once('end', () => verdicts.push(look(sent, answer, Buffer.concat(pieces).toString())));
      answer.once('error', () => response.destroy());
    });
    onward.on('continue', () => response.writeContinue());
    onward.on('error', () => {
      if (!response.headersSent) response.destroy();
    });
    response.once('close', () => onward.destroy());
    sent.pipe(onward);
  }

  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  server.on('request', handOn).on('checkContinue', handOn);
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    async stop() {
      server.close().closeAllConnections();
      await Promise.all(verdicts);
      if (WANTED !== '1') appendFileSync(WANTED, linesOf(counts));
      const sentences = [...faults].map(([sentence, first]) => `${sentence} (${first})`);
      if (sentences.length > 0) throw new Error(`The OpenAPI documents do not describe:\n${sentences.join('\n')}`);
    },
  };
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
