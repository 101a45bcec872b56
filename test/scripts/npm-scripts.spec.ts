import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { plainShell } from '../support/plain-shell.js';
import { type Run, run, until } from '../support/processes.js';

const MANIFESTS = ['package.json', 'examples/authorization-server/package.json'];
/** Of each shell the same: a program that is on every path, and words. No `exec`, `A=b`, `$A`, `'`, `;`, `&`, `|`, `<`, `>`, `*`. */
const WORDS = /^(node|npm)( [\w@:=./-]+)+$/;

const scripts = MANIFESTS.flatMap((file) => {
  const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(manifest.scripts).map(([name, script]) => [`${file}: ${name}`, script] as const);
});

describe('npm scripts', () => {
  it.each(scripts)('run in any shell, Windows’ cmd as well: %s', (_, script) => {
    expect(script).toMatch(WORDS);
  });
});

describe('a program that npm runs in a shell that hands no signal on', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-npm-'));
  const runs: Run[] = [];
  afterAll(async () => {
    await Promise.all(runs.map((each) => each.endAll()));
    rmSync(folder, { recursive: true });
  });

  writeFileSync(
    path.join(folder, 'program.cjs'),
    `for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { console.log('ended as on', signal); process.exit(0); });
     setInterval(() => {}, 1e6);
     console.log('runs below', process.ppid);`,
  );
  const preload = path.resolve('scripts/under-npm.cjs');
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ scripts: { start: `node -r ${preload} program.cjs` } }),
  );
  const start = async () => {
    const started = run('npm', ['start', '--silent', '--prefix', folder], {
      npm_config_script_shell: plainShell(folder),
    });
    runs.push(started);
    await until('it runs', () => /runs below \d+\n/.test(started.output()));
    return started;
  };

  it('ends when npm is told to', async () => {
    const started = await start();
    started.process.kill('SIGTERM');
    await started.ended;
    expect(started.output()).toContain('ended as on SIGTERM');
  });

  it('ends when the shell is killed', async () => {
    const started = await start();
    process.kill(Number(/runs below (\d+)/.exec(started.output())![1]), 'SIGKILL');
    await started.ended;
    expect(started.output()).toContain('ended as on SIGTERM');
  });

  it('ends on Ctrl-C', async () => {
    const started = await start();
    process.kill(-started.process.pid!, 'SIGINT');
    await started.ended;
    expect(started.output()).toContain('ended as on SIGINT');
  });
});
