import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../bench/free-port.js';
import type { Undo } from '../bench/undo.js';

const PROGRAM = 'haproxy';
const SHIPPED = new URL('../docker/haproxy.cfg', import.meta.url);
const PATIENCE_MS = 10_000;

export const hasHaproxy = (): boolean => spawnSync(PROGRAM, ['-v']).status === 0;

/** HAProxy in front of servers on these ports. Gives where it listens, and what it said of them. */
export async function startHaproxy(
  undo: Undo,
  folder: string,
  ports: readonly number[],
): Promise<{ readonly url: string; said(): string }> {
  const port = await freePort();
  const file = path.join(folder, 'haproxy.cfg');
  writeFileSync(file, configuration(port, ports));
  const logFile = path.join(folder, 'haproxy.log');
  const log = openSync(logFile, 'a');
  const child = spawn(PROGRAM, ['-db', '-f', file], { stdio: ['ignore', log, log] });
  closeSync(log);
  await undo.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  for (const begin = performance.now(); performance.now() - begin < PATIENCE_MS; await sleep(20)) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return { url, said: () => readFileSync(logFile, 'utf8') };
  }
  throw new Error(`HAProxy did not start:\n${readFileSync(logFile, 'utf8')}`);
}

/** That of docker/compose.yaml, for these servers. */
function configuration(port: number, ports: readonly number[]) {
  const servers = ports.map((each) => `  server server-${each} 127.0.0.1:${each}`);
  return `${readFileSync(SHIPPED, 'utf8')
    .replace(/bind .*/, `bind 127.0.0.1:${port}`)
    .replaceAll(/^ *server .*\n/gm, '')}${servers.join('\n')}\n`;
}
