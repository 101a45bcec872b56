// The two APIs of Clientele, with the same five errands.
import type { Registry } from './registry.js';

export interface Door {
  readonly name: string;
  /** These answer with the client's secret. */
  registerApp(
    registry: Registry,
    clientId: string,
    app: { redirectUri: string; isPublic: boolean },
  ): Promise<string | null>;
  registerMachine(registry: Registry, clientId: string): Promise<string | null>;
  replaceSecret(registry: Registry, clientId: string): Promise<string>;
  setRedirectUri(registry: Registry, clientId: string, redirectUri: string): Promise<void>;
  remove(registry: Registry, clientId: string): Promise<void>;
}

export const accounts: Door = {
  name: 'accounts',
  async registerApp(registry, clientId, { redirectUri, isPublic }) {
    const { clientSecret } = await registry.register({
      clientID: clientId,
      clientName: `The app ${clientId}`,
      callbackURL: redirectUri,
      grantTypes: ['authorization_code', 'refresh_token'],
      tokenEndpointAuthMethod: isPublic ? 'none' : 'client_secret_basic',
    });
    return clientSecret;
  },
  async registerMachine(registry, clientId) {
    const { clientSecret } = await registry.register({ clientID: clientId, grantTypes: ['client_credentials'] });
    return clientSecret;
  },
  async replaceSecret(registry, clientId) {
    const clientSecret = `a new secret of ${clientId}`;
    await registry.change(clientId, { clientSecret });
    return clientSecret;
  },
  setRedirectUri: (registry, clientId, redirectUri) => registry.change(clientId, { callbackURL: redirectUri }),
  remove: (registry, clientId) => registry.remove(clientId),
};

export const v1: Door = {
  name: 'v1',
  async registerApp(registry, clientId, { redirectUri, isPublic }) {
    const { clientSecret } = await registry.put(clientId, {
      clientType: isPublic ? 'Public' : 'Confidential',
      grantType: 'AuthorizationCode',
      redirectUris: [redirectUri],
      scope: 'openid profile',
      accessTokenExpiry: 5,
    });
    return clientSecret;
  },
  async registerMachine(registry, clientId) {
    const { clientSecret } = await registry.put(clientId, {
      clientType: 'Confidential',
      grantType: 'ClientCredentials',
      scope: 'reports:read',
    });
    return clientSecret;
  },
  replaceSecret: (registry, clientId) => registry.rotate(clientId, 0),
  async setRedirectUri(registry, clientId, redirectUri) {
    await registry.put(clientId, { ...(await registry.read(clientId)), redirectUris: [redirectUri] });
  },
  remove: (registry, clientId) => registry.delete(clientId),
};
