import { run } from '../../chaos/faults/13-domains.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

/** The short form of `npm run chaos -- domains`, in this process. */
describe('domains that are deleted and made anew, under load, over three instances', () => {
  const servers: TestServer[] = [];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await database.drop();
  });

  it('lose nothing that was acknowledged, and have nothing of those before them', async () => {
    const { counts, failures } = await run({
      size: (_, short) => short,
      progress: () => {},
      postgres: async () => ({ url: () => database.url, query: database.query }),
      product: async () => {
        const server = await startServer({}, { database });
        servers.push(server);
        return { url: server.url, headers: { 'x-api-key': OPERATOR_KEY } };
      },
    });
    expect(failures).toEqual([]);
    for (const what of ['writes acknowledged', 'writes refused', 'repeats with the same key'])
      expect(counts[what]).toBeGreaterThan(20);
  }, 60_000);
});
