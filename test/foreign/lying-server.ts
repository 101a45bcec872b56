import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Undo } from '../../bench/undo.js';

interface Told {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What becomes of an answer; what it does not name stays. */
export type Lie = (told: Told) => Partial<Told>;

/** Headers that the callers go by. */
const HANDED_BACK = ['etag', 'link', 'location'];

/** Hands requests to the server at a URL, and answers what `lie` makes of its answers; gives its own URL. */
export async function startLyingServer(url: string, lie: Lie, undo: Undo): Promise<string> {
  const liar = createServer(async (request, reply) => {
    const { method = '', url: path = '' } = request;
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = request.headers;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await fetch(url + path, {
      method,
      headers: headers as Record<string, string>,
      body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
    });
    const type = answer.headers.get('content-type') ?? '';
    const told = { method, path, status: answer.status, type, body: await answer.text() };
    const { status, type: said, body } = { ...told, ...lie(told) };
    for (const name of HANDED_BACK) {
      const value = answer.headers.get(name);
      if (value !== null) reply.setHeader(name, value);
    }
    reply.writeHead(status, { 'content-type': said }).end(body);
  });
  await once(liar.listen(0, '127.0.0.1'), 'listening');
  await undo.add(() => {
    liar.closeAllConnections();
    liar.close();
  });
  return `http://localhost:${(liar.address() as AddressInfo).port}`;
}
