import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { finished, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Statuses whose answers have no body. */
const EMPTY = [204, 205, 304];

/**
 * POSTs a body of any length, and returns the answer when it begins. Unlike Node's fetch, which gives up after five minutes
 * without an answer, it waits as long as the connection lives. It follows no redirect.
 */
export async function upload(url: string, headers: Record<string, string>, body: Readable): Promise<Response> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    // A server that closed the connection with an early answer would make sending fail, often before the answer is read.
    const request = send(url, { method: 'POST', headers: { ...headers, connection: 'keep-alive' }, agent: false });
    // The first byte of the body may be long in coming, and the server can refuse without it.
    request.flushHeaders();
    request.once('response', resolve);
    // The answer may come before the server has taken everything. Then errors of sending do not matter any more.
    request.on('error', reject);
    pipeline(body, request).catch(reject);
  });
  // Stops sending what the server has not taken.
  finished(message, () => body.destroy());
  return responseOf(message, url);
}

function responseOf(message: IncomingMessage, url: string): Response {
  const { statusCode: status = 0, statusMessage: statusText } = message;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(message.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const isEmpty = EMPTY.includes(status);
  // What nobody reads would keep the connection, and so the process.
  if (isEmpty) message.resume();
  const body = isEmpty ? null : (Readable.toWeb(message) as ReadableStream);
  const response = new Response(body, { status, statusText, headers });
  return Object.defineProperty(response, 'url', { value: url });
}
