import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Run, run, temporaryFolder, until } from './support/processes.js';
import { freePort } from './support/test-server.js';

const README = readFileSync('README.md', 'utf8');
const blocks = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
const KEY = /export BOOTSTRAP_API_KEY=(\S+)/.exec(README)![1]!;

describe('README', () => {
  const folder = temporaryFolder();
  let port: number;
  let server: Run;

  beforeAll(async () => {
    port = await freePort();
    // Exactly the block that starts the server, on a port and a folder of this test.
    const start = blocks.find((block) => /^npm start$/m.test(block))!;
    server = run('bash', ['-c', start], { PORT: String(port), DATA_DIR: folder.path });
    await until('the server listens', () => /Clientele listens/.test(server.output()));
  }, 90_000);
  afterAll(async () => {
    await server.endAll();
    folder.remove();
  });

  const answers = async (block: string): Promise<unknown[]> => {
    const command = block.replaceAll('7472', String(port)).replaceAll(/curl /g, 'curl -sS --fail-with-body -w "\\n" ');
    const { stdout } = await promisify(execFile)('bash', ['-ec', command], {
      env: { PATH: process.env.PATH, BOOTSTRAP_API_KEY: KEY },
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
    expect(curls).toHaveLength(4);
    const [provisioned, ...others] = await answers(curls[0]!);
    expect(others).toEqual([]);
    expect(provisioned).toEqual({ clientSecret: expect.stringMatching(/^cls_/) });

    const [read, renamed] = await answers(curls[1]!);
    expect(read).toMatchObject({ clientID: 'my-app', clientType: 'Private Client', clientName: null });
    expect(renamed).toMatchObject({ clientID: 'my-app', clientName: 'My App' });

    const [view] = await answers(curls[2]!);
    expect(view).toMatchObject({ clientId: 'my-app', policies: ['policy.employees'] });

    const [issued] = await answers(curls[3]!);
    expect(issued).toMatchObject({
      name: 'ci',
      apiKey: expect.stringMatching(/^clk_/),
      accessToken: expect.any(String),
    });
  });

  it('has a command line that does what is pasted', async () => {
    const block = blocks.find((each) => each.includes('npx clientele '))!;
    const { stdout } = await promisify(execFile)('bash', ['-ec', block], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        BOOTSTRAP_API_KEY: KEY,
        CLIENTELE_URL: `http://localhost:${port}`,
      },
    });
    const [plan, rest] = stdout.split('default/my-machine: created, client secret cls_');
    expect(plan).toContain('Plan: 1 to create, 0 to change, 0 as they should be.');
    expect(rest).toContain('\nmy-app\nmy-machine\n');
    expect(rest).toContain('"clientSecret": "cls_');
    expect(rest).toMatch(/client\.secret_added +default\/my-machine +by operator \(v1\)/);
  });

  it('measures with the command it names', async () => {
    const short = { BENCH_SECONDS: '0.1', BENCH_ROUNDS: '1', BENCH_WARM_UP: '0.1', BENCH_CLIENTS: '1000' };
    const bench = run('npm', ['run', 'bench', '--', 'v1 read one'], short);
    expect(await bench.ended).toBe(0);
    expect(bench.output()).toMatch(/^\| v1 read one /m);
  }, 120_000);

  it('names only npm scripts that exist, and every setting that the server reads', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, script] of README.matchAll(/npm run (\w+)/g)) expect(Object.keys(scripts)).toContain(script);
    const settings = [...readFileSync('src/config.ts', 'utf8').matchAll(/^ {6}([A-Z_]+): /gm)].map(([, name]) => name!);
    expect(settings.length).toBeGreaterThan(10);
    for (const name of settings) expect(README).toContain(`\`${name}\``);
  });
});
