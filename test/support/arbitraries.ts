import fc from 'fast-check';
import { DEFAULT_LIFETIMES, GRANT_TYPES, STRATEGIES, TOKEN_METHODS } from '#clients';

// Valid bodies of the published dialects, and what others can be made of. Every optional field may be absent, null, or any value that the dialect accepts.

/** A body as JSON has it. */
export type Body = Record<string, unknown>;

/** The WHATWG parser leaves some of them in: `http://localhost//.=/.` */
const hasDotSegment = (uri: string) => /\/(\.|%2e){1,2}(?=[/?]|$)/i.test(uri);
const isCanonical = (uri: string) =>
  URL.canParse(uri) && [uri, `${uri}/`].includes(new URL(uri).href) && !hasDotSegment(uri);

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const host = fc.oneof(
  fc.array(label, { maxLength: 2 }).map((labels) => [...labels, 'example.com'].join('.')),
  fc.constantFrom('intranet', 'xn--bcher-kva.example', '192.0.2.1'),
);
const port = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`),
);
const path = fc.oneof(fc.constant(''), fc.stringMatching(/^(\/[A-Za-z0-9._~!$&'()+,;=:@%-]{0,12}){1,3}$/));
const httpsOrigin = fc.tuple(host, port).map((parts) => `https://${parts.join('')}`);
const loopbackOrigin = fc
  .tuple(fc.constantFrom('localhost', '127.0.0.1', '[::1]'), port)
  .map((parts) => `http://${parts.join('')}`);
const origin = fc.oneof(httpsOrigin, loopbackOrigin).filter((uri) => isCanonical(uri) && new URL(uri).origin === uri);

/** What rule R allows. */
const strictUri = fc
  .tuple(origin, path)
  .map((parts) => parts.join(''))
  .filter(isCanonical);
/** What the core allows beyond rule R: a query, and private-use schemes. */
export const coreUri = fc.oneof(
  { arbitrary: strictUri, weight: 2 },
  fc
    .tuple(strictUri, fc.stringMatching(/^\?[a-z0-9=&%+]{0,10}$/))
    .map((parts) => parts.join(''))
    .filter(isCanonical),
  fc
    .tuple(label, fc.stringMatching(/^[a-z0-9/]{1,8}$/))
    .map(([name, rest]) => `com.example.${name}:/${rest}`)
    .filter(isCanonical),
);

export const listOf = (entry: fc.Arbitrary<string>, maxLength = 4, minLength = 0) =>
  fc.uniqueArray(entry, { minLength, maxLength });
export const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 6, nil: null });
const clientId = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
const reference = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,20}$/);
export const scope = listOf(fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,10}$/)).map((tokens) => tokens.join(' '));
export const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((name) => !name.includes('\0'));

const minutes = (most: number, standard: number) =>
  fc.oneof(fc.integer({ min: 1, max: most }), fc.constantFrom(0, 1, standard, most));

/** A record in which each of the optional properties may be missing. */
export const withOptional = (
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>>,
) => fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required), noNullPrototype: true });

/** A body of PUT on the v1 dialect. */
export const v1Body: fc.Arbitrary<Body> = fc
  .tuple(
    fc.constantFrom(
      { clientType: 'Public', grantType: 'AuthorizationCode' },
      { clientType: 'Confidential', grantType: 'AuthorizationCode' },
      { clientType: 'Confidential', grantType: 'ClientCredentials' },
    ),
    listOf(strictUri, 4, 1),
    fc.constantFrom('redirectUris', 'redirect_uris', 'both', 'null'),
    withOptional(
      {},
      {
        scope: orNull(scope),
        audiences: orNull(listOf(clientId)),
        postSignOutRedirectUris: orNull(listOf(strictUri)),
        allowLocalLogin: fc.constantFrom(true, false, null),
        providers: orNull(listOf(reference)),
        policies: orNull(listOf(reference)),
        allowedOrigins: orNull(listOf(origin)),
        accessTokenExpiry: orNull(minutes(1440, DEFAULT_LIFETIMES.accessTokenLifetime)),
        idTokenExpiry: orNull(minutes(1440, DEFAULT_LIFETIMES.idTokenLifetime)),
        refreshTokenExpiry: orNull(minutes(525_600, DEFAULT_LIFETIMES.refreshTokenLifetime)),
      },
    ),
  )
  .map(([kind, uris, spelling, optional]) => ({
    ...kind,
    ...redirectUrisIn(spelling, kind.grantType, uris),
    ...optional,
  }));

/** Only a client for client credentials may go without. */
function redirectUrisIn(spelling: string, grantType: string, uris: string[]): Body {
  if (spelling === 'both') return { redirectUris: uris, redirect_uris: uris };
  if (spelling === 'redirect_uris') return { redirect_uris: uris };
  return spelling === 'null' && grantType === 'ClientCredentials' ? { redirectUris: null } : { redirectUris: uris };
}

export const grants = fc.shuffledSubarray([...GRANT_TYPES]);
export const grantsWithoutSecret = fc.shuffledSubarray(GRANT_TYPES.filter((grant) => grant !== 'client_credentials'));
export const basic = fc.constant('client_secret_basic');

/** `none` never meets client credentials: neither in the body, nor on a record whose grants the body leaves alone. */
const grantsAndMethod: fc.Arbitrary<Body> = fc.oneof(
  withOptional({ tokenEndpointAuthMethod: basic }, { grantTypes: orNull(grants) }),
  withOptional({ grantTypes: orNull(grantsWithoutSecret) }, { tokenEndpointAuthMethod: fc.constant('none') }),
  withOptional({}, { grantTypes: orNull(grants), tokenEndpointAuthMethod: fc.constant(null) }),
);

/** As JSON has it: no -0, no undefined. What is refused is left out, and what would be too large together with others. */
const json = fc
  .oneof(
    { arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), weight: 4 },
    fc.constantFrom(true, [], {}, [[[[[['7 levels']]]]]], { null: null, constructor: 1 }, 2 ** 53, '\ufffe'),
  )
  .map((value) => JSON.stringify(value))
  .filter((text) => text.length <= 300 && !/\\u0000|"__proto__"|"prototype"/.test(text))
  .map((text): unknown => JSON.parse(text));

/** Keys that the registry does not know: few, so that they meet each other again. */
const otherKeys = Object.fromEntries(
  ['signup', 'defaultGroups', 'constructor', 'toJSON', '', 'ключ 🦉', '1'].map((key) => [key, orNull(json)]),
);

const tokenMethod = orNull(
  fc.oneof(fc.constantFrom(...TOKEN_METHODS), fc.shuffledSubarray([...TOKEN_METHODS], { minLength: 1 })),
);
const disableStrategies = orNull(fc.shuffledSubarray([...STRATEGIES]));
const config = orNull(withOptional({}, { tokenMethod, disableStrategies, ...otherKeys }));

const inAgreement = listOf(coreUri).map((uris) => ({ callbackURL: uris[0] ?? null, redirectURIs: uris }));

/** At most one of `callbackURL` and `redirectURIs`, or both in agreement: for other bodies no laws are claimed. */
const redirects: fc.Arbitrary<Body> = fc.oneof(
  fc.constant({}),
  fc.oneof(coreUri, fc.constantFrom(null, '')).map((callbackURL) => ({ callbackURL })),
  orNull(listOf(coreUri)).map((redirectURIs) => ({ redirectURIs })),
  inAgreement,
);

const others = {
  clientName: orNull(text),
  config,
  postLogoutRedirectURIs: orNull(listOf(coreUri)),
  authUIOrigin: orNull(coreUri),
  logoURI: orNull(coreUri),
  clientSecret: fc.constantFrom(null, ''),
};

const merged = (...parts: fc.Arbitrary<Body>[]) =>
  fc.tuple(...parts).map((bodies): Body => Object.assign({}, ...bodies));

/** A body of POST or PUT on the accounts dialect, without clientID. */
export const accountsBody: fc.Arbitrary<Body> = merged(redirects, grantsAndMethod, withOptional({}, others));

/** A body that says everything there is to say on the accounts dialect, so that nothing of the record shows through. */
export const wholeAccountsBody: fc.Arbitrary<Body> = merged(
  fc.oneof(
    inAgreement,
    orNull(listOf(coreUri)).map((redirectURIs) => ({ redirectURIs })),
  ),
  fc.oneof(
    fc.record({ grantTypes: orNull(grants), tokenEndpointAuthMethod: fc.constantFrom('client_secret_basic', null) }),
    fc.record({ grantTypes: orNull(grantsWithoutSecret), tokenEndpointAuthMethod: fc.constant('none') }),
  ),
  fc.record({
    ...others,
    config: orNull(fc.record({ tokenMethod, disableStrategies, ...otherKeys }, { noNullPrototype: true })),
  }),
);

const labelKey = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,10}[A-Za-z0-9])?$/);
const labelValue = fc.stringMatching(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,10}[A-Za-z0-9])?)?$/);
const visibleText = fc.stringMatching(/^[a-zA-ZäöüÄÖÜß0-9 .,@"'\\{}]{1,20}$/);

/** What may be said of a client, as PUT …/about takes it. `labels`: the values of labels. */
const aboutWith = (values: fc.Arbitrary<string | null>): fc.Arbitrary<Body> =>
  fc.record(
    {
      owner: orNull(visibleText),
      contact: orNull(visibleText),
      description: orNull(visibleText),
      labels: orNull(fc.dictionary(labelKey, values, { maxKeys: 6 })),
      managedBy: orNull(fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._:/@-]{0,10}[A-Za-z0-9])?$/)),
    },
    { requiredKeys: [] },
  );
/** All that is said of it: it is locked only by a manager. */
export const about = fc
  .tuple(aboutWith(labelValue), fc.boolean())
  .map(([said, locked]) => ({ ...said, locked: locked && typeof said.managedBy === 'string' }));
/** A merge patch, which locks nothing. */
export const aboutPatch = aboutWith(orNull(labelValue));
