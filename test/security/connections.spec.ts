import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/processes.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const TIMES = {
  headersMs: 300,
  requestMs: 500,
  streamedMs: 2000,
  pieceMs: 500,
  silenceMs: 400,
  unreadMs: 300,
  idleMs: 100,
  checkMs: 50,
};
/** In which each of these times is over, on a busy machine, too. */
const SOON_MS = 6000;
const MOST = 30;
const HEAD = `PUT /v1/domain/default/client/x HTTP/1.1\r\nhost: x\r\nx-api-key: ${OPERATOR_KEY}\r\n`;
const CONNECT = 'CONNECT a.com:443 HTTP/1.1\r\nhost: a.com\r\n\r\n';

describe('a connection that keeps the server waiting', () => {
  let server: TestServer;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = await startServer({ MAX_CONNECTIONS: String(MOST) }, { wireTimes: TIMES });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await until('nobody is connected', isFree);
  });
  afterAll(() => server.stop());

  const open = async (options: { allowHalfOpen?: boolean } = {}) => {
    const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', ...options });
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  /** What it was answered until the server closed it. */
  const answered = async (socket: Socket): Promise<string> => {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    const late = sleep(SOON_MS, undefined, { ref: false }).then(() => {
      throw new Error(`still open, having said: ${text}`);
    });
    await Promise.race([once(socket, 'close'), late]);
    return text;
  };
  const drip = (socket: Socket, text: string) => {
    const timer = setInterval(() => socket.write(text), 20);
    socket.once('close', () => clearInterval(timer));
  };
  async function isFree(): Promise<boolean> {
    return fetch(`${server.url}/health/live`, { headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  it('says nothing: 408', async () => {
    expect(await answered(await open())).toMatch(/^HTTP\/1.1 408 /);
  });

  it('sends its headers byte by byte (slow loris): 408', async () => {
    const socket = await open();
    socket.write(HEAD);
    drip(socket, 'a');
    expect(await answered(socket)).toMatch(/^HTTP\/1.1 408 /);
  });

  it('sends its body byte by byte: closed', async () => {
    const socket = await open();
    socket.write(`${HEAD}content-length: 60000\r\n\r\n{`);
    drip(socket, ' ');
    expect(await answered(socket)).toMatch(/^(HTTP\/1.1 408 |$)/);
  });

  it('sends its body in chunks without end: closed at 64 KiB', async () => {
    const socket = await open();
    socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
    drip(socket, `1000\r\n${' '.repeat(0x1000)}\r\n`);
    expect(await answered(socket)).toMatch(/^HTTP\/1.1 (413|408) |^$/);
  });

  it('asks nothing more after an answer: closed', async () => {
    const socket = await open();
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await answered(socket)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is half closed by the caller, who is taken to have left: closed', async () => {
    const socket = await open({ allowHalfOpen: true });
    socket.end('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await answered(socket)).toMatch(/^(HTTP\/1.1 200 |$)/);
  });

  it('asks for a tunnel and stays: 501, closed', async () => {
    const socket = await open({ allowHalfOpen: true });
    socket.write(CONNECT);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 501 /);
    await until('the server has closed it', async () => (await server.connections()) === 0);
  });

  it('asks for a tunnel and is gone before it is answered: the others go on', async () => {
    const failures: Error[] = [];
    const note = (error: Error) => failures.push(error);
    process.on('uncaughtException', note);
    for (let n = 0; n < 20; n += 1) {
      const socket = await open();
      socket.write(CONNECT, () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
    await until('all are gone', async () => (await server.connections()) === 0);
    process.off('uncaughtException', note);
    expect(failures).toEqual([]);
  });

  it('reads nothing of what it asked for: closed', async () => {
    const socket = await open();
    socket.pause();
    const ask = 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n';
    socket.write(ask.repeat(50));
    await once(socket, 'readable');
    await until('the server has closed it', async () => (await server.connections()) === 0);
    const text = await answered(socket.resume());
    expect(text.length).toBeLessThan(50 * 1_000_000);
  }, 20_000);

  it('is one too many: closed at once, and the others go on', async () => {
    const held = await Promise.all(Array.from({ length: MOST }, () => open()));
    const surplus = await Promise.all(Array.from({ length: 20 }, () => open()));
    expect(await Promise.all(surplus.map(answered))).toEqual(surplus.map(() => ''));
    held[0]!.write('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await answered(held[0]!)).toMatch(/^HTTP\/1.1 (200|408) /);
  });
});

describe('an answer that nobody reads', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({}, { wireTimes: { silenceMs: 600_000, unreadMs: 300, idleMs: 100, checkMs: 50 } });
    // More than the system takes by itself of what is sent.
    const redirectUris = Array.from({ length: 60 }, (_, index) => `https://x.example.com/${'x'.repeat(150)}/${index}`);
    const client = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris };
    const lines = Array.from({ length: 1500 }, (_, index) =>
      JSON.stringify({ clientId: `client-${index}`, ...client }),
    );
    const body = lines.join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const imported = await server.call('POST', '/admin/domains/default/import', { body, headers });
    expect([imported.status, imported.text.slice(0, 60)]).toEqual([200, expect.stringContaining('"created":1500')]);
  }, 60_000);
  afterAll(() => server.stop());

  it.each<[string, string, number?]>([
    ['an export', '/admin/domains/default/export'],
    ['the change feed', '/admin/changes?lastEventId=0'],
    ['a large list', '/clients?size=1000'],
    ['many answers on one connection', '/docs/swagger-ui-bundle.js', 50],
  ])('is cut off: %s', async (_, path, requests = 1) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
    socket.on('error', () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nx-api-key: ${OPERATOR_KEY}\r\n\r\n`.repeat(requests));
    await once(socket, 'readable');
    await until('the server has closed it', async () => (await server.connections()) === 0);
    socket.destroy();
  });

  it('is sent to its end when it is read, however slowly', async () => {
    const answer = await fetch(`${server.url}/admin/domains/default/export`, {
      headers: { 'x-api-key': OPERATOR_KEY },
    });
    let lines = 0;
    for await (const chunk of answer.body!) {
      lines += Buffer.from(chunk).filter((byte) => byte === 0x0a).length;
      await sleep(1);
    }
    expect(lines).toBe(1500);
  });
});
