import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { readBodies } from '../../src/http/index.js';

describe('a body that is still on its way after its time', () => {
  let fastify: FastifyInstance;
  beforeAll(async () => {
    fastify = Fastify();
    readBodies(fastify, { lateMs: 200, pieceMs: 5000, securityHeaders: '' });
    fastify.post('/whole', async ({ body }) => String(body));
    fastify.post('/refused', { onRequest: async (_, reply) => reply.code(401).send() }, async () => '');
    fastify.post('/streamed', { config: { streamed: true } }, async ({ body }) => {
      let text = '';
      for await (const chunk of body as Readable) text += chunk;
      return text;
    });
    await fastify.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => fastify.close());

  /** What is answered to a body whose second half comes after `pause`, or never. */
  async function answerTo(path: string, pause?: number, connection = 'close'): Promise<string> {
    const { port } = fastify.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk) => (text += chunk)).on('error', () => {});
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: ${connection}\r\ncontent-length: 4\r\n\r\nab`);
    if (pause !== undefined) {
      await sleep(pause);
      if (socket.writable) socket.write('cd');
    }
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
    return text;
  }

  it('ends with 408', async () => {
    expect(await answerTo('/whole', 600)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('in time is handed over as a whole', async () => {
    expect(await answerTo('/whole', 20)).toMatch(/^HTTP\/1\.1 200 [\s\S]*abcd$/);
  });

  it('ends the connection even if the request was answered long before', async () => {
    expect(await answerTo('/refused', undefined, 'keep-alive')).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('ends nobody else', async () => {
    const [late, inTime] = await Promise.all([answerTo('/whole'), sleep(150).then(() => answerTo('/whole', 150))]);
    expect([late.slice(9, 12), inTime.slice(9, 12)]).toEqual(['408', '200']);
  });

  it('is waited for where it is streamed', async () => {
    expect(await answerTo('/streamed', 600)).toMatch(/^HTTP\/1\.1 200 [\s\S]*abcd$/);
  });
});
