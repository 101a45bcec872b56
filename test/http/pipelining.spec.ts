import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import Fastify, { type FastifyInstance } from 'fastify';
import { queuePipelined } from '../../src/http/index.js';
import { until } from '../support/processes.js';

const MOST_WAITING = 100;

let fastify: FastifyInstance;
let begun: string[];
let answer: Record<string, () => void>;
let socket: Socket;
let text: string;

beforeEach(async () => {
  begun = [];
  answer = {};
  text = '';
  fastify = Fastify();
  queuePipelined(fastify);
  fastify.get('/:name', async (request, reply) => {
    const { name } = request.params as { name: string };
    if (name === 'last') reply.header('connection', 'close');
    begun.push(name);
    await new Promise<void>((resolve) => {
      answer[name] = resolve;
    });
    return `<${name}>`;
  });
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  socket = await open();
});
afterEach(async () => {
  socket.destroy();
  for (const release of Object.values(answer)) release();
  await fastify.close();
});

async function open(): Promise<Socket> {
  const opened = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
  opened.on('error', () => {});
  opened.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  await once(opened, 'connect');
  return opened;
}
const ask = (to: Socket, ...names: string[]) =>
  to.write(names.map((name) => `GET /${name} HTTP/1.1\r\nhost: x\r\n\r\n`).join(''));
const hasBegun = (...names: string[]) => until(`${names} have begun`, () => String(begun) === String(names));

describe('requests that come together on a connection', () => {
  it('begin one after the other, each when the one before it is answered', async () => {
    ask(socket, 'a', 'b', 'c');
    await hasBegun('a');
    answer.a!();
    await hasBegun('a', 'b');
    expect(text).toContain('<a>');
    answer.b!();
    await hasBegun('a', 'b', 'c');
    answer.c!();
    await until('all are answered', () => text.includes('<c>'));
    expect(text.match(/<.>/g)).toEqual(['<a>', '<b>', '<c>']);
    ask(socket, 'd');
    await hasBegun('a', 'b', 'c', 'd');
  });

  it('do not keep those of another waiting', async () => {
    ask(socket, 'a', 'b');
    await hasBegun('a');
    const other = await open();
    ask(other, 'c');
    await hasBegun('a', 'c');
    other.destroy();
  });

  it('are not begun any more when the connection is gone', async () => {
    ask(socket, 'a', 'b');
    await hasBegun('a');
    socket.destroy();
    const connections = promisify((tell: (error: Error | null, count: number) => void) =>
      fastify.server.getConnections(tell),
    );
    await until('it is noticed', async () => (await connections()) === 0);
    answer.a!();
    const other = await open();
    ask(other, 'c');
    await hasBegun('a', 'c');
    other.destroy();
  });

  it('are not begun behind one that closes the connection, where nobody would see the answer', async () => {
    const closed = once(socket, 'close');
    ask(socket, 'last', 'b');
    await hasBegun('last');
    answer.last!();
    await closed;
    const other = await open();
    ask(other, 'c');
    await hasBegun('last', 'c');
    other.destroy();
  });

  it('are at most a hundred beside the one that is answered; with one more the connection is closed', async () => {
    const names = Array.from({ length: MOST_WAITING + 1 }, (_, index) => `r${index}`);
    ask(socket, ...names);
    await hasBegun('r0');
    expect(socket.destroyed).toBe(false);
    ask(socket, 'one-more');
    await once(socket, 'close');
    expect(begun).toEqual(['r0']);
  });

  it('have at most 64 KiB in their headers while they wait; with more the connection is closed', async () => {
    const large = (name: string) => `GET /${name} HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(15_000)}\r\n\r\n`;
    socket.write(['a', 'b', 'c', 'd', 'e'].map(large).join(''));
    for (const name of ['a', 'b', 'c']) {
      await until(`${name} has begun`, () => begun.includes(name));
      answer[name]!();
    }
    await hasBegun('a', 'b', 'c', 'd');
    // What was answered counts no more.
    socket.write(['f', 'g', 'h'].map(large).join(''));
    answer.d!();
    await hasBegun('a', 'b', 'c', 'd', 'e');
    expect(socket.destroyed).toBe(false);
    socket.write(['i', 'j'].map(large).join(''));
    await once(socket, 'close');
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
