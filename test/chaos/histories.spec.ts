import { setTimeout as sleep } from 'node:timers/promises';
import { recordAndJudge } from '../../chaos/faults/14-histories.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const LOAD_S = 3;
const UNCUT_MS = 2000;
const CUT_WATCHES = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'clientele watch' and datname = current_database()`;

/** The short form of `npm run chaos -- histories`, in this process. */
describe('histories of whole domains over three instances', () => {
  const servers: TestServer[] = [];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ isPrepared: true });
    while (servers.length < 3) servers.push(await startServer({}, { database }));
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await database.drop();
  });

  it('are what the logs of the domains say, also while the connections that watch are cut', async () => {
    const cut = async (isOver: () => boolean) => {
      await sleep(UNCUT_MS);
      for (; !isOver(); await sleep(50)) await database.query(CUT_WATCHES);
    };
    const targets = servers.map(({ url }) => ({ url, headers: { 'x-api-key': OPERATOR_KEY } }));
    const setting = { servers: targets, query: database.query, settle: async () => {}, progress: () => {} };
    const { counts, failures } = await recordAndJudge(setting, 'watch cut', LOAD_S, cut);
    expect(failures).toEqual([]);
    for (const what of ['writes', 'imports', 'single reads', 'pages', 'exports'])
      expect(counts[what]).toBeGreaterThan(2);
  }, 60_000);
});
