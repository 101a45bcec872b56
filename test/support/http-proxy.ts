import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';

export interface HttpProxy {
  readonly url: string;
  /** Requests go to the server at this URL from now on. */
  lead(url: string): void;
  /** Whether it takes the prefix away before it sends a request on. */
  isStripping: boolean;
  close(): Promise<void>;
}

/** A proxy that hands on what is below a prefix and nothing else, and compresses as nginx does: answers for those who take it, with weak tags. */
export async function startHttpProxy(prefix: string): Promise<HttpProxy> {
  let target = '';
  const isBelow = (url: string) => ['/', '?', ''].includes(url.slice(prefix.length, prefix.length + 1));
  const server = createServer((asked, answer) => {
    const { method, headers, url = '' } = asked;
    if (!url.startsWith(prefix) || !isBelow(url)) return void answer.writeHead(502).end('not mine');
    const rest = url.slice(prefix.length);
    const path = proxy.isStripping ? (rest.startsWith('/') ? rest : `/${rest}`) : url;
    const onward = request(target, { method, path, headers }, (answered) => handBack(asked, answered, answer));
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: HttpProxy = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    lead: (url) => {
      target = url;
    },
    isStripping: false,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

function handBack(asked: IncomingMessage, answered: IncomingMessage, answer: ServerResponse): void {
  const { statusCode = 502, headers } = answered;
  const isCompressed = /\bgzip\b/.test(String(asked.headers['accept-encoding'])) && statusCode === 200;
  if (!isCompressed || asked.method === 'HEAD') {
    answer.writeHead(statusCode, headers);
    return void answered.pipe(answer);
  }
  const { 'content-length': _, etag, ...others } = headers;
  const weak = etag === undefined ? {} : { etag: etag.replace(/^(W\/)?/, 'W/') };
  answer.writeHead(statusCode, { ...others, ...weak, 'content-encoding': 'gzip' });
  answered.pipe(createGzip()).pipe(answer);
}
