import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { freePort } from '../bench/free-port.js';
import { SETTING_NAMES } from '../src/config.js';
import { listening, type Run, run, temporaryFolder } from './support/processes.js';

const README = readFileSync('README.md', 'utf8');
const blocks = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
const PLACEHOLDER = 'clk_…';
const CHOOSING = /^BOOTSTRAP_API_KEY=(\S+) npm start$/m;

/** The least that `npm run bench` measures. */
const SHORT = {
  BENCH_SECONDS: '0.1',
  BENCH_ROUNDS: '1',
  BENCH_PROCESSES: '1',
  BENCH_WARM_UP: '0.1',
  BENCH_CLIENTS: '1000',
};

/** The calls that the first start prints. */
const printed = (server: Run) => server.output().match(/^ {2}curl [\s\S]*?(?=\n\n)/gm)!;

/** As Ctrl-C does, which reaches all that runs in the terminal. */
async function interrupt(server: Run): Promise<void> {
  process.kill(-server.process.pid!, 'SIGINT');
  await server.ended;
  expect(server.output()).toContain('Clientele has stopped');
}

describe('README', () => {
  const folder = temporaryFolder();
  let port: number;
  let server: Run;
  /** Takes longest, and goes on while everything else is tried. */
  let bench: Run;
  /** The one that the first start has printed. */
  let key: string;

  beforeAll(async () => {
    bench = run('npm', ['run', 'bench', '--', 'v1 read one'], SHORT);
    port = await freePort();
    await start(/^npm start\b/m.exec(blocks[0]!)![0]);
    key = /clk_[\w-]+/.exec(server.output())![0];
  }, 90_000);
  afterAll(async () => {
    await Promise.all([server.endAll(), bench.endAll()]);
    folder.remove();
  });

  /** Runs a block that starts the server, on a port and a folder of this test. */
  const start = async (block: string) => {
    server = run('bash', ['-c', block], { PORT: String(port), DATA_DIR: folder.path });
    await listening(server);
  };
  const answers = async (block: string, chosen = key): Promise<unknown[]> => {
    const command = block
      .replaceAll('7472', String(port))
      .replaceAll(/curl /g, 'curl -sS --fail-with-body -w "\\n" ')
      .replace(PLACEHOLDER, chosen);
    const { stdout } = await promisify(execFile)('bash', ['-ec', command], {
      env: { PATH: process.env.PATH, CLIENTELE_API_KEY: chosen },
    });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  it('says first what this is, and then the two commands', () => {
    const [title, , ...rest] = README.split('\n');
    expect(title).toBe('# Clientele');
    expect(rest.slice(0, 3).every((line) => line !== '')).toBe(true);
    expect(blocks[0]).toMatch(/^npm start .*\nnpm test /);
  });

  it('has a first success in both dialects that works as pasted', async () => {
    const curls = blocks.filter((block) => block.includes('curl '));
    expect(curls).toHaveLength(5);
    // Each terminal is given the key by what is pasted into it first.
    expect(curls[0]).toContain(`export CLIENTELE_API_KEY=${PLACEHOLDER}\n`);
    const [provisioned, ...others] = (await answers(curls[0]!)) as { clientSecret: string }[];
    expect(others).toEqual([]);
    expect(provisioned).toEqual({ clientSecret: expect.stringMatching(/^cls_/) });

    const [read, renamed] = await answers(curls[1]!);
    expect(read).toMatchObject({ clientID: 'my-app', clientType: 'Private Client', clientName: null });
    expect(renamed).toMatchObject({ clientID: 'my-app', clientName: 'My App' });

    const [view] = await answers(curls[2]!);
    expect(view).toMatchObject({ clientId: 'my-app', policies: ['policy.employees'] });

    expect(await answers(curls[3]!)).toEqual([{ valid: false }]);
    const verified = await answers(curls[3]!.replace('cls_…', provisioned!.clientSecret));
    expect(verified).toMatchObject([{ valid: true }]);

    const [issued] = await answers(curls[4]!);
    expect(issued).toMatchObject({
      name: 'ci',
      apiKey: expect.stringMatching(/^clk_/),
      accessToken: expect.any(String),
    });
  });

  it('makes the client that the first start makes, so doing it again changes nothing', async () => {
    const [registered, read] = await answers(printed(server).join('\n'));
    expect(registered).toEqual({ clientSecret: null });
    expect(read).toMatchObject({ clientID: 'my-app', clientType: 'Private Client', clientName: 'My App' });
    const view = blocks.filter((each) => each.includes('curl '))[2]!;
    expect(await answers(view)).toMatchObject([{ clientType: 'Confidential', policies: ['policy.employees'] }]);
  });

  it('has a command line that does what is pasted', async () => {
    const block = blocks.find((each) => each.includes('npx --no-install clientele '))!;
    const { stdout } = await promisify(execFile)('bash', ['-ec', block], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        CLIENTELE_API_KEY: key,
        CLIENTELE_URL: `http://localhost:${port}`,
      },
    });
    const [plan, rest] = stdout.split('default/my-machine: created, client secret cls_');
    expect(plan).toContain('Plan: 1 to create, 0 to change, 0 as they should be.');
    expect(rest).toContain('\nmy-app\nmy-machine\n');
    expect(rest).toContain('"clientSecret": "cls_');
    expect(rest).toMatch(/client\.secret_added +default\/my-machine +by operator \(v1\)/);
  }, 60_000);

  it('says of a key that is chosen too late that it has no effect, and the printed one goes on', async () => {
    await interrupt(server);
    const block = blocks.find((each) => CHOOSING.test(each))!;
    await start(block);
    expect(server.output()).toMatch(/BOOTSTRAP_API_KEY has no effect.*clientele operator reset/);
    const read = blocks.filter((each) => each.includes('curl '))[2]!;
    expect(await answers(read)).toMatchObject([{ clientId: 'my-app' }]);
    await expect(answers(read, CHOOSING.exec(block)![1]!)).rejects.toThrow('401');
  }, 60_000);

  it('lets the key be chosen the very first time; then all of it works with that one, and nothing secret is printed', async () => {
    await interrupt(server);
    folder.remove();
    const block = blocks.find((each) => CHOOSING.test(each))!;
    const chosen = CHOOSING.exec(block)![1]!;
    await start(block);
    // First what this start prints, then README: the other way round than above.
    const [registered] = await answers(`BOOTSTRAP_API_KEY=${chosen}\n${printed(server).join('\n')}`);
    expect(registered).toEqual({ clientSecret: expect.stringMatching(/^cls_/) });
    const [again, ...others] = blocks.filter((each) => each.includes('curl '));
    expect(await answers(again!, chosen)).toEqual([{ clientSecret: null }]);
    for (const curls of others) await answers(curls, chosen);
    expect(server.output()).not.toMatch(/no effect|clk_|eyJ/);
    expect(server.output()).not.toContain(chosen);
    await interrupt(server);
    await start(block);
    expect(server.output()).not.toContain('no effect');
  }, 60_000);

  it('measures with the command it names', async () => {
    expect([await bench.ended, bench.output()]).toEqual([0, expect.stringMatching(/^\| v1 read one /m)]);
  }, 120_000);

  it('names only npm scripts that exist, and every setting that the server reads', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, script] of README.matchAll(/npm run (\w+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const name of SETTING_NAMES) expect(README).toContain(`\`${name}\``);
  });
});
