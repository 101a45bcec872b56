// Microsoft Entra ID: app manifests in both forms, and applications of Microsoft Graph (`GET /applications`, `az ad app
// list`): one, a list, or a list in `value`.
//
// https://learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest
// https://learn.microsoft.com/entra/identity-platform/reference-app-manifest (Azure AD Graph form)
// https://learn.microsoft.com/graph/api/resources/application
//
// | Microsoft Graph form            | Azure AD Graph form                  | line                                     |
// | ------------------------------- | ------------------------------------ | ---------------------------------------- |
// | appId                           | appId                                | clientId                                 |
// | displayName                     | name                                 | clientName                               |
// | web.redirectUris                | replyUrlsWithType: Web; replyUrls    | redirectUris                             |
// | spa.redirectUris                | replyUrlsWithType: Spa               | redirectUris; their origins: allowedOrigins |
// | publicClient.redirectUris       | replyUrlsWithType: InstalledClient   | redirectUris                             |
// | passwordCredentials, keyCredentials | the same                         | clientType: with any, or with web URIs, Confidential |
// | isFallbackPublicClient          | allowPublicClient                    | –: it allows other grants                |
// | web.implicitGrantSettings       | oauth2AllowImplicitFlow, oauth2AllowIdTokenImplicitFlow | –: there is no such grant |
// | requiredResourceAccess: Role    | the same                             | grantTypes: client_credentials           |
// | info.logoUrl                    | logoUrl                              | logoURI                                  |
// | isDisabled, disabledByMicrosoftStatus | the same                       | suspension                               |
//
// Left out: registrations without redirect URIs and without credentials, such as those of APIs.
import type { Draft } from './draft.js';
import type { Kind } from './kind.js';
import type { Source } from './source.js';

const PUBLIC_TYPES = ['Spa', 'InstalledClient'];
const USUAL = { isFallbackPublicClient: false, allowPublicClient: false, oauth2RequirePostResponse: false };

export const entra: Kind = {
  system: 'Microsoft Entra',
  paths: [['[]'], ['value', '[]']],
  idOf: (value) => value.text('appId'),
  read,
};

function read(app: Source, draft: Draft): void {
  app.value('appId');
  app.value('id');
  const uris = urisOf(app);
  const hasCredentials = app.has('passwordCredentials') || app.has('keyCredentials');
  const hasUris = Object.values(uris).some(({ list }) => list.length > 0);
  if (!hasUris && !hasCredentials) {
    draft.leaveOut('has neither redirect URIs nor credentials: it is an API, or asks for no token');
    return;
  }
  app.expect(USUAL);
  const hasWeb = uris.Web.list.length > 0;
  const isConfidential = hasCredentials || hasWeb;
  draft.type(isConfidential ? 'Confidential' : 'Public');
  if (isConfidential && PUBLIC_TYPES.some((type) => uris[type as keyof typeof uris].list.length > 0)) {
    draft.notes.changed(
      'redirectUris',
      'the app is a public client, too (SPA or native); here it is Confidential alone: make a second client for that part',
    );
  }
  draft.text(
    'clientName',
    app.text('displayName') ?? app.text('name'),
    app.has('displayName') ? 'displayName' : 'name',
  );
  readGrants(app, draft, hasUris, hasCredentials);
  for (const { list, from } of Object.values(uris)) draft.list('redirectUris', list, from);
  const kept = uris.Spa.list.filter((uri) => draft.listOf('redirectUris').includes(uri));
  if (kept.length > 0) {
    draft.notes.assumed('allowedOrigins', 'browsers may call from the origins of the SPA’s redirect URIs, as in Entra');
    draft.list(
      'allowedOrigins',
      kept.map((uri) => new URL(uri).origin),
      uris.Spa.from,
    );
  }
  draft.text('logoURI', app.part('info')?.text('logoUrl') ?? app.text('logoUrl'), 'logoUrl');
  const status = app.text('disabledByMicrosoftStatus') ?? 'NotDisabled';
  const isDisabledByMicrosoft = status.startsWith('Disabled');
  if (app.flag('isDisabled') || isDisabledByMicrosoft) {
    draft.beside.suspend(
      'It was disabled in Microsoft Entra.',
      isDisabledByMicrosoft ? 'disabledByMicrosoftStatus' : 'isDisabled',
    );
  } else if (status !== 'NotDisabled') {
    draft.notes.leave('disabledByMicrosoftStatus', 'this status is not known', status);
  }
  if (app.has('passwordCredentials')) draft.secrets.leave('passwordCredentials');
  if (app.has('keyCredentials')) draft.notes.leave('keyCredentials', 'a client authenticates with a secret here');
  draft.notes.assumed('lifetimes', 'policies of the tenant decide them: here, the defaults of the registry do');
  draft.finish();
}

/** The redirect URIs by what they are for, in either form. */
function urisOf(app: Source) {
  const typed = app.objects('replyUrlsWithType');
  const ofType = (type: string) =>
    typed.flatMap((entry) => {
      const isOfType = String(entry.type).toLowerCase() === type.toLowerCase();
      return isOfType && typeof entry.url === 'string' ? [entry.url] : [];
    });
  // Before 2019, `publicClient` was a truth value, and all URIs stood in one list.
  const isOld = typeof app.value('publicClient') === 'boolean';
  const untyped = typed.length > 0 ? [] : (app.list('replyUrls') ?? []);
  const isNative = isOld && app.flag('publicClient') === true;
  const native = isOld ? [] : (app.part('publicClient')?.list('redirectUris') ?? []);
  const web = app.part('web');
  const from = typed.length > 0 ? 'replyUrlsWithType' : undefined;
  return {
    Web: {
      list: [...(web?.list('redirectUris') ?? []), ...ofType('Web'), ...(isNative ? [] : untyped)],
      from: from ?? (untyped.length > 0 ? 'replyUrls' : 'web.redirectUris'),
    },
    Spa: {
      list: [...(app.part('spa')?.list('redirectUris') ?? []), ...ofType('Spa')],
      from: from ?? 'spa.redirectUris',
    },
    InstalledClient: {
      list: [...native, ...ofType('InstalledClient'), ...(isNative ? untyped : [])],
      from: from ?? (isOld ? 'replyUrls' : 'publicClient.redirectUris'),
    },
  };
}

function readGrants(app: Source, draft: Draft, hasUris: boolean, hasCredentials: boolean): void {
  if (hasUris) draft.grants(['authorization_code', 'refresh_token']);
  const asksForRoles = app.objects('requiredResourceAccess').some(({ resourceAccess }) => {
    return Array.isArray(resourceAccess) && resourceAccess.some((access) => access?.type === 'Role');
  });
  if (app.has('requiredResourceAccess')) {
    draft.notes.leave('requiredResourceAccess', 'permissions stand there by ids that mean nothing elsewhere');
  }
  if (hasCredentials && (asksForRoles || !hasUris)) {
    draft.notes.assumed(
      'grants',
      'client_credentials, as it has credentials and permissions of its own or no redirect URI',
    );
    draft.grants(['client_credentials']);
  }
  // Read in both forms, so that neither is told as unknown.
  const settings = app.part('web')?.part('implicitGrantSettings');
  const isImplicit = [
    settings?.flag('enableAccessTokenIssuance'),
    settings?.flag('enableIdTokenIssuance'),
    app.flag('oauth2AllowImplicitFlow'),
    app.flag('oauth2AllowIdTokenImplicitFlow'),
  ].includes(true);
  if (isImplicit) draft.list('grantTypes', ['implicit'], 'implicitGrantSettings');
  for (const field of ['isFallbackPublicClient', 'allowPublicClient']) {
    if (app.flag(field)) draft.notes.leave(field, 'it allows the password and device grants, which do not exist here');
  }
}
