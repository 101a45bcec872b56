import { randomBytes } from 'node:crypto';
import { freePort, Server, temporaryFolder } from './processes.js';
import { Registry } from './registry.js';

const SERVER = 'examples/authorization-server/server.ts';

/** Clientele with a database of its own, and the authorization server that reads its clients there. */
export class House {
  readonly #folder = temporaryFolder();
  readonly #operatorKey = randomBytes(32).toString('hex');
  #port: number | undefined;
  #issuer: string | undefined;
  #registry: Registry | undefined;
  #clientele: Server | undefined;
  #authorizationServer: Server | undefined;

  get issuer(): string {
    return started(this.#issuer);
  }

  get registry(): Registry {
    return started(this.#registry);
  }

  get clientele(): Server {
    return started(this.#clientele);
  }

  get authorizationServer(): Server {
    return started(this.#authorizationServer);
  }

  /** The first time on an empty database, then on what it has written. */
  async startClientele(): Promise<void> {
    this.#port ??= await freePort();
    const url = `http://localhost:${this.#port}`;
    this.#clientele = new Server(['dist/src/main.js'], {
      PORT: String(this.#port),
      DATA_DIR: `${this.#folder.path}/data`,
      BOOTSTRAP_API_KEY: this.#operatorKey,
      LOG_LEVEL: 'warn',
    });
    await this.clientele.answers(`${url}/health/ready`);
    this.#registry = new Registry(url, this.#operatorKey);
  }

  async startAuthorizationServer(apiKey: string): Promise<void> {
    const port = await freePort();
    this.#issuer = `http://localhost:${port}`;
    this.#authorizationServer = new Server(['--import=@swc-node/register/esm-register', SERVER], {
      PORT: String(port),
      CLIENTELE_URL: this.registry.url,
      CLIENTELE_API_KEY: apiKey,
    });
    await this.authorizationServer.answers(`${this.issuer}/.well-known/openid-configuration`);
  }

  /** What the servers have printed, for when something went wrong. */
  output(): string {
    return `Clientele printed:\n${this.#clientele?.output}\nThe authorization server printed:\n${this.#authorizationServer?.output}`;
  }

  async stop(): Promise<void> {
    await this.#authorizationServer?.stop();
    await this.#clientele?.stop();
    this.#folder.remove();
  }
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('It is not started yet.');
  return part;
}
