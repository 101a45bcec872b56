import { randomBytes } from 'node:crypto';
import { freePort, Server, temporaryFolder } from './processes.js';
import { Registry } from './registry.js';

/** Clientele with a database of its own, and the authorization server that reads its clients there. */
export class House {
  #folder = temporaryFolder();
  #operatorKey = randomBytes(32).toString('hex');
  #port;
  clientele;
  authorizationServer;

  /** The first time on an empty database, then on what it has written. */
  async startClientele() {
    this.#port ??= await freePort();
    const url = `http://localhost:${this.#port}`;
    this.clientele = new Server('dist/src/main.js', {
      PORT: String(this.#port),
      DATA_DIR: `${this.#folder.path}/data`,
      BOOTSTRAP_API_KEY: this.#operatorKey,
      LOG_LEVEL: 'warn',
    });
    await this.clientele.answers(`${url}/health/ready`);
    this.registry = new Registry(url, this.#operatorKey);
    return url;
  }

  async startAuthorizationServer(apiKey) {
    const port = await freePort();
    this.issuer = `http://localhost:${port}`;
    this.authorizationServer = new Server('examples/authorization-server/server.js', {
      PORT: String(port),
      CLIENTELE_URL: this.registry.url,
      CLIENTELE_API_KEY: apiKey,
    });
    await this.authorizationServer.answers(`${this.issuer}/.well-known/openid-configuration`);
  }

  /** What the servers have printed, for when something went wrong. */
  output() {
    const { clientele, authorizationServer } = this;
    return `Clientele printed:\n${clientele?.output}\nThe authorization server printed:\n${authorizationServer?.output}`;
  }

  async stop() {
    await this.authorizationServer?.stop();
    await this.clientele?.stop();
    this.#folder.remove();
  }
}
