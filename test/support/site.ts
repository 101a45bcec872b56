import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/** Somebody else's web site: one page that loads these scripts, given by their files. */
export async function startSite(...scripts: string[]): Promise<Site> {
  const tags = scripts.map((_, index) => `<script src="/${index}.js"></script>`).join('');
  const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>A site</title>${tags}`;
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts[Number(/^\/(\d+)\.js$/.exec(url)?.[1])];
    response.setHeader('content-type', `text/${script ? 'javascript' : 'html'}; charset=utf-8`);
    response.end(script ? readFileSync(script) : page);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
