import { fileURLToPath } from 'node:url';
import { pinToLoad } from './cpu.mjs';
import { Data, DOMAIN } from './data.mjs';
import { hasPgbench } from './pgbench.mjs';
import { startPostgres } from './postgres.mjs';
import { startProducts } from './product.mjs';
import { send, v1Body, v1Path } from './requests.mjs';
import { Server } from './server.mjs';
import { settings } from './settings.mjs';

const FLOORS = fileURLToPath(new URL('floors.mjs', import.meta.url));
const REDIRECT_URI = 'https://app.example.com/callback';
const SECRETS = 200;

/** Everything that has to run for the comparison: one PostgreSQL, the product and the floors. */
export class Stage {
  /** By name, the processes of each. */
  servers = {};
  /** Confidential clients of the product: `{ id, secret }`. */
  secrets = [];
  peers = [];
  hasPgbench = hasPgbench;
  /** Sentences on what could not be measured. */
  failures = [];

  constructor(undo) {
    this.undo = undo;
  }

  async start(clients, processes = settings.processes) {
    pinToLoad();
    process.stderr.write(`Starting PostgreSQL, the product and the floors, and loading ${clients} clients …\n`);
    this.postgres = await startPostgres(this.undo);
    const DATABASE_URL = this.postgres.url();
    this.data = new Data(DATABASE_URL);
    await this.undo.add(() => this.data.close());
    this.servers.product = await startProducts(this.undo, { DATABASE_URL }, { count: processes });
    await this.data.fill(clients);
    await this.makeSecrets();
    await this.startFloor('pg', { DATABASE_URL }, processes);
    await this.startFloor('static', {}, processes);
  }

  /** What the servers printed last, for when something went wrong. */
  lastWords() {
    return Object.values(this.servers)
      .flat()
      .filter(({ output }) => output !== '')
      .map(({ name, output }) => `${name} printed last:\n${output}\n`)
      .join('');
  }

  async startFloor(name, env, processes) {
    this.servers[name] = [];
    while (this.servers[name].length < processes) {
      const server = await Server.start(`f-${name}`, [FLOORS, name], { env });
      this.servers[name].push(server);
      await this.undo.add(() => server.stop());
      await server.answers();
    }
  }

  async makeSecrets() {
    const [{ url, headers }] = this.servers.product;
    for (let n = 1; n <= SECRETS; n += 1) {
      const id = `secret-${n}`;
      const { method, path, ...request } = send('PUT', v1Path(id, DOMAIN), {
        ...v1Body(REDIRECT_URI),
        clientType: 'Confidential',
      });
      const answer = await fetch(url + path, {
        method,
        body: request.body,
        headers: { ...headers, ...request.headers },
      });
      const { clientSecret: secret } = await answer.json();
      this.secrets.push({ id, secret });
    }
  }
}
