import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import pg from 'pg';

const SSL_REQUEST = 80_877_103;
const NO_TLS = 'N';
const LET_IN = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1');
const END = 'X'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

/** A pooler in transaction mode, as strict as one can be: all who come share one session, transaction by transaction. */
export async function transactionPooler(url: string): Promise<{ url: string; close(): Promise<void> }> {
  const session = new pg.Client(url);
  session.on('error', () => {});
  await session.connect();
  const { stream } = (session as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');

  const sockets = new Set<Socket>();
  const waiting = new Map<Socket, Buffer[]>();
  let served: Socket | undefined;
  const serveNext = () => {
    const [next] = waiting;
    if (served || !next) return;
    const [socket, messages] = next;
    waiting.delete(socket);
    served = socket;
    stream.write(Buffer.concat(messages));
  };

  stream.on(
    'data',
    inMessages((message) => {
      served?.write(message);
      if (message[0] !== READY || message[5] !== IDLE) return;
      served = undefined;
      serveNext();
    }),
  );
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const send = (message: Buffer) => {
      if (message[0] === END) return void socket.end();
      if (served === socket) return void stream.write(message);
      waiting.set(socket, [...(waiting.get(socket) ?? []), message]);
      serveNext();
    };
    socket.on('data', afterStart(socket, inMessages(send)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: Object.assign(new URL(url), { host: `127.0.0.1:${(server.address() as AddressInfo).port}` }).href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      stream.destroy();
    },
  };
}

/** Lets everybody in; all that comes later goes to `next`. */
function afterStart(socket: Socket, next: (bytes: Buffer) => void) {
  let isIn = false;
  return (bytes: Buffer) => {
    if (isIn) return next(bytes);
    const isOfTls = bytes.readInt32BE(4) === SSL_REQUEST;
    isIn = !isOfTls;
    socket.write(isOfTls ? NO_TLS : LET_IN);
  };
}

/** Calls `each` with one whole message after the other. */
function inMessages(each: (message: Buffer) => void) {
  let bytes = Buffer.alloc(0);
  return (more: Buffer) => {
    bytes = Buffer.concat([bytes, more]);
    while (bytes.length >= 5 && bytes.length > bytes.readInt32BE(1)) {
      const length = bytes.readInt32BE(1) + 1;
      each(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
  };
}
