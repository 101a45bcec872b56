import fs from 'node:fs';
import path from 'node:path';
import { childrenOf } from '../bench/cpu.js';
import { withClient } from '../bench/postgres.js';

/** The embedded PostgreSQL of a product, seen from outside, by what lies in its folder. */
export class Embedded {
  readonly folder: string;
  readonly url: string;

  /** To be made when it runs. */
  constructor(dataDir: string) {
    this.folder = path.join(dataDir, 'postgres');
    const password = fs.readFileSync(path.join(this.folder, 'password'), 'utf8').trim();
    // It keeps its socket however often it is started again.
    const [, , , port, socketFolder] = this.#lock();
    this.url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres?host=${encodeURIComponent(socketFolder!)}`;
  }

  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    return withClient(this.url, async (client) => (await client.query(sql, values)).rows);
  }

  /** `kill -9` of all its processes at once, or of the first one alone. */
  async kill({ family = true } = {}): Promise<void> {
    const pid = Number(this.#lock()[0]);
    for (const each of [pid, ...(family ? childrenOf(pid) : [])]) process.kill(each, 'SIGKILL');
  }

  #lock() {
    return fs.readFileSync(path.join(this.folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
  }
}
