import { Clients } from '#clients';
import { until } from '../support/processes.js';
import { startServer, type TestServer } from '../support/test-server.js';

const BATCHES = 500;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** A list that says how much of it was read. */
function counted(): { read: number; isOver: boolean; batches(): AsyncGenerator<never[]> } {
  const count = {
    read: 0,
    isOver: false,
    async *batches(): AsyncGenerator<never[]> {
      try {
        for (; count.read < BATCHES; count.read += 1) yield [];
      } finally {
        count.isOver = true;
      }
    },
  };
  return count;
}

describe('HEAD of a list that is streamed', () => {
  it.each([
    ['everyClient', '/admin/domains/default/export', 'application/x-ndjson'],
    ['everyId', '/v1/domain/default/client', 'application/json; charset=utf-8'],
  ] as const)('%s is not read for nobody', async (method, path, type) => {
    const list = counted();
    const original = Clients.prototype[method];
    Object.assign(Clients.prototype, { [method]: () => list.batches() });
    const { status, headers, text } = await server.call('HEAD', path);
    Object.assign(Clients.prototype, { [method]: original });
    expect([status, headers.get('content-type'), text]).toEqual([200, type, '']);
    await until('it is over', () => list.isOver);
    expect(list.read).toBeLessThan(10);
  });
});
