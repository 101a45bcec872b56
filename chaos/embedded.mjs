import fs from 'node:fs';
import path from 'node:path';
import { childrenOf } from '../bench/cpu.mjs';
import { withClient } from '../bench/postgres.mjs';

/** The embedded PostgreSQL of a product, seen from outside, by what lies in its folder. */
export class Embedded {
  /** To be made when it runs. */
  constructor(dataDir) {
    this.folder = path.join(dataDir, 'postgres');
    const password = fs.readFileSync(path.join(this.folder, 'password'), 'utf8').trim();
    // It keeps its socket however often it is started again.
    const [, , , port, socketFolder] = this.#lock();
    this.url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres?host=${encodeURIComponent(socketFolder)}`;
  }

  query(sql, values) {
    return withClient(this.url, async (client) => (await client.query(sql, values)).rows);
  }

  /** `kill -9` of all its processes at once, or of the first one alone. */
  async kill({ family = true } = {}) {
    const pid = Number(this.#lock()[0]);
    for (const each of [pid, ...(family ? childrenOf(pid) : [])]) process.kill(each, 'SIGKILL');
  }

  #lock() {
    return fs.readFileSync(path.join(this.folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
  }
}
