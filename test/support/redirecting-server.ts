import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Visit {
  /** Where it was asked: the server that was named, or the one that it points to. */
  readonly at: 'named' | 'elsewhere';
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface RedirectingServer {
  readonly url: string;
  /** Where it points to: a server of its own, on another port, that says yes to everything. */
  readonly elsewhere: string;
  readonly visits: Visit[];
  /** How it answers from now on: with a `Location` elsewhere, or below `/moved` on itself. */
  answersWith(status: number, to?: 'elsewhere' | 'itself'): void;
  stop(): void;
}

/** A server that answers every request with a redirect, and the one that it points to. */
export async function redirectingServer(): Promise<RedirectingServer> {
  const visits: Visit[] = [];
  let answer = { status: 302, to: 'elsewhere' };
  const other = createServer(({ url = '', headers }, response) => {
    visits.push({ at: 'elsewhere', url, headers });
    response.setHeader('content-type', 'application/json').end('[]');
  });
  const named = createServer((request, response) => {
    const { url = '', headers } = request;
    visits.push({ at: 'named', url, headers });
    if (url.startsWith('/moved')) return void response.setHeader('content-type', 'application/json').end('[]');
    const origin = answer.to === 'elsewhere' ? urlOf(other) : '/moved';
    request.resume().once('end', () => response.writeHead(answer.status, { location: `${origin}${url}` }).end());
  });
  const urlOf = (server: typeof named) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await Promise.all([other, named].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  return {
    url: urlOf(named),
    elsewhere: urlOf(other),
    visits,
    answersWith: (status, to = 'elsewhere') => {
      answer = { status, to };
      visits.length = 0;
    },
    stop: () => {
      for (const server of [other, named]) server.close().closeAllConnections();
    },
  };
}
