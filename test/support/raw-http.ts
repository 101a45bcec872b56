import { connect } from 'node:net';
import type { Answer } from './test-server.js';

/** What goes over the wire when `fetch` would refuse to send it, or would tidy it up. */
export interface RawRequest {
  readonly method: string;
  /** The request target, byte for byte. */
  readonly target: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
}

/** Sends one HTTP request as it stands and reads the answer to its end. */
export function sendRequest(url: string, { method, target, headers = [], body }: RawRequest): Promise<Answer> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    'connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(bytes ? [`content-length: ${bytes.length}`] : []),
  ];
  return sendBytes(
    url,
    Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes ?? Buffer.alloc(0)]),
  );
}

/** Sends any bytes at all, and reads what comes until the server closes the connection. */
export async function sendBytes(url: string, bytes: Uint8Array | string): Promise<Answer> {
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that has answered may close before it has read everything.
    socket.on('error', (error) => (chunks.length > 0 ? resolve() : reject(error)));
    socket.on('close', () => resolve());
  });
  return parsed(Buffer.concat(chunks).toString('utf8'));
}

function parsed(text: string): Answer {
  const split = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, split).split('\r\n');
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
  const body = text.slice(split + 4);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text: body,
    get body() {
      return JSON.parse(body);
    },
  };
}
