import { setTimeout as sleep } from 'node:timers/promises';
import { violationIn } from '../../chaos/linearizability.js';
import { Registers } from '../../chaos/registers.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const LOAD_MS = 2500;
const CUT_WATCHES = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'clientele watch' and datname = current_database()`;

describe('reads and writes of a few clients over two instances, through both dialects', () => {
  let servers: TestServer[];

  beforeAll(async () => {
    const one = await startServer();
    servers = [one, await startServer({}, { database: one.database })];
  });
  afterAll(async () => {
    for (const server of servers.reverse()) await server.stop();
  });

  it.each([false, true])('keep what is promised of them (connections that watch are cut: %s)', async (isCut) => {
    const targets = servers.map(({ url }) => ({ url, headers: { 'x-api-key': OPERATOR_KEY } }));
    const registers = new Registers((n) => targets[n]!, {
      name: `cut-${isCut}`,
      instances: targets.length,
      clients: 20,
      workers: 8,
    });
    const end = performance.now() + LOAD_MS;
    while (performance.now() < end) {
      await sleep(50);
      if (isCut) await servers[0]!.database.query(CUT_WATCHES);
    }
    await registers.stop();
    // Behind a pooler in transaction mode the session that is cut may be that of a write by then.
    const mayBeUnanswered = isCut && process.env.TEST_POOLER === 'transaction';
    expect([mayBeUnanswered ? 0 : registers.unanswered, registers.wrong]).toEqual([0, []]);
    expect(registers.answers).toBeGreaterThan(20);
    expect(registers.histories.map((history) => violationIn(history)).filter(Boolean)).toEqual([]);
  });
});
