import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';

/** What the authorization server knows the application by; replaced when that changes. */
interface Registration {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly configuration: oidc.Configuration;
}

/** An application as everybody would write it with openid-client; it knows nothing of Clientele. */
export class App {
  readonly url: string;
  redirectUri: string;
  readonly #server: Server;
  #registration: Registration | undefined;
  #login: { readonly pkceCodeVerifier: string; readonly expectedState: string } | undefined;
  #tokens: oidc.TokenEndpointResponse | undefined;

  static async start(): Promise<App> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new App(server);
  }

  private constructor(server: Server) {
    this.#server = server.on('request', (request, response) => this.#answer(request, response));
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
    this.redirectUri = `${this.url}/callback`;
  }

  async configure(issuer: string, clientId: string, clientSecret: string | null): Promise<void> {
    const configuration = await discover(issuer, clientId, clientSecret);
    this.#registration = { clientId, clientSecret, configuration };
  }

  get clientId(): string {
    return this.#configured.clientId;
  }

  /** What it proves itself with, if it is confidential. */
  get clientSecret(): string {
    return this.#configured.clientSecret!;
  }

  /** Of whoever has logged in. */
  get tokens(): oidc.TokenEndpointResponse {
    if (!this.#tokens) throw new Error('Nobody has logged in.');
    return this.#tokens;
  }

  /** Where the browser is sent to log in: authorization code with PKCE. */
  async loginUrl(): Promise<URL> {
    this.#login = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState() };
    return oidc.buildAuthorizationUrl(this.#configured.configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile',
      state: this.#login.expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(this.#login.pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
  }

  async refresh(): Promise<void> {
    this.#tokens = await oidc.refreshTokenGrant(this.#configured.configuration, this.tokens.refresh_token!);
  }

  /** Who logged in, as the authorization server says with the access token. */
  user(): Promise<oidc.UserInfoResponse> {
    return oidc.fetchUserInfo(this.#configured.configuration, this.tokens.access_token, oidc.skipSubjectCheck);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #configured(): Registration {
    if (!this.#registration) throw new Error('The application is not registered yet.');
    return this.#registration;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    try {
      if (url.pathname === '/') return void response.writeHead(303, { location: String(await this.loginUrl()) }).end();
      if (!url.pathname.startsWith('/callback')) return void response.writeHead(404).end();
      this.#tokens = await oidc.authorizationCodeGrant(this.#configured.configuration, url, this.#login);
      const { name } = await this.user();
      response.end(`${this.clientId}: logged in as ${name}`);
    } catch (error) {
      // The authorization server's own word for it, if it is one of its answers.
      const { error: code, message } = error as Error & { error?: string };
      response.writeHead(500).end(`${this.clientId}: ${code ?? message}`);
    }
  }
}

/** A program that acts for itself. */
export async function machineToken(issuer: string, clientId: string, clientSecret: string, scope: string) {
  const configuration = await discover(issuer, clientId, clientSecret);
  return oidc.clientCredentialsGrant(configuration, { scope });
}

function discover(issuer: string, clientId: string, clientSecret: string | null): Promise<oidc.Configuration> {
  const authentication = clientSecret ? oidc.ClientSecretBasic(clientSecret) : oidc.None();
  return oidc.discovery(new URL(issuer), clientId, undefined, authentication, {
    // On this machine only, where nothing leaves the loopback.
    execute: [oidc.allowInsecureRequests],
  });
}
