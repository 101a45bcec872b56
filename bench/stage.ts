import { compiled } from './compiled.js';
import { pinToLoad } from './cpu.js';
import { Data, DOMAIN, IN_DEFAULT } from './data.js';
import type { Peer } from './peers.js';
import { hasPgbench } from './pgbench.js';
import { type Database, startPostgres } from './postgres.js';
import { startProducts } from './product.js';
import { type Confidential, requestsIn, send, v1Body, v1Path } from './requests.js';
import { type Environment, Server } from './server.js';
import { settings } from './settings.js';
import { homesIn } from './tenants.js';
import type { Undo } from './undo.js';

const REDIRECT_URI = 'https://app.example.com/callback';
const SECRETS = 200;

/** Everything that has to run for the comparison: one PostgreSQL, the product and the floors. */
export class Stage {
  /** By name, the processes of each. */
  readonly servers: Record<string, Server[]> = {};
  /** Confidential clients of the product. */
  readonly secrets: Confidential[] = [];
  readonly peers: Peer[] = [];
  readonly hasPgbench = hasPgbench;
  /** Sentences on what could not be measured. */
  readonly failures: string[] = [];
  postgres: Database;
  data: Data;
  /** What a tenant asks in its own domain, which has as many clients as the default one, with a key for it alone. */
  tenant: ReturnType<typeof requestsIn>;

  constructor(readonly undo: Undo) {}

  async start(clients: number, processes = settings.processes): Promise<void> {
    pinToLoad();
    process.stderr.write(`Starting PostgreSQL, the product and the floors, and loading ${clients} clients …\n`);
    this.postgres = await startPostgres(this.undo);
    const DATABASE_URL = this.postgres.url();
    this.servers.product = await startProducts(this.undo, { DATABASE_URL }, { count: processes });
    const { homeOf, domain } = await homesIn(this.servers.product[0]!, '1');
    this.tenant = requestsIn(homeOf);
    this.data = new Data(DATABASE_URL, { domains: [IN_DEFAULT, domain] });
    await this.undo.add(() => this.data.close());
    await this.data.fill(clients);
    await this.makeSecrets();
    await this.startFloor('pg', { DATABASE_URL }, processes);
    await this.startFloor('static', {}, processes);
  }

  /** What the servers printed last, for when something went wrong. */
  lastWords(): string {
    return Object.values(this.servers)
      .flat()
      .filter(({ output }) => output !== '')
      .map(({ name, output }) => `${name} printed last:\n${output}\n`)
      .join('');
  }

  private async startFloor(name: string, env: Environment, processes: number) {
    const servers: Server[] = [];
    this.servers[name] = servers;
    while (servers.length < processes) {
      const server = await Server.start(`f-${name}`, [compiled('bench/floors.ts'), name], { env });
      servers.push(server);
      await this.undo.add(() => server.stop());
      await server.answers();
    }
  }

  private async makeSecrets() {
    const { url, headers } = this.servers.product![0]!;
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
      const { clientSecret: secret } = (await answer.json()) as { clientSecret: string };
      this.secrets.push({ id, secret });
    }
  }
}
