import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { UnreadAnswers } from '../../src/http/index.js';
import { until } from '../support/processes.js';

const UNREAD_MS = 30_000;
/** More than any system takes by itself. */
const MANY = 128 * 1024 * 1024;
const SOME = 8 * 1024 * 1024;
const NEVER_MS = 3_600_000;

let answers: UnreadAnswers;
let server: http.Server;
let socket: Socket;
/** The server's side of the connection. */
let connection: Socket;
let received: number;
/** How much is read before the caller pauses. */
let enough: number;

async function ask(answer: RequestListener, requests = 1): Promise<void> {
  answers = new UnreadAnswers(UNREAD_MS);
  server = http.createServer((request, response) => {
    connection = request.socket;
    answer(request, response);
  });
  answers.attend(server, NEVER_MS);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  [received, enough] = [0, Number.POSITIVE_INFINITY];
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (received >= enough) socket.pause();
  });
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(requests));
}

afterEach(() => {
  socket.destroy();
  server.close();
});

/** Until nothing moves any more. */
async function isStuck(): Promise<void> {
  let before = -1;
  await until('the system takes no more', () => {
    const { bytesWritten, writeQueueSize } = (
      connection as unknown as { _handle: { bytesWritten: number; writeQueueSize: number } } | undefined
    )?._handle ?? { bytesWritten: 0, writeQueueSize: 0 };
    const isSame = writeQueueSize > 0 && before === bytesWritten - writeQueueSize;
    before = bytesWritten - writeQueueSize;
    return isSame;
  });
}

const block = 'x'.repeat(64 * 1024);
function* blocks() {
  for (;;) yield block;
}

describe('a caller who reads nothing', () => {
  it.each<[string, RequestListener, number?]>([
    ['a plain answer', (_, response) => response.end(Buffer.alloc(MANY))],
    ['an answer that is written piece by piece', (_, response) => void Readable.from(blocks()).pipe(response)],
    ['many answers, for requests that came together', (_, response) => response.end(Buffer.alloc(MANY / 16)), 32],
    [
      'one to which something is added all the while',
      (_, response) => {
        response.write(Buffer.alloc(MANY));
        const timer = setInterval(() => response.write(': nothing new\n\n'), 5);
        response.once('close', () => clearInterval(timer));
      },
    ],
  ])('of %s is cut off after the time that is set, and not before', async (_, answer, requests) => {
    await ask(answer, requests);
    await isStuck();
    answers.look(0);
    answers.look(UNREAD_MS - 1);
    expect(connection.destroyed).toBe(false);
    answers.look(UNREAD_MS);
    expect(connection.destroyed).toBe(true);
  });

  it('is not cut off when there is nothing to read', async () => {
    await ask((_, response) => void response.write('first'));
    await until('it is sent', () => connection?.writableLength === 0);
    for (const now of [0, UNREAD_MS, 2 * UNREAD_MS]) answers.look(now);
    expect(connection.destroyed).toBe(false);
  });

  it('but reads slowly is not cut off, also within one large answer', async () => {
    await ask((_, response) => response.end(Buffer.alloc(MANY)));
    await isStuck();
    answers.look(0);
    enough = SOME;
    socket.resume();
    await until('something is read', () => received >= enough);
    await isStuck();
    answers.look(UNREAD_MS);
    expect(connection.destroyed).toBe(false);
    answers.look(2 * UNREAD_MS);
    expect(connection.destroyed).toBe(true);
  });
});
