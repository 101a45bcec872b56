// entrecode: clients of the accounts API, one or lists of them, as HAL. A list holds its clients under `ec:acc/client`, and
// may hold the same ones again under `ec:client`.
//
// https://doc.entrecode.de/#account-server (Client)
//
// | client                                 | line                                                                   |
// | -------------------------------------- | ---------------------------------------------------------------------- |
// | clientID, clientName                   | clientId, clientName                                                   |
// | tokenEndpointAuthMethod                | clientType: none, or absent without client_credentials, is Public      |
// | grantTypes                             | grantTypes; none: a legacy client                                      |
// | callbackURL, redirectURIs              | redirectUris, callbackURL first                                        |
// | postLogoutRedirectURIs                 | postSignOutRedirectUris                                                |
// | config.tokenMethod                     | tokenMethod                                                            |
// | config.disableStrategies               | disableStrategies                                                      |
// | what else is in config                 | additionalConfig                                                       |
// | authUIOrigin, logoURI                  | authUIOrigin, logoURI                                                  |
// | clientSecret                           | secrets, in the clear                                                  |
// | clientType                             | –: it follows from the others                                          |
import type { Draft } from './draft.js';
import type { Kind } from './kind.js';
import type { Source } from './source.js';

export const entrecode: Kind = {
  system: 'entrecode',
  paths: [['[]'], ['_embedded', '*', '[]'], ['_embedded', '*']],
  repeatsAt: 1,
  idOf: (value) => value.text('clientID'),
  read,
};

function read(client: Source, draft: Draft): void {
  for (const field of ['clientID', 'clientType', '_links']) client.value(field);
  const grants = client.list('grantTypes');
  const method = client.text('tokenEndpointAuthMethod');
  const isPublic = method === undefined ? !grants?.includes('client_credentials') : method === 'none';
  if (method === undefined)
    draft.notes.assumed('tokenEndpointAuthMethod', `is ${isPublic ? 'none' : 'client_secret_basic'}`);
  draft.type(isPublic ? 'Public' : 'Confidential', 'tokenEndpointAuthMethod');
  draft.text('clientName', client.anyText('clientName'), 'clientName');
  draft.list('grantTypes', grants ?? [], 'grantTypes');
  if (!grants?.length) draft.notes.assumed('grantTypes', 'none: it is a legacy client');
  const callback = client.text('callbackURL');
  if (callback !== undefined) draft.list('redirectUris', [callback], 'callbackURL');
  draft.list('redirectUris', client.list('redirectURIs'), 'redirectURIs');
  draft.list('postSignOutRedirectUris', client.list('postLogoutRedirectURIs'), 'postLogoutRedirectURIs');
  draft.text('authUIOrigin', client.text('authUIOrigin'), 'authUIOrigin');
  draft.text('logoURI', client.text('logoURI'), 'logoURI');
  readConfig(client, draft);
  const secret = client.text('clientSecret');
  if (secret !== undefined) draft.secrets.add([{ secret }], 'clientSecret');
  draft.finish({ mayBeLegacy: !grants?.length });
}

function readConfig(client: Source, draft: Draft): void {
  const config = client.object('config');
  if (!config) return;
  const { tokenMethod, disableStrategies, ...others } = config;
  const part = client.part('config')!;
  for (const key of Object.keys(others)) part.value(key);
  draft.tokenMethod(
    Array.isArray(tokenMethod) ? part.list('tokenMethod') : part.text('tokenMethod'),
    'config.tokenMethod',
  );
  draft.list('disableStrategies', part.list('disableStrategies'), 'config.disableStrategies');
  draft.config(others, 'config');
}
