import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What fetch says of itself, so that servers answer the same. */
const USUAL = { accept: '*/*', 'accept-language': '*', 'sec-fetch-mode': 'cors', 'user-agent': 'node' };

const agent = new Agent({ keepAlive: true });

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** How long a stream of events is read; unless it is said, to its end. */
  readonly mostMs?: number;
}

/** Like fetch, which takes five times as long: 0.6 ms of processor time, tens of thousands of times. */
export async function send(url: string, { method, headers, body, mostMs }: Sending): Promise<Sent> {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const sent = request(new URL(url), { method, agent, headers: { ...USUAL, ...length, ...headers } });
  // It may fail while the answer comes, which may be whole all the same.
  sent.on('error', () => {});
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const isCut = mostMs !== undefined && response.headers['content-type']?.startsWith('text/event-stream');
  const read = isCut ? textUntil(response, mostMs) : text(response);
  return { status: response.statusCode!, headers: headersOf(response), text: await read };
}

async function textUntil(response: IncomingMessage, mostMs: number): Promise<string> {
  let [read, isCut] = ['', false];
  setTimeout(() => {
    isCut = true;
    response.destroy();
  }, mostMs);
  try {
    for await (const chunk of response.setEncoding('utf8')) read += chunk;
  } catch (error) {
    if (!isCut) throw error;
  }
  return read;
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) headers.append(rawHeaders[index]!, rawHeaders[index + 1]!);
  return headers;
}
