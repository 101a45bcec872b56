import { isSame } from '#audit';
import {
  type ClientMetadata,
  GRANT_TYPES,
  METADATA_FIELDS,
  type MetadataField,
  STRATEGIES,
  TOKEN_METHODS,
} from './client-metadata.js';
import { originFault, redirectUriFault, type UriFault } from './redirect-uri.js';

/** What kind of rule a value broke. Dialects translate it, e.g. into their error codes. */
export type RuleName = 'required' | 'type' | 'format' | 'limit' | 'duplicate' | 'unknown' | 'value';

/** A rule that a piece of metadata breaks, in the core's words. */
export interface RuleBreak {
  readonly field: MetadataField | 'clientSecret';
  /** The entry of a list that breaks the rule; absent when it is the field as a whole. */
  readonly index?: number;
  readonly rule: RuleName;
  /** A sentence without its subject: `must …`. Never repeats a secret. */
  readonly message: string;
  /** The fields that break the rule together; by default only `field`. */
  readonly together?: readonly MetadataField[];
}

/** A rule break or a fault of the wire shape, in the caller's words. */
export interface Violation {
  /** Where, in the caller's own notation, e.g. `redirectUris[0]` or `config/tokenMethod`. */
  readonly property: string;
  readonly rule: RuleName;
  readonly message: string;
}

/** Switches of the operator that loosen or tighten the rules (operations.md, Settings). */
export interface RuleOptions {
  readonly allowPlainHttp: boolean;
}

/** A pure rule. A dialect may bring more of its own; it can never take one away. */
export interface MetadataRule {
  /** All fields that it looks at. */
  readonly fields: readonly MetadataField[];
  readonly breaksIn: (metadata: ClientMetadata, options: RuleOptions) => RuleBreak[];
}

export const rule = (fields: MetadataRule['fields'], breaksIn: MetadataRule['breaksIn']): MetadataRule => ({
  fields,
  breaksIn,
});

export const CLIENT_ID = /^[a-z0-9-]{1,128}$/;
export const CLIENT_ID_RULE = 'must be 1 to 128 lower-case letters, digits and hyphens';

const MAX_NAME_LENGTH = 1000;
const MAX_SCOPE_LENGTH = 1000;
const MAX_LIST_BYTES = 16 * 1024;
/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$/;

const ruleOf = (fault: UriFault): RuleName => (fault.kind === 'malformed' ? 'format' : 'value');

/** One break per entry that `faultOf` finds fault with. */
function eachEntry(
  metadata: ClientMetadata,
  field: MetadataField,
  faultOf: (entry: string) => { rule: RuleName; message: string } | undefined,
): RuleBreak[] {
  const breaks: RuleBreak[] = [];
  (metadata[field] as readonly string[]).forEach((entry, index) => {
    const fault = faultOf(entry);
    if (fault) breaks.push({ field, index, ...fault });
  });
  return breaks;
}

const uris = (field: 'redirectUris' | 'postLogoutRedirectUris' | 'allowedOrigins', faultOf: typeof redirectUriFault) =>
  rule([field], (metadata, options) =>
    eachEntry(metadata, field, (entry) => {
      const fault = faultOf(entry, options);
      return fault && { rule: ruleOf(fault), message: fault.message };
    }),
  );

const singleUri = (field: 'authUiOrigin' | 'logoUri') =>
  rule([field], (metadata, options) => {
    const uri = metadata[field];
    const fault = uri === null ? undefined : redirectUriFault(uri, options);
    return fault ? [{ field, rule: ruleOf(fault), message: fault.message }] : [];
  });

const matching = (field: 'audiences' | 'identityProviders' | 'policies', pattern: RegExp, message: string) =>
  rule([field], (metadata) =>
    eachEntry(metadata, field, (entry) => (pattern.test(entry) ? undefined : { rule: 'format', message })),
  );

const words = (field: 'grantTypes' | 'tokenMethods' | 'disabledStrategies', known: readonly string[]) =>
  rule([field], (metadata) =>
    metadata[field] === null
      ? []
      : eachEntry(metadata, field, (entry) =>
          known.includes(entry) ? undefined : { rule: 'format', message: `must be one of ${known.join(', ')}` },
        ),
  );

/** At most `most` entries, 16 KiB in all, none of them twice. */
const list = (field: MetadataField, most: number) =>
  rule([field], (metadata) => {
    const entries = metadata[field] as readonly string[] | null;
    if (entries === null || entries.length === 0) return [];
    const breaks: RuleBreak[] = [];
    if (entries.length > most) breaks.push({ field, rule: 'limit', message: `must have at most ${most} entries` });
    if (entries.reduce((bytes, entry) => bytes + Buffer.byteLength(entry), 0) > MAX_LIST_BYTES) {
      breaks.push({ field, rule: 'limit', message: 'must be at most 16 KiB in all' });
    }
    if (entries.length === 1) return breaks;
    const seen = new Set<string>();
    entries.forEach((entry, index) => {
      if (seen.has(entry))
        breaks.push({ field, index, rule: 'duplicate', message: 'must not repeat an earlier entry' });
      seen.add(entry);
    });
    return breaks;
  });

const lifetime = (field: 'accessTokenLifetime' | 'idTokenLifetime' | 'refreshTokenLifetime', most: number) =>
  rule([field], (metadata) => {
    const minutes = metadata[field];
    if (minutes === null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= most)) return [];
    return [{ field, rule: 'limit', message: `must be whole minutes between 1 and ${most}` }];
  });

const scope = rule(['scope'], ({ scope }) => {
  if (scope === '') return [];
  if (scope.length > MAX_SCOPE_LENGTH) {
    return [{ field: 'scope', rule: 'limit', message: `must be at most ${MAX_SCOPE_LENGTH} characters` }];
  }
  const tokens = scope.split(' ');
  if (!tokens.every((token) => SCOPE_TOKEN.test(token))) {
    return [
      { field: 'scope', rule: 'format', message: 'must be scope tokens separated by single spaces (RFC 6749 §3.3)' },
    ];
  }
  if (new Set(tokens).size < tokens.length) {
    return [{ field: 'scope', rule: 'duplicate', message: 'must not name a scope twice' }];
  }
  return [];
});

const clientName = rule(['clientName'], ({ clientName }) => {
  if (clientName === null) return [];
  if (clientName.length > MAX_NAME_LENGTH) {
    return [{ field: 'clientName', rule: 'limit', message: `must be at most ${MAX_NAME_LENGTH} characters` }];
  }
  if (clientName.includes('\0') || !clientName.isWellFormed()) {
    return [{ field: 'clientName', rule: 'format', message: 'must be well-formed Unicode without NUL characters' }];
  }
  return [];
});

const tokenMethodsNotEmpty = rule(['tokenMethods'], ({ tokenMethods }) =>
  tokenMethods.length > 0
    ? []
    : [{ field: 'tokenMethods', rule: 'format', message: `must name at least one of ${TOKEN_METHODS.join(', ')}` }],
);

/** RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients." */
const clientCredentialsNeedASecret = rule(['clientType', 'grantTypes'], ({ clientType, grantTypes }) =>
  clientType === 'public' && grantTypes.includes('client_credentials')
    ? [
        {
          field: 'grantTypes',
          rule: 'value',
          message: 'must not include client credentials for a client without a secret (RFC 6749 §4.4)',
          together: ['clientType', 'grantTypes'],
        },
      ]
    : [],
);

/** The rules that hold for every client, whatever the door it came in by (spec/core.md). */
export const CORE_RULES: readonly MetadataRule[] = [
  clientName,
  words('grantTypes', GRANT_TYPES),
  list('grantTypes', GRANT_TYPES.length),
  clientCredentialsNeedASecret,
  list('redirectUris', 100),
  uris('redirectUris', redirectUriFault),
  list('postLogoutRedirectUris', 100),
  uris('postLogoutRedirectUris', redirectUriFault),
  scope,
  list('audiences', 50),
  matching('audiences', CLIENT_ID, `must be a client id: ${CLIENT_ID_RULE}`),
  list('identityProviders', 50),
  matching('identityProviders', REFERENCE, 'must be an id or an authority URL of at most 256 characters'),
  list('policies', 50),
  matching('policies', REFERENCE, 'must be a policy id of at most 256 characters'),
  list('allowedOrigins', 100),
  uris('allowedOrigins', originFault),
  lifetime('accessTokenLifetime', 1440),
  lifetime('idTokenLifetime', 1440),
  lifetime('refreshTokenLifetime', 525_600),
  tokenMethodsNotEmpty,
  words('tokenMethods', TOKEN_METHODS),
  list('tokenMethods', TOKEN_METHODS.length),
  words('disabledStrategies', STRATEGIES),
  list('disabledStrategies', STRATEGIES.length),
  singleUri('authUiOrigin'),
  singleUri('logoUri'),
];

/**
 * The rules that `proposed` breaks. What is on record is never refused: a value, or a combination of values,
 * that the record already holds passes, even where it came in under a looser rule.
 */
export function brokenRules(
  proposed: ClientMetadata,
  onRecord: ClientMetadata | undefined,
  rules: readonly MetadataRule[],
  options: RuleOptions,
): RuleBreak[] {
  if (!onRecord) return breaksOf(rules, proposed, options);
  const changed = METADATA_FIELDS.filter((field) => !isSame(proposed[field], onRecord[field]));
  const concerned = rules.filter(({ fields }) => fields.some((field) => changed.includes(field)));
  return breaksOf(concerned, proposed, options).filter((broken) => !isOnRecord(broken, proposed, onRecord));
}

/** A loop: nearly always nothing is broken, and to flatten two dozen empty lists took a third of the whole look. */
function breaksOf(rules: readonly MetadataRule[], proposed: ClientMetadata, options: RuleOptions): RuleBreak[] {
  const all: RuleBreak[] = [];
  for (const { breaksIn } of rules) {
    const breaks = breaksIn(proposed, options);
    if (breaks.length > 0) all.push(...breaks);
  }
  return all;
}

function isOnRecord(broken: RuleBreak, proposed: ClientMetadata, onRecord: ClientMetadata): boolean {
  if (broken.field === 'clientSecret') return false;
  const fields = broken.together ?? [broken.field];
  if (fields.every((field) => isSame(proposed[field], onRecord[field]))) return true;
  if (broken.index === undefined || broken.rule === 'duplicate') return false;
  const entry = (proposed[broken.field] as readonly unknown[])[broken.index];
  return ((onRecord[broken.field] ?? []) as readonly unknown[]).includes(entry);
}

/** The caller's own name for a field, or for an entry of it. */
export type NameOf = (field: RuleBreak['field'], index?: number) => string;

/**
 * What was found before and the broken rules, in the caller's words. A field that was not understood in the first
 * place is not held against the rules, too.
 */
export function allViolations(
  reported: readonly Violation[],
  breaks: readonly RuleBreak[],
  nameOf: NameOf,
): readonly Violation[] {
  // A Set, because a body has room for thousands of either.
  const places = new Set(reported.map(({ property }) => property));
  const isReported = ({ field, index, together }: RuleBreak) =>
    places.has(nameOf(field, index)) || (together ?? [field]).some((each) => places.has(nameOf(each)));
  const broken = breaks.filter((each) => !isReported(each));
  return [
    ...reported,
    ...broken.map(({ field, index, rule, message }) => ({ property: nameOf(field, index), rule, message })),
  ];
}
