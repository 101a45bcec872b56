import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { freePort } from '../../bench/free-port.js';
import { FeedReader } from '../support/feed-reader.js';
import { samplesOf, sumOf } from '../support/metrics.js';
import { descendantsOf, listening, type Run, run, temporaryFolder, until } from '../support/processes.js';
import { OPERATOR_KEY } from '../support/test-server.js';

const WORKERS = 3;
/** What `npm start` runs; start.spec.ts starts it by npm. */
const SCRIPT = JSON.parse(readFileSync('package.json', 'utf8')).scripts.start.split(' ').slice(1);

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
  readonly body: any;
}

/** A connection of its own for each, so that the workers share them out. */
function connections(port: number) {
  const agents = Array.from({ length: 2 * WORKERS }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
  const call = (agent: http.Agent, method: string, path: string, body?: unknown, key = OPERATOR_KEY) =>
    new Promise<Answer>((resolve, reject) => {
      const headers = { 'x-api-key': key, 'content-type': 'application/json' };
      const request = http.request({ host: '127.0.0.1', port, agent, method, path, headers }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type']?.includes('json');
        resolve({ status: response.statusCode!, body: isJson && text ? JSON.parse(text.split('\n')[0]!) : text });
      });
      request.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    /** Over one connection after the other. */
    each: agents.map((agent) => call.bind(undefined, agent)),
    close: () => {
      for (const agent of agents) agent.destroy();
    },
  };
}

const client = (name: string) => `/v1/domain/default/client/${name}`;
const body = (scope: string) => ({
  clientType: 'Public',
  grantType: 'AuthorizationCode',
  redirectUris: ['https://my-app.example.com/callback'],
  scope,
});

describe(`WORKERS=${WORKERS}`, () => {
  const folder = temporaryFolder();
  let server: Run;
  let port: number;
  let connected: ReturnType<typeof connections>;

  beforeAll(async () => {
    port = await freePort();
    server = run(process.execPath, SCRIPT, {
      PORT: String(port),
      DATA_DIR: folder.path,
      BOOTSTRAP_API_KEY: OPERATOR_KEY,
      WORKERS: String(WORKERS),
      WORKER: 'x',
    });
    await listening(server);
    connected = connections(port);
  }, 60_000);
  afterAll(async () => {
    connected?.close();
    await server.endAll();
    folder.remove();
  });

  it('says once that it listens, what does nothing, and how a newcomer goes on', () => {
    expect(server.output().match(/listen(s|ing)\b.*/g)).toEqual([
      expect.stringMatching(/^listens on .* with 3 workers/),
    ]);
    expect(server.output().match(/A first client/g)).toHaveLength(1);
    expect(server.output().match(/has no effect/g)).toHaveLength(1);
  });

  it('is one instance: what one worker commits every other one serves at once', async () => {
    const { each } = connected;
    for (let round = 0; round < 60; round += 1) {
      const [writer, ...others] = [...each.slice(round % each.length), ...each.slice(0, round % each.length)];
      expect((await writer!('PUT', client('shared'), body(`s${round}`))).status).toBe(200);
      const read = await Promise.all(others.map((reader) => reader('GET', client('shared'))));
      expect(read.map((answer) => answer.body.scope)).toEqual(others.map(() => `s${round}`));
    }
    await each[0]!('DELETE', client('shared'));
    const gone = await Promise.all(each.map((reader) => reader('GET', client('shared'))));
    expect(gone.map(({ status }) => status)).toEqual(each.map(() => 404));
  });

  it('is one instance: what one worker imports every other one serves at once', async () => {
    const { each } = connected;
    for (let round = 0; round < 10; round += 1) {
      const [writer, ...others] = [...each.slice(round % each.length), ...each.slice(0, round % each.length)];
      const lines = { clientId: 'shared', ...body(`i${round}`) };
      expect((await writer!('POST', '/admin/domains/default/import?dryRun=false', lines)).status).toBe(200);
      const read = await Promise.all(others.map((reader) => reader('GET', client('shared'))));
      expect(read.map((answer) => answer.body.scope)).toEqual(others.map(() => `i${round}`));
    }
  });

  it('is one instance: a credential that one worker revoked no other one lets in', async () => {
    const { each } = connected;
    for (let round = 0; round < 6; round += 1) {
      const grant = { name: 'short-lived', domain: 'default' };
      const { id, apiKey } = (await each[round]!('POST', '/admin/credentials', grant)).body;
      const enter = () =>
        Promise.all(each.map(async (reader) => (await reader('GET', client('nobody'), undefined, apiKey)).status));
      expect(await enter()).toEqual(each.map(() => 404));
      expect((await each[round]!('DELETE', `/admin/credentials/${id}`)).status).toBe(204);
      expect(await enter()).toEqual(each.map(() => 401));
    }
  });

  it('is one instance: a follower of the changes is told at once, whichever worker has written', async () => {
    const readers = await Promise.all(connected.each.map(() => FeedReader.open({ url: `http://127.0.0.1:${port}` })));
    for (const [n, writer] of connected.each.entries()) await writer('PUT', client(`followed-${n}`), body('openid'));
    const expected = connected.each.map((_, n) => `followed-${n}`);
    // What happened just before may still be told.
    const toldBy = (reader: FeedReader) =>
      reader.changes().flatMap(({ data }) => (data.clientId?.startsWith('followed-') ? [data.clientId] : []));
    await until('all are told', () => readers.every((reader) => toldBy(reader).length >= expected.length));
    for (const reader of readers) {
      expect(toldBy(reader)).toEqual(expected);
      reader.close();
    }
  });

  it('is one instance: one scrape of /metrics answers for all workers, whichever is asked', async () => {
    const { each } = connected;
    const reads = async () => (await Promise.all(each.map((reader) => reader('GET', client('nobody'))))).length;
    const scrape = async () => samplesOf((await each[0]!('GET', '/metrics')).body);
    const readsIn = (samples: ReturnType<typeof samplesOf>) =>
      sumOf(samples, 'clientele_http_requests_total', { dialect: 'v1', status: '404' })!;
    await reads();
    const before = readsIn(await scrape());
    const made = await reads();
    const samples = await scrape();
    expect(readsIn(samples)).toBe(before + made);
    const shares = samples.filter(({ name }) => name === 'process_resident_memory_bytes');
    expect(new Set(shares.map(({ labels }) => labels.worker)).size).toBe(WORKERS);
    expect(sumOf(samples, 'clientele_watch_current')).toBe(WORKERS);
    const families = (await each[1]!('GET', '/metrics')).body.match(/^# TYPE \S+/gm);
    expect(new Set(families).size).toBe(families.length);
  });

  it('says once that the database is away, and once that it is back', async () => {
    const [pid] = readFileSync(path.join(folder.path, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGQUIT');
    await until('it is back', () => / is back\./.test(server.output()));
    expect(server.output().match(/The database at \S+ is (away|back)/g)).toHaveLength(2);
  });

  it('replaces a worker that was killed, and goes on meanwhile', async () => {
    await connected.each[0]!('PUT', client('kept'), body('openid'));
    const killed = await workersOf(server.process.pid!);
    expect(killed).toHaveLength(WORKERS);
    process.kill(killed[0]!, 'SIGKILL');
    await until('the worker is replaced', async () => {
      const now = await workersOf(server.process.pid!);
      return now.length === WORKERS && !now.includes(killed[0]!) && /is replaced/.test(server.output());
    });
    connected.close();
    connected = connections(port);
    for (const writer of connected.each) {
      expect((await writer('PUT', client('kept'), body('after'))).status).toBe(200);
      const read = await Promise.all(connected.each.map((reader) => reader('GET', client('kept'))));
      expect(read.map((answer) => answer.body.scope)).toEqual(connected.each.map(() => 'after'));
    }
  });

  it('stops them all on SIGTERM, says so once, and ends with 0', async () => {
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.output().match(/SIGTERM|Clientele has stopped/g)).toEqual(['SIGTERM', 'Clientele has stopped']);
  });
});

describe('with a setting that keeps workers from starting', () => {
  it('says so once, and ends with 1', async () => {
    const server = run(process.execPath, SCRIPT, {
      PORT: String(await freePort()),
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
      WORKERS: '2',
    });
    expect(await server.ended).toBe(1);
    expect(server.output().match(/cannot be reached/g)).toHaveLength(1);
  });
});

/** The processes below the server's that run its code. */
async function workersOf(pid: number): Promise<number[]> {
  const servers = (await descendantsOf(pid)).filter(({ command }) => command.includes('start.mjs'));
  return servers.map(({ pid: own }) => own);
}
