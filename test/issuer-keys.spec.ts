import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeProtectedHeader } from 'jose';
import { issuerKeys, KEY_TIMES, type KeyTimes } from '../src/issuer-keys.js';
import { type Issuer, startIssuer } from './support/issuer.js';
import { redirectingServer } from './support/redirecting-server.js';

let issuer: Issuer;
function startIssuerForEach() {
  beforeEach(async () => {
    issuer = await startIssuer();
  });
  afterEach(() => issuer.stop());
}

const CLAIMS = { sub: 'alice' };
const UNKNOWN = { alg: 'ES256', kid: 'made up' };
const headerOf = async () => decodeProtectedHeader(await issuer.sign(CLAIMS)) as { alg: string; kid: string };

/** The keys as a server keeps them whose clock stands still unless it is told to go on. */
function keysOf(times: Partial<KeyTimes> = {}) {
  const warnings: string[] = [];
  const clock = { now: 0 };
  const url = new URL('/jwks.json', issuer.url);
  const warn = (sentence: string) => warnings.push(sentence);
  return { keys: issuerKeys(url, { ...KEY_TIMES, ...times }, warn, () => clock.now), warnings, clock };
}

describe('the keys of an issuer', () => {
  startIssuerForEach();

  it('are read once for any number of requests, also when they come at once', async () => {
    const { keys } = keysOf();
    const header = await headerOf();
    const found = await Promise.all(Array.from({ length: 200 }, () => keys(header)));
    for (let n = 0; n < 200; n += 1) found.push(await keys(header));
    expect(new Set(found).size).toBe(1);
    expect(await issuer.reads()).toBe(1);
  });

  it('are read again for a key that is not among them, at once', async () => {
    const { keys } = keysOf();
    await keys(await headerOf());
    for (let n = 0; n < 3; n += 1) {
      await issuer.rotate({ keepOld: true });
      await expect(keys(await headerOf())).resolves.toBeDefined();
    }
    expect(await issuer.reads()).toBe(4);
  });

  it('are not read for each key that somebody makes up', async () => {
    const { keys } = keysOf();
    const known = await headerOf();
    await keys(known);
    const flood = Array.from({ length: 500 }, (_, n) => keys({ ...UNKNOWN, kid: `made up ${n}` }));
    for (const { status } of await Promise.allSettled(flood)) expect(status).toBe('rejected');
    for (let n = 0; n < 500; n += 1) await expect(keys(UNKNOWN)).rejects.toThrow('no applicable key');
    await expect(keys(known)).resolves.toBeDefined();
    expect(await issuer.reads()).toBeLessThanOrEqual(3);
  });

  it('are read where the setting says, and not where an issuer points to', async () => {
    const other = await redirectingServer();
    const warnings: string[] = [];
    const keys = issuerKeys(new URL('/jwks.json', other.url), KEY_TIMES, (sentence) => warnings.push(sentence));
    await expect(keys(UNKNOWN)).rejects.toThrow('issuer_unavailable');
    expect([other.visits.map(({ at }) => at), warnings]).toEqual([['named'], [expect.stringContaining(other.url)]]);
    other.stop();
  });

  it('are read for a new key also after such a flood, ten seconds later', async () => {
    const { keys, clock } = keysOf();
    await expect(keys(UNKNOWN)).rejects.toThrow('no applicable key');
    await issuer.rotate();
    const header = await headerOf();
    clock.now = 9999;
    await expect(keys(header)).rejects.toThrow('no applicable key');
    clock.now = 10_000;
    await expect(keys(header)).resolves.toBeDefined();
  });

  it('are read again after five minutes; one that is not published any more is gone', async () => {
    const { keys, clock } = keysOf();
    const header = await headerOf();
    await keys(header);
    await issuer.rotate();
    clock.now = 5 * 60_000;
    await expect(keys(header)).resolves.toBeDefined();
    clock.now += 1;
    await expect(keys(header)).rejects.toThrow('no applicable key');
  });

  it('are other objects when they were read again, so that signatures are checked again', async () => {
    const { keys, clock } = keysOf();
    const header = await headerOf();
    const known = await keys(header);
    clock.now = 5 * 60_000 + 1;
    expect(await keys(header)).not.toBe(known);
  });
});

describe('when the issuer is away', () => {
  startIssuerForEach();
  const UNAVAILABLE = { problem: { code: 'issuer_unavailable' } };

  it('its known keys count on for an hour, and it is not asked for each request', async () => {
    const { keys, warnings, clock } = keysOf();
    const header = await headerOf();
    const known = await keys(header);
    await issuer.stop();
    clock.now = 5 * 60_000 + 1;
    for (let n = 0; n < 100; n += 1) expect(await keys(header)).toBe(known);
    expect(warnings).toEqual([
      expect.stringMatching(
        /keys of a trusted issuer at http:.* cannot be read: connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
      ),
    ]);
    clock.now = 60 * 60_000;
    expect(await keys(header)).toBe(known);
    clock.now += 1;
    await expect(keys(header)).rejects.toMatchObject(UNAVAILABLE);
    expect(warnings).toHaveLength(2);
  });

  it('and no key is known, that is said, without asking for each request', async () => {
    const { keys, warnings } = keysOf();
    const header = await headerOf();
    await issuer.stop();
    const asked = await Promise.allSettled(Array.from({ length: 100 }, () => keys(header)));
    for (const answer of asked) expect(answer).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    await expect(keys(header)).rejects.toMatchObject(UNAVAILABLE);
    expect(warnings).toHaveLength(1);
  });

  it('and does not answer, a request waits until the timeout once in ten seconds', async () => {
    const { keys, warnings, clock } = keysOf({ timeoutMs: 300 });
    const header = await headerOf();
    const known = await keys(header);
    issuer.process.process.kill('SIGSTOP');
    clock.now = 5 * 60_000 + 1;
    for (let n = 0; n < 100; n += 1) expect(await keys(header)).toBe(known);
    expect(warnings).toHaveLength(1);
    clock.now += 10_000;
    expect(await keys(header)).toBe(known);
    expect(warnings).toHaveLength(2);
    issuer.process.process.kill('SIGCONT');
  });

  it('and comes back, it is asked again', async () => {
    const { keys, clock } = keysOf({ timeoutMs: 300 });
    const header = await headerOf();
    issuer.process.process.kill('SIGSTOP');
    await expect(keys(header)).rejects.toMatchObject(UNAVAILABLE);
    issuer.process.process.kill('SIGCONT');
    clock.now = 10_000;
    await expect(keys(header)).resolves.toBeDefined();
  });
});

describe('the log says in words why keys cannot be read:', () => {
  /** What is said of an issuer that answers so. */
  async function reasonFor(url: URL): Promise<string> {
    const warnings: string[] = [];
    const keys = issuerKeys(url, { ...KEY_TIMES, timeoutMs: 300 }, (sentence) => warnings.push(sentence));
    await expect(keys(UNKNOWN)).rejects.toThrow();
    expect(warnings).toHaveLength(1);
    return warnings[0]!.split('cannot be read: ')[1]!;
  }
  async function reasonForAnswer(answer: RequestListener, scheme = 'http'): Promise<string> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      return await reasonFor(new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it.each<[string, RequestListener, string]>([
    ['no answer', () => {}, 'no answer within 0.3 seconds'],
    [
      'an answer that does not end',
      (_, response) => response.writeHead(200).write('{"keys":['),
      'no answer within 0.3 seconds',
    ],
    ['a refusal', (_, response) => response.writeHead(503).end('{"keys":[]}'), 'it answers with 503'],
    [
      'a redirect, which is not followed',
      (_, response) => response.writeHead(302, { location: '/' }).end(),
      'it answers with 302',
    ],
    ['no JSON', (_, response) => response.end('<html>'), 'Failed to parse the JSON Web Key Set HTTP response as JSON'],
    ['no keys', (_, response) => response.end('{}'), 'JSON Web Key Set malformed'],
    ['too much', (_, response) => response.end('x'.repeat(300_000)), 'it sends more than 256 KiB'],
    ['a connection that breaks', (request) => request.socket.destroy(), 'other side closed'],
  ])('%s', async (_, answer, reason) => {
    expect(await reasonForAnswer(answer)).toBe(reason);
  });

  it('no TLS', async () => {
    expect(await reasonForAnswer(() => {}, 'https')).toMatch(/SSL routines.*wrong version number/);
  });

  it('no such host', async () => {
    expect(await reasonFor(new URL('http://issuer.invalid/jwks.json'))).toMatch(/^getaddrinfo E\w+ issuer\.invalid$/);
  });
});
