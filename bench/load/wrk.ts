// The closed loop of wrk, in C: a tenth of what a generator in JavaScript costs on the processor it shares with
// PostgreSQL. Debian, Ubuntu and Homebrew have it.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Request } from '../requests.js';
import type { Server } from '../server.js';
import type { Generated, LoadOptions } from './closed.js';

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url));
/** More than any server here answers; requests are made beforehand. */
export const MOST_PER_SECOND = 40_000;
const TIMEOUT_SECONDS = 10;

/** It has no option that ends with 0, but says its version. */
export const hasWrk = /^wrk /.test(spawnSync('wrk', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** Makes the requests; gives a function that sends them. */
export function wrk(
  server: Server,
  { connections, seconds, nextRequest, isRepeatable, most = MOST_PER_SECOND }: LoadOptions,
): () => Promise<Generated> {
  // It takes whole seconds only.
  const duration = Math.max(1, Math.round(seconds));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-bench-wrk-'));
  const file = path.join(folder, 'requests');
  writeFileSync(file, bytesOf(server, nextRequest, duration * most));
  const args = ['-t', '1', '-c', connections, '-d', `${duration}s`, '--timeout', `${TIMEOUT_SECONDS}s`, '-s', SCRIPT];
  return async () => {
    try {
      const { stdout } = await promisify(execFile)('wrk', [...args.map(String), server.url], {
        env: { PATH: process.env.PATH, WRK_REQUESTS: file },
      });
      const { requests, microseconds, p50, p99, status, broken, repeated } = JSON.parse(
        stdout.trim().split('\n').at(-1)!,
      );
      if (status + broken > 0 || requests === 0) {
        const answers = `${requests} answers in ${duration} s, ${status} of them 4xx or 5xx`;
        throw new Error(`${server.name} gave ${answers}; ${broken} requests broke.`);
      }
      if (repeated && !isRepeatable) throw new Error(`${server.name} answered more requests than had been prepared.`);
      return { requests, p50: p50 / 1000, p99: p99 / 1000, perSecond: (requests / microseconds) * 1e6 };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

function bytesOf(server: Server, nextRequest: () => Request, count: number) {
  const { host } = new URL(server.url);
  const requests = Array.from({ length: count }, () => {
    const { method, path: target, headers, body = '' } = nextRequest();
    const lines = Object.entries({ host, ...server.headers, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const length = body && `content-length: ${Buffer.byteLength(body)}\r\n`;
    return `${method} ${target} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}\0`;
  });
  return requests.join('');
}
