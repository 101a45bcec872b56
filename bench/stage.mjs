import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgres } from '../dist/libs/persistence/src/embedded-postgres.js';
import { pinToLoad } from './cpu.mjs';
import { Data } from './data.mjs';
import { Server } from './server.mjs';

const API_KEY = 'operator-key-for-the-benchmark-0123456789';
const FLOORS = fileURLToPath(new URL('floors.mjs', import.meta.url));

/** Everything that has to run: one PostgreSQL that waits for the disk, the product and the floors. */
export class Stage {
  servers = {};
  /** What is to be undone, the last first. */
  undo = [];

  constructor(clients) {
    this.clients = clients;
  }

  async start() {
    pinToLoad();
    process.stderr.write(`Starting PostgreSQL, the product and the floors, and loading ${this.clients} clients …\n`);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-bench-'));
    await this.toUndo(() => rmSync(folder, { recursive: true, force: true }));
    // As root, PostgreSQL runs as another user, who has to get in.
    chmodSync(folder, 0o711);
    this.postgres = await EmbeddedPostgres.start({ folder, durable: true });
    await this.toUndo(() => this.postgres.stop());
    const DATABASE_URL = this.postgres.url();
    this.data = new Data(DATABASE_URL);
    await this.toUndo(() => this.data.close());
    await this.startServer('product', ['dist/src/main.js'], {
      env: { DATABASE_URL, BOOTSTRAP_API_KEY: API_KEY, SECRET_PEPPER: 'a pepper for the benchmark', LOG_LEVEL: 'warn' },
      headers: { 'x-api-key': API_KEY },
    });
    await this.data.fill(this.clients);
    await this.startServer('pg', [FLOORS, 'pg'], { env: { DATABASE_URL } });
    await this.startServer('static', [FLOORS, 'static'], { env: {} });
  }

  /** Undoes what has been done so far, also in the middle of a start or of a measurement, which fails then. */
  stop() {
    this.stopped ??= this.undoAll();
    return this.stopped;
  }

  /** What the servers printed last, for when something went wrong. */
  lastWords() {
    return Object.values(this.servers)
      .filter(({ output }) => output !== '')
      .map(({ name, output }) => `${name} printed last:\n${output}\n`)
      .join('');
  }

  async undoAll() {
    for (let step = this.undo.pop(); step; step = this.undo.pop()) await step();
  }

  async toUndo(step) {
    if (!this.stopped) {
      this.undo.push(step);
      return;
    }
    await step();
    throw new Error('Stopped while starting.');
  }

  async startServer(name, args, options) {
    const server = await Server.start(name, args, options);
    this.servers[name] = server;
    await this.toUndo(() => server.stop());
    await server.answers();
  }
}
