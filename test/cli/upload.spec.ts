import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { upload } from '../../src/cli/upload.js';

const REFUSAL = '{"title":"Unauthorized"}';
const TIMES = 10;

// Refuses as for a wrong key: without a look at the body. In a thread of its own, since the sender must not wait for it.
const SERVER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:http').createServer((request, response) => {
    response.writeHead(401, { 'content-type': 'application/problem+json' }).end('${REFUSAL}');
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
let server: Worker;
let url: string;

beforeAll(async () => {
  server = new Worker(SERVER, { eval: true });
  const [port] = await once(server, 'message');
  url = `http://127.0.0.1:${port}/`;
});
afterAll(() => server.terminate());

async function expectRefusal(body: Readable): Promise<void> {
  const closed = new Promise((resolve) => body.on('error', () => {}).once('close', resolve));
  const answer = await upload(url, {}, body);
  expect([answer.status, await answer.text()]).toEqual([401, REFUSAL]);
  await closed;
}

describe('an upload that is refused', () => {
  it('says why before the first byte of its body, and takes none', async () => {
    await expectRefusal(new PassThrough());
  });

  it('says why in the middle of its body, and takes no more', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const endless: Readable = new Readable({ read: () => void endless.push(Buffer.alloc(64 * 1024)) });
      await expectRefusal(endless);
    }
  });
});
