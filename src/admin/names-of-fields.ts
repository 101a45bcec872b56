import type { MetadataField } from '#clients';

/** The name of a field in each API, with a remark if its value differs there; null = the API does not have it. */
const WORDS: Readonly<Record<MetadataField, readonly [v1: string | null, accounts: string | null]>> = {
  clientName: [null, '`clientName`'],
  clientType: ['`clientType`, with a capital', '`clientType`, computed'],
  grantTypes: ['`grantType`, one word for all', '`grantTypes`'],
  redirectUris: ['`redirectUris`', '`redirectURIs`; the first is `callbackURL`'],
  postLogoutRedirectUris: ['`postSignOutRedirectUris`', '`postLogoutRedirectURIs`'],
  scope: ['`scope`', null],
  audiences: ['`audiences`', null],
  identityProviders: ['`providers`', null],
  policies: ['`policies`', null],
  allowedOrigins: ['`allowedOrigins`', null],
  allowLocalLogin: ['`allowLocalLogin`', null],
  accessTokenLifetime: ['`accessTokenExpiry`, null being the default', null],
  idTokenLifetime: ['`idTokenExpiry`, null being the default', null],
  refreshTokenLifetime: ['`refreshTokenExpiry`, null being the default', null],
  tokenMethods: [null, '`config`: `tokenMethod`'],
  tokenMethodsAsList: [null, '`config`: whether `tokenMethod` is a list'],
  disabledStrategies: [null, '`config`: `disableStrategies`'],
  additionalConfig: [null, '`config`: every other key'],
  authUiOrigin: [null, '`authUIOrigin`'],
  logoUri: [null, '`logoURI`'],
};

const rows = Object.entries(WORDS).map(
  ([field, [v1, accounts]]) => `| \`${field}\` | ${v1 ?? '–'} | ${accounts ?? '–'} |`,
);

/** Markdown for the descriptions of operations. */
export const NAMES_OF_FIELDS = `The registry has more fields of a client than either API, and its own names for them:

| Here | v1 | accounts |
| --- | --- | --- |
${rows.join('\n')}`;
