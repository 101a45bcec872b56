import { once } from 'node:events';
import { createServer } from 'node:http';
import * as oidc from 'openid-client';

/** An application as everybody would write it with openid-client; it knows nothing of Clientele. */
export class App {
  #server;
  #login;
  tokens;

  static async start() {
    const app = new App();
    app.#server = createServer((request, response) => app.#answer(request, response));
    await once(app.#server.listen(0, '127.0.0.1'), 'listening');
    app.url = `http://localhost:${app.#server.address().port}`;
    app.redirectUri = `${app.url}/callback`;
    return app;
  }

  async configure(issuer, clientId, clientSecret) {
    this.clientId = clientId;
    this.configuration = await discover(issuer, clientId, clientSecret);
  }

  /** Where the browser is sent to log in: authorization code with PKCE. */
  async loginUrl() {
    this.#login = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState() };
    return oidc.buildAuthorizationUrl(this.configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile',
      state: this.#login.expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(this.#login.pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
  }

  async refresh() {
    this.tokens = await oidc.refreshTokenGrant(this.configuration, this.tokens.refresh_token);
  }

  /** Who logged in, as the authorization server says with the access token. */
  user() {
    return oidc.fetchUserInfo(this.configuration, this.tokens.access_token, oidc.skipSubjectCheck);
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.url);
    try {
      if (url.pathname === '/') return void response.writeHead(303, { location: await this.loginUrl() }).end();
      if (!url.pathname.startsWith('/callback')) return void response.writeHead(404).end();
      this.tokens = await oidc.authorizationCodeGrant(this.configuration, url, this.#login);
      const { name } = await this.user();
      response.end(`${this.clientId}: logged in as ${name}`);
    } catch (error) {
      response.writeHead(500).end(`${this.clientId}: ${error.error ?? error.message}`);
    }
  }
}

/** A program that acts for itself. */
export async function machineToken(issuer, clientId, clientSecret, scope) {
  const configuration = await discover(issuer, clientId, clientSecret);
  return oidc.clientCredentialsGrant(configuration, { scope });
}

function discover(issuer, clientId, clientSecret) {
  const authentication = clientSecret ? oidc.ClientSecretBasic(clientSecret) : oidc.None();
  return oidc.discovery(new URL(issuer), clientId, undefined, authentication, {
    // On this machine only, where nothing leaves the loopback.
    execute: [oidc.allowInsecureRequests],
  });
}
