// Entrypage: clients of the v1 API, as GET answers and PUT takes them, one or a list; and lines of our own export, which
// have the same words and those that v1 lacks.
//
// https://api.entrypage.io (Client)
//
// | body or line                                     | line                                                         |
// | ------------------------------------------------ | ------------------------------------------------------------ |
// | clientId, else the name of the file              | clientId: the body of a PUT has none                         |
// | clientType, grantType, grantTypes                | the same                                                     |
// | scope, audiences, providers, policies            | the same                                                     |
// | redirectUris or redirect_uris                    | redirectUris                                                 |
// | postSignOutRedirectUris, allowedOrigins          | the same                                                     |
// | allowLocalLogin                                  | the same                                                     |
// | accessTokenExpiry, idTokenExpiry, refreshTokenExpiry | the same: minutes in both; 0 is the default              |
// | clientName, tokenMethod, disableStrategies, additionalConfig, authUIOrigin, logoURI | the same                  |
// | suspension, expiresAt, about                     | the same                                                     |
// | createdAt, updatedAt                             | –: the registry sets them                                    |
// | clientSecret                                     | secrets, in the clear                                        |
import type { Draft } from './draft.js';
import type { Kind } from './kind.js';
import type { Source } from './source.js';

const LISTS = [
  'audiences',
  'redirectUris',
  'postSignOutRedirectUris',
  'providers',
  'policies',
  'allowedOrigins',
] as const;
const TEXTS = ['clientName', 'authUIOrigin', 'logoURI'] as const;
const LIFETIMES = ['accessTokenExpiry', 'idTokenExpiry', 'refreshTokenExpiry'] as const;

export const entrypage: Kind = {
  system: 'Entrypage',
  paths: [['[]']],
  idOf: (value, _, file) => (value.has('clientType') ? (value.text('clientId') ?? file) : undefined),
  read,
};

function read(client: Source, draft: Draft): void {
  const clientType = client.text('clientType');
  if (clientType !== 'Public' && clientType !== 'Confidential') {
    draft.leaveOut('clientType must be one of Public, Confidential');
    return;
  }
  if (client.text('clientId') === undefined) draft.notes.assumed('clientId', 'is the name of the file');
  draft.type(clientType, 'clientType');
  readGrants(client, draft);
  draft.scope(client.text('scope')?.split(' '), 'scope');
  for (const field of LISTS) draft.list(field, client.list(field), field);
  if (client.has('redirect_uris')) draft.list('redirectUris', client.list('redirect_uris'), 'redirect_uris');
  for (const field of TEXTS) draft.text(field, client.anyText(field), field);
  draft.flag('allowLocalLogin', client.flag('allowLocalLogin'), 'allowLocalLogin');
  for (const field of LIFETIMES) draft.minutes(field, client.number(field) || undefined, field);
  const method = client.value('tokenMethod');
  draft.tokenMethod(Array.isArray(method) ? client.list('tokenMethod') : client.text('tokenMethod'), 'tokenMethod');
  draft.list('disableStrategies', client.list('disableStrategies'), 'disableStrategies');
  draft.config(client.object('additionalConfig'), 'additionalConfig');
  readSuspension(client, draft);
  draft.beside.end(client.text('expiresAt'), 'expiresAt');
  readAbout(client, draft);
  const secret = client.text('clientSecret');
  if (secret !== undefined) draft.secrets.add([{ secret }], 'clientSecret');
  for (const field of ['createdAt', 'updatedAt']) {
    if (client.has(field)) draft.notes.leave(field, 'the registry sets it');
  }
  const grants = client.value('grantTypes');
  draft.finish({ mayBeLegacy: Array.isArray(grants) && grants.length === 0 });
}

function readGrants(client: Source, draft: Draft): void {
  const word = client.text('grantType');
  const isKnown = word === 'AuthorizationCode' || word === 'ClientCredentials';
  if (word !== undefined && !isKnown)
    draft.notes.leave('grantType', 'must be AuthorizationCode or ClientCredentials', word);
  const grants = client.list('grantTypes');
  // They say more than the word, which follows from them.
  if (grants) draft.list('grantTypes', grants, 'grantTypes');
  else if (isKnown) draft.grantWord(word, 'grantType');
  else if (word === undefined) {
    draft.grantWord('AuthorizationCode');
    draft.notes.assumed('grantType', 'is AuthorizationCode where nothing is said');
  }
}

function readSuspension(client: Source, draft: Draft): void {
  const suspension = client.part('suspension');
  if (!suspension) return;
  for (const field of ['since', 'by']) suspension.value(field);
  draft.beside.suspension({ reason: suspension.text('reason'), until: suspension.text('until') }, 'suspension');
}

function readAbout(client: Source, draft: Draft): void {
  const about = client.part('about');
  if (!about) return;
  for (const field of ['owner', 'contact', 'description', 'managedBy'] as const)
    draft.beside.saidOf(field, about.text(field), `about.${field}`);
  const labels = about.part('labels');
  for (const key of labels?.keys() ?? []) draft.beside.label(key, labels!.anyText(key), `about.labels.${key}`);
  draft.beside.locked(about.flag('locked'), 'about.locked');
}
