import { run, TYPESCRIPT } from '../support/processes.js';
import { OPERATOR_KEY, startServer, type TestServer } from '../support/test-server.js';

const REQUESTS = 400;
/** The same requests each time: what a new one finds is for `npm run chaos`. */
const SEED = 20260101;

/** The short form of `npm run chaos -- fuzz`. */
describe('requests made from the OpenAPI documents, good, changed and hostile', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it(`are all answered, and none with 500 or more: ${REQUESTS} of them`, async () => {
    const fuzz = run(process.execPath, [
      TYPESCRIPT,
      'chaos/fuzz/against.ts',
      server.url,
      OPERATOR_KEY,
      String(REQUESTS),
      String(SEED),
    ]);
    await fuzz.ended;
    const { counts, failures } = JSON.parse(fuzz.output());
    expect(failures).toEqual([]);
    expect(counts).toMatchObject({
      'requests sent': REQUESTS,
      'answers of 500 or more': 0,
      'requests without end': 0,
    });
    expect((await server.call('GET', '/clients?size=1')).status).toBe(200);
  }, 60_000);
});
