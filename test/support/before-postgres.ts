import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { TLSSocket } from 'node:tls';

const FOLDER = path.resolve('test/support/tls');
/** Self-signed, for localhost. */
export const CERTIFICATE = path.join(FOLDER, 'localhost.cert.pem');

/** The same database through a server of TLS, as PostgreSQL speaks it. */
export async function throughTls(url: string): Promise<{ url(host: string, query: string): string; close(): void }> {
  const target = new URL(url);
  const [key, cert] = ['localhost.key.pem', 'localhost.cert.pem'].map((name) => readFileSync(path.join(FOLDER, name)));
  const server = createServer((near) => {
    near.on('error', () => {});
    near.once('data', () => {
      near.write('S');
      const secure = new TLSSocket(near, { isServer: true, key, cert });
      const far = connect(Number(target.port), target.hostname);
      for (const socket of [secure, far]) socket.on('error', () => {});
      secure.pipe(far).pipe(secure);
    });
  });
  const port = await listening(server);
  return {
    url: (host, query) => Object.assign(new URL(url), { host: `${host}:${port}`, search: query }).href,
    close: () => server.close(),
  };
}

/** A server that sends this on every connection, and hangs up; a DatabaseError of these fields, or bytes. */
export async function saying(answer: { readonly code: string; readonly message: string } | string) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(typeof answer === 'string' ? answer : errorResponse(answer)));
  });
  const port = await listening(server);
  return { url: `postgres://user:secret@127.0.0.1:${port}/somewhere`, close: () => server.close() };
}

function errorResponse({ code, message }: { readonly code: string; readonly message: string }): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0), 'listening');
  return (server.address() as AddressInfo).port;
}
