// The two APIs of Clientele, with the same four errands.

const CODES = ['authorization_code', 'refresh_token'];

export const accounts = {
  name: 'accounts',
  async registerApp(registry, clientId, { redirectUri, isPublic }) {
    const { clientSecret } = await registry.register({
      clientID: clientId,
      clientName: `The app ${clientId}`,
      callbackURL: redirectUri,
      grantTypes: CODES,
      tokenEndpointAuthMethod: isPublic ? 'none' : 'client_secret_basic',
    });
    return clientSecret;
  },
  async registerMachine(registry, clientId) {
    const { clientSecret } = await registry.register({ clientID: clientId, grantTypes: ['client_credentials'] });
    return clientSecret;
  },
  setRedirectUri: (registry, clientId, redirectUri) => registry.change(clientId, { callbackURL: redirectUri }),
  async replaceSecret(registry, clientId) {
    const clientSecret = `a new secret of ${clientId}`;
    await registry.change(clientId, { clientSecret });
    return clientSecret;
  },
  remove: (registry, clientId) => registry.remove(clientId),
};

export const v1 = {
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
    const client = { clientType: 'Confidential', grantType: 'ClientCredentials', scope: 'reports:read' };
    const { clientSecret } = await registry.put(clientId, client);
    return clientSecret;
  },
  async setRedirectUri(registry, clientId, redirectUri) {
    await registry.put(clientId, { ...(await registry.read(clientId)), redirectUris: [redirectUri] });
  },
  async replaceSecret(registry, clientId) {
    const { clientSecret } = await registry.rotate(clientId, 0);
    return clientSecret;
  },
  remove: (registry, clientId) => registry.delete(clientId),
};
