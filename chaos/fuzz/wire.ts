import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FuzzRequest, Header } from './requests.js';

/** What came back: all statuses, the text of the last answer, and whether it took too long. */
export interface Came {
  readonly statuses: readonly number[];
  readonly text: string;
  readonly hung?: boolean;
}

type Body = Buffer | undefined;
type ByClient = Pick<FuzzRequest, 'method' | 'target' | 'headers' | 'body'>;

/** No answer may take longer; what the server waits for itself ends sooner (src/http/limits.ts). */
const HANG_MS = 30_000;

/** Sends requests to one server, in the way that each asks for. */
export class Wire {
  readonly #port: number;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  constructor(url: string) {
    this.#port = Number(new URL(url).port);
  }

  send(request: FuzzRequest): Promise<Came> {
    if (request.way === 'client' && isForClients(request)) return this.#byClient(request);
    return this.#bySocket(request);
  }

  close(): void {
    this.#agent.destroy();
  }

  #byClient({ method, target, headers, body }: ByClient, isSecond = false): Promise<Came> {
    return new Promise((resolve) => {
      const options = { port: this.#port, host: '127.0.0.1', agent: this.#agent, method, path: target };
      const request = http.request({ ...options, headers: withoutRepeats(headers, body) });
      const done = (outcome: Came | Promise<Came>) => {
        clearTimeout(late);
        resolve(outcome);
      };
      const late = setTimeout(() => {
        request.destroy();
        done({ statuses: [], text: '', hung: true });
      }, HANG_MS);
      request.once('response', async (response) => {
        let text = '';
        if (isEndless(response.headers['content-type'])) {
          request.destroy();
          done({ statuses: [response.statusCode!], text });
          return;
        }
        try {
          for await (const chunk of response.setEncoding('latin1')) text += chunk;
        } catch {
          // What was cut short is counted by its status.
        }
        done({ statuses: [response.statusCode!], text });
      });
      request.once('error', () => {
        // The server may close a connection just when it is used again; that is for clients to repeat.
        if (request.reusedSocket && !isSecond) done(this.#byClient({ method, target, headers, body }, true));
        else done({ statuses: [], text: '' });
      });
      request.end(body);
    });
  }

  async #bySocket(request: FuzzRequest): Promise<Came> {
    const { way, cut } = request;
    const bytes = bytesOf(request);
    const chunks: Buffer[] = [];
    const socket = net.connect({ port: this.#port, host: '127.0.0.1', allowHalfOpen: way === 'halfClosed' });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket
      .on('data', (chunk) => {
        chunks.push(chunk);
        if (isEndless(/^content-type: *(.*)$/im.exec(chunk.toString('latin1'))?.[1])) socket.destroy();
      })
      .on('error', () => {})
      .once('end', () => socket.end());
    if (way === 'abort') {
      socket.write(bytes.subarray(0, Math.ceil(bytes.length * cut)), () => socket.destroy());
    } else if (way === 'pieces') {
      const at = Math.floor(bytes.length * cut);
      socket.setNoDelay(true).write(bytes.subarray(0, at));
      await sleep(1);
      socket.write(bytes.subarray(at));
    } else if (way === 'halfClosed') socket.end(bytes);
    else socket.write(bytes);
    const late = sleep(HANG_MS, 'late', { ref: false });
    const hung = (await Promise.race([closed, late])) === 'late';
    socket.destroy();
    const text = Buffer.concat(chunks).toString('latin1');
    return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)), text, hung };
  }
}

/** Server-sent events go on until the caller has enough. */
function isEndless(contentType: string | undefined) {
  return contentType?.startsWith('text/event-stream') ?? false;
}

/** Node's client refuses to send the others. */
function isForClients({ target, headers }: FuzzRequest) {
  return /^[\x21-\x7e]+$/.test(target) && headers.length < 40;
}

function withoutRepeats(headers: readonly Header[], body: Body) {
  const given = Object.fromEntries(headers.filter(([name]) => name !== 'content-length'));
  return body === undefined ? given : { ...given, 'content-length': body.length };
}

function bytesOf({ way, method, target, headers, body, noise, cut }: FuzzRequest) {
  if (way === 'noise') {
    const bytes = plain(method, target, headers, body, 'close');
    const at = Math.floor(bytes.length * cut);
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at), Buffer.from('\r\n\r\n')]);
  }
  if (way === 'pipeline') {
    const first = plain(method, target, headers, body, 'keep-alive');
    return Buffer.concat([first, first, first, plain('GET', '/health/live', [], undefined, 'close')]);
  }
  if (way === 'chunks') return chunked(method, target, headers, body ?? Buffer.alloc(0), cut);
  return plain(method, target, headers, body, 'close');
}

function head(method: string, target: string, headers: readonly Header[], connection: string, more: readonly string[]) {
  const lines = [`${method} ${target} HTTP/1.1`, 'host: localhost', `connection: ${connection}`, ...more];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function plain(method: string, target: string, headers: readonly Header[], body: Body, connection: string) {
  const length = body === undefined ? [] : [`content-length: ${body.length}`];
  return Buffer.concat([head(method, target, headers, connection, length), body ?? Buffer.alloc(0)]);
}

function chunked(method: string, target: string, headers: readonly Header[], body: Buffer, cut: number) {
  const size = Math.max(1, Math.ceil(body.length * cut));
  const parts: Buffer[] = [head(method, target, headers, 'close', ['transfer-encoding: chunked'])];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
