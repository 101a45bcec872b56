import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { createLog } from '../src/operations/index.js';
import { startServer, type TestServer } from './support/test-server.js';
import { filesPassedBy } from './support/walk.js';

const ARCHITECTURE = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
const CLIENT = '/v1/domain/acme/client/my-app';
const WARM_UP = 5;

/** The files in the table below a heading that begins so. */
function filesNamedBelow(heading: string): string[] {
  const [, section = ''] = ARCHITECTURE.split(`\n## ${heading}`);
  const [table] = section.split('\n## ');
  return [...table!.matchAll(/^\| `([^`]+\.ts)` \|/gm)].map(([, file]) => file!).sort();
}

describe('docs/architecture.md names each file that is passed, and no other,', () => {
  let server: TestServer;
  let key: string;
  let changes = 0;

  const expectOk = async (method: string, body?: object) =>
    expect((await server.call(method, CLIENT, { key, body })).status).toBe(200);
  const read = () => expectOk('GET');
  const change = () => {
    changes += 1;
    const redirectUris = [`https://my-app.example.com/callback/${changes}`];
    return expectOk('PUT', { clientType: 'Confidential', grantType: 'AuthorizationCode', redirectUris });
  };
  const warmed = async (send: () => Promise<void>) => {
    for (let request = 0; request < WARM_UP; request += 1) await send();
    return filesPassedBy(send);
  };

  beforeAll(async () => {
    // What the log says of an answer is a part of the walk; it is written to nobody here.
    const nobody = new Writable({ write: (_line, _encoding, done) => done() });
    server = await startServer({}, { log: createLog('info', false, [], nobody) });
    const permissions = ['clients:read', 'clients:write', 'domains:write'];
    ({ apiKey: key } = await server.issue({ subscription: 'tenant', permissions }));
    const { status } = await server.call('POST', '/v1/domain', { key, body: { domain: 'acme' } });
    expect(status).toBe(201);
    await change();
  });
  afterAll(() => server.stop());

  it('by a read of a client that is remembered', async () => {
    expect(await warmed(read)).toEqual(filesNamedBelow('A read'));
  });

  it('by a PUT that changes one', async () => {
    expect(await warmed(change)).toEqual(filesNamedBelow('A write'));
  });
});
