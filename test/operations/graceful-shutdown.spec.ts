import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const LINGER_MS = 3000;
const BODY = JSON.stringify({
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://a.example.com/cb'],
});

const head = (method: string, path: string, more: string[] = []) =>
  [`${method} ${path} HTTP/1.1`, 'host: localhost', `x-api-key: ${OPERATOR_KEY}`, ...more, '', ''].join('\r\n');

/** A connection that stays open as long as the server keeps it. */
async function connectTo({ url }: TestServer): Promise<{ socket: Socket; ask(text: string): Promise<string> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const ask = async (text: string) => {
    socket.write(text);
    return String((await once(socket, 'data'))[0]);
  };
  return { socket, ask };
}

describe('a server that stops', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startServer();
  });

  it('lets nobody new in, and goes on answering on connections that stand, each once more', async () => {
    const { socket, ask } = await connectTo(server);
    const other = await connectTo(server);
    await other.ask(head('GET', '/health/ready'));
    expect(await ask(head('GET', '/health/ready'))).toMatch(/^HTTP\/1.1 200 [\s\S]*\r\nconnection: keep-alive\r\n/i);
    const begin = performance.now();
    const stopped = server.stop(LINGER_MS);
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
    await sleep(300);
    const closed = once(socket, 'close');
    expect(await ask(head('GET', '/v1/domain/default/client'))).toMatch(
      /^HTTP\/1.1 200 [\s\S]*\r\nconnection: close\r\n/i,
    );
    await closed;
    expect(await other.ask(head('GET', '/health/ready'))).toMatch(/^HTTP\/1.1 503 [\s\S]*the server is stopping/);
    await stopped;
    expect(performance.now() - begin).toBeLessThan(LINGER_MS);
  });

  it('closes in the end a connection on which nothing comes', async () => {
    const { socket, ask } = await connectTo(server);
    await ask(head('GET', '/health/live'));
    const closed = once(socket, 'close');
    const begin = performance.now();
    await server.stop(500);
    await closed;
    expect(performance.now() - begin).toBeGreaterThan(400);
  });

  it('answers what is in flight, and closes its connection', async () => {
    const { socket, ask } = await connectTo(server);
    const path = '/v1/domain/default/client/my-app';
    const more = ['content-type: application/json', `content-length: ${BODY.length}`];
    socket.write(head('PUT', path, more) + BODY.slice(0, 10));
    await sleep(300);
    const stopped = server.stop();
    await sleep(300);
    expect(await ask(BODY.slice(10))).toMatch(/^HTTP\/1.1 200 [\s\S]*\r\nconnection: close\r\n/i);
    await stopped;
  });
});
