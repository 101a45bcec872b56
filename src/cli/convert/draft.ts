import type { AdminSchemas } from '#api-client';
import {
  CORE_RULES,
  DEFAULT_LIFETIMES,
  DEFAULT_METADATA,
  type HashFields,
  importedSecretViolations,
  isLabelKey,
  isLabelValue,
  isManager,
  type JsonObject,
  LABEL_KEY_RULE,
  LABEL_VALUE_RULE,
  MANAGER_RULE,
  type MetadataField,
  type RuleOptions,
  secretHashOf,
} from '#clients';
import { isVisible } from '#visible';
import { Notes } from './notes.js';
import { isObject } from './source.js';

/** A line of an import. */
export type Line = AdminSchemas['ClientLine'];

type ListField =
  | 'grantTypes'
  | 'audiences'
  | 'redirectUris'
  | 'postSignOutRedirectUris'
  | 'providers'
  | 'policies'
  | 'allowedOrigins'
  | 'disableStrategies';
type TextField = 'clientName' | 'authUIOrigin' | 'logoURI';
type LifetimeField = 'accessTokenExpiry' | 'idTokenExpiry' | 'refreshTokenExpiry';

export interface DraftOptions extends RuleOptions {
  /** Whether secrets come along. */
  readonly withSecrets: boolean;
}

/** A secret as another system has it: in the clear, or as a hash. */
export interface FoundSecret {
  readonly secret?: string;
  readonly hash?: string | HashFields;
  readonly name?: string;
  readonly expiresAt?: string;
}

/** The core's names of the fields of a line. */
const CORE_NAMES = {
  clientName: 'clientName',
  grantTypes: 'grantTypes',
  scope: 'scope',
  audiences: 'audiences',
  redirectUris: 'redirectUris',
  postSignOutRedirectUris: 'postLogoutRedirectUris',
  providers: 'identityProviders',
  policies: 'policies',
  allowedOrigins: 'allowedOrigins',
  accessTokenExpiry: 'accessTokenLifetime',
  idTokenExpiry: 'idTokenLifetime',
  refreshTokenExpiry: 'refreshTokenLifetime',
  tokenMethod: 'tokenMethods',
  disableStrategies: 'disabledStrategies',
  additionalConfig: 'additionalConfig',
  authUIOrigin: 'authUiOrigin',
  logoURI: 'logoUri',
} as const satisfies Partial<Record<keyof Line, MetadataField>>;
type RuledField = keyof typeof CORE_NAMES;

/** Keys that other fields of a line say. */
const NOT_IN_CONFIG = ['tokenMethod', 'disableStrategies'];
const MAX_NAME_LENGTH = 200;
const MAX_SECRETS = 5;
const visible = (most: number) => ({
  holds: (text: string) => text.length <= most && isVisible(text),
  rule: `must be 1 to ${most} characters that can be seen`,
});
const REASON = visible(500);
const SAID = {
  owner: visible(MAX_NAME_LENGTH),
  contact: visible(MAX_NAME_LENGTH),
  description: visible(1000),
  managedBy: { holds: isManager, rule: MANAGER_RULE },
};
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const INSTANT_RULE = 'must be a date such as 2026-01-31T12:00:00Z';
const NO_SECRET_NO_MACHINE = 'must not include client credentials for a client without a secret (RFC 6749 §4.4)';

/**
 * The line that a client becomes. Whatever breaks a rule of the registry stays out of it and is noted, in the words of the
 * rule: the import would refuse the line for it.
 */
export class Draft {
  readonly notes = new Notes();
  /** Why there is no line. */
  leftOut: string | undefined;
  private readonly line: Partial<Line> = {};
  private readonly from = new Set<string>();
  private readonly otherGrants: string[] = [];
  /** Their names of what became redirect URIs. */
  private readonly redirectFields = new Set<string>();
  /** Whether there was a word about secrets. */
  private hasToldOfSecrets = false;

  constructor(
    private readonly options: DraftOptions,
    /** Our id of a client that another system calls by this id, if that has changed. */
    private readonly renamed: (id: string) => string | undefined,
  ) {}

  /** The fields of the source that came along, if only in part. */
  get carried(): readonly string[] {
    return [...this.from];
  }

  leaveOut(reason: string): void {
    this.leftOut ??= reason;
  }

  type(clientType: Line['clientType'], from?: string): void {
    this.line.clientType = clientType;
    this.comesFrom(from);
  }

  get isConfidential(): boolean {
    return this.line.clientType === 'Confidential';
  }

  /** For systems that have our word. */
  grantWord(word: Line['grantType'], from?: string): void {
    this.line.grantType = word;
    this.comesFrom(from);
  }

  text(field: TextField, text: string | undefined, from: string): void {
    if (text === undefined) return;
    const violation = violationOf(field, text, this.options);
    if (violation) this.notes.leave(from, violation, text);
    else this.set(field, text, from);
  }

  flag(field: 'allowLocalLogin', flag: boolean | undefined, from: string): void {
    if (flag !== undefined) this.set(field, flag, from);
  }

  /** Adds to a list what keeps the rules. An entry that is there already is no second one. */
  list(field: ListField, entries: readonly string[] | undefined, from: string): void {
    if (entries === undefined) return;
    if (field === 'redirectUris') this.redirectFields.add(from);
    const kept = new Set<string>(this.line[field] ?? []);
    let violations = 0;
    for (const entry of entries) {
      const named = field === 'audiences' ? this.audience(entry, from) : entry;
      const violation = violationOf(field, [named], this.options);
      if (violation === undefined) {
        kept.add(named);
        continue;
      }
      violations += 1;
      this.notes.leave(from, violation, entry);
      if (field === 'grantTypes') this.otherGrants.push(entry);
    }
    const [fitting, limit] = this.fitting([...kept], (list) => violationOf(field, list, this.options));
    for (const entry of [...kept].slice(fitting.length)) this.notes.leave(from, limit!, entry);
    if (violations < entries.length) this.set(field, fitting as never, from);
    // An empty list of a legacy client says something, too.
    else if (field === 'grantTypes') this.line.grantTypes ??= [];
  }

  /** Adds grants that follow from other fields. */
  grants(grants: readonly string[]): void {
    this.line.grantTypes = [...new Set([...(this.line.grantTypes ?? []), ...grants])] as Line['grantTypes'];
  }

  listOf(field: ListField): readonly string[] {
    return this.line[field] ?? [];
  }

  scope(tokens: readonly string[] | undefined, from: string): void {
    if (tokens === undefined) return;
    const kept = new Set(this.line.scope ? this.line.scope.split(' ') : []);
    for (const token of tokens) {
      const violation = violationOf('scope', token, this.options);
      if (violation) this.notes.leave(from, violation, token);
      // A text with spaces in it is several tokens.
      else if (token !== '') for (const each of token.split(' ')) kept.add(each);
    }
    const [fitting, limit] = this.fitting([...kept], (list) => violationOf('scope', list.join(' '), this.options));
    for (const token of [...kept].slice(fitting.length)) this.notes.leave(from, limit!, token);
    if (fitting.length > 0) this.set('scope', fitting.join(' '), from);
  }

  /** Whole minutes are what the registry has. A token never lives longer than it did, unless that was under a minute. */
  seconds(field: LifetimeField, seconds: number | undefined, from: string): void {
    if (seconds === undefined) return;
    if (!(seconds > 0)) {
      this.notes.leave(from, `is no lifetime: the default of ${standardOf(field)} minutes applies`, String(seconds));
      return;
    }
    const minutes = Math.max(1, Math.floor(seconds / 60));
    const isKept = this.minutes(field, minutes, from);
    if (isKept && minutes * 60 !== seconds) this.notes.changed(from, `becomes ${minutes} min`, `${seconds} s`);
  }

  /** Gives a token the lifetime of another one. */
  copyLifetime(from: LifetimeField, to: LifetimeField): void {
    if (this.line[from] !== undefined) this.line[to] = this.line[from];
  }

  /** Whether the lifetime came along. */
  minutes(field: LifetimeField, minutes: number | undefined, from: string): boolean {
    if (minutes === undefined) return false;
    const violation = violationOf(field, minutes, this.options);
    if (violation) {
      this.notes.leave(from, `${violation}: the default of ${standardOf(field)} applies`, `${minutes} min`);
      return false;
    }
    this.set(field, minutes, from);
    return true;
  }

  tokenMethod(method: string | readonly string[] | undefined, from: string): void {
    if (method === undefined) return;
    const violation = violationOf('tokenMethod', [method].flat(), this.options);
    if (violation) this.notes.leave(from, violation, String(method));
    else this.set('tokenMethod', method as Line['tokenMethod'], from);
  }

  /** What the owner of a client keeps there for others. */
  config(config: { readonly [key: string]: unknown } | undefined, from: string): void {
    if (config === undefined) return;
    const others = Object.entries(config).filter(([key]) => !NOT_IN_CONFIG.includes(key));
    for (const key of NOT_IN_CONFIG) {
      if (Object.hasOwn(config, key)) this.notes.leave(`${from}.${key}`, 'is the name of a field of its own here');
    }
    if (others.length === 0) return;
    const kept = Object.fromEntries(others) as JsonObject;
    const violation = violationOf('additionalConfig', kept, this.options);
    if (violation) this.notes.leave(from, violation);
    else if (canReachPrototypes(kept)) this.notes.leave(from, 'must not have keys such as __proto__');
    else this.set('additionalConfig', kept as Line['additionalConfig'], from);
  }

  suspend(reason: string, from: string): void {
    this.line.suspension = { reason, until: null };
    this.notes.changed(from, 'comes along as a suspension');
    this.comesFrom(from);
  }

  /** As another registry of ours has it. Without an end that can be understood, the client stays suspended. */
  suspension(terms: { readonly reason?: string; readonly until?: string }, from: string): void {
    const isReason = terms.reason !== undefined && REASON.holds(terms.reason);
    const isEnd = terms.until !== undefined && isInstant(terms.until);
    if (terms.reason !== undefined && !isReason) {
      this.notes.leave(`${from}.reason`, REASON.rule);
    }
    if (terms.until !== undefined && !isEnd) this.notes.leave(`${from}.until`, INSTANT_RULE, terms.until);
    this.set('suspension', { reason: isReason ? terms.reason! : null, until: isEnd ? terms.until! : null }, from);
  }

  /** What people and tools say of the client. */
  saidOf(field: keyof typeof SAID, text: string | undefined, from: string): void {
    if (text === undefined) return;
    const { holds, rule } = SAID[field];
    if (holds(text)) this.say({ [field]: text }, from);
    else this.notes.leave(from, rule, text);
  }

  label(key: string, value: string | undefined, from: string): void {
    if (value === undefined) return;
    const isKey = isLabelKey(key);
    if (isKey && isLabelValue(value)) this.say({ labels: { ...this.line.about?.labels, [key]: value } }, from);
    else this.notes.leave(from, isKey ? LABEL_VALUE_RULE : `its name ${LABEL_KEY_RULE}`, value);
  }

  /** After the manager, without whom nothing is locked. */
  locked(isLocked: boolean | undefined, from: string): void {
    if (!isLocked) return;
    if (this.line.about?.managedBy) this.say({ locked: true }, from);
    else this.notes.leave(from, 'must not be true without managedBy');
  }

  /** When the client ends by itself. */
  end(expiresAt: string | undefined, from: string): void {
    if (expiresAt === undefined) return;
    if (isInstant(expiresAt)) this.set('expiresAt', expiresAt, from);
    else this.notes.leave(from, INSTANT_RULE, expiresAt);
  }

  /** Takes note of a secret that does not come along. Its value is not even looked at. */
  secret(from: string, what = 'stays behind'): void {
    const then = this.isConfidential ? 'the import makes a new one' : 'a Public client has none here';
    this.notes.leave(from, `${what}: ${then}`);
    this.hasToldOfSecrets = true;
  }

  /** The secrets that the file has. Each comes along if that is wanted, and if the registry can take it. */
  secrets(found: readonly FoundSecret[], from: string): void {
    if (found.length === 0) return;
    if (!this.isConfidential || !this.options.withSecrets) {
      this.secret(from, this.isConfidential ? 'stays behind without --with-secrets' : undefined);
      return;
    }
    this.hasToldOfSecrets = true;
    const kept = this.line.secrets ?? [];
    for (const [index, one] of found.entries()) {
      const violation =
        kept.length < MAX_SECRETS ? secretViolation(one) : `a client has at most ${MAX_SECRETS} secrets`;
      const field = found.length === 1 ? from : `${from}[${index}]`;
      if (violation === undefined) kept.push(one as NonNullable<Line['secrets']>[number]);
      else this.notes.leave(field, violation);
    }
    if (kept.length > 0) this.set('secrets', kept, from);
    else this.notes.changed(from, 'none comes along: the import makes a new one');
  }

  /** Checks what concerns more than one field. `mayBeLegacy`: a client without grants is one, too. */
  finish({ mayBeLegacy = false } = {}): void {
    if (this.isConfidential && !this.hasToldOfSecrets) {
      this.notes.assumed('secret', 'is not in the file: the import makes a new one');
    }
    const { clientType, grantType } = this.line;
    const grantTypes = this.line.grantTypes ?? [];
    const lostUris = this.notes.all.some(({ what, field }) => what === 'left' && this.redirectFields.has(field));
    if (lostUris && !this.line.redirectUris?.length) {
      this.notes.changed('redirectUris', 'none is left: nobody can sign in until there is one');
    }
    if (clientType === 'Public' && grantTypes.includes('client_credentials')) {
      this.notes.leave('client_credentials', NO_SECRET_NO_MACHINE);
      this.line.grantTypes = grantTypes.filter((grant) => grant !== 'client_credentials');
    }
    if (clientType === 'Public' && grantType === 'ClientCredentials')
      this.leaveOut(`grantType ${NO_SECRET_NO_MACHINE}`);
    if (!grantType && !this.line.grantTypes?.length && !mayBeLegacy) {
      const others = this.otherGrants.length > 0 ? `: ${this.otherGrants.join(', ')}` : '';
      this.leaveOut(`has no grant that exists here${others}`);
    }
  }

  lineFor(clientId: string): Line {
    const { clientName, clientType, secrets, ...others } = this.line;
    const kept = secrets?.filter(({ secret }) => !secret || importedSecretViolations(secret, clientId).length === 0);
    if (kept?.length !== secrets?.length) this.notes.leave('secret', 'a secret must not equal the client id');
    return {
      clientId,
      ...(clientName === undefined ? {} : { clientName }),
      clientType: clientType!,
      ...others,
      ...(kept?.length ? { secrets: kept } : {}),
    };
  }

  private set<F extends keyof Line>(field: F, value: Line[F], from: string): void {
    this.line[field] = value;
    this.comesFrom(from);
  }

  private say(about: Line['about'], from: string): void {
    this.set('about', { ...this.line.about, ...about }, from);
  }

  private comesFrom(field: string | undefined): void {
    if (field !== undefined) this.from.add(field);
  }

  private audience(entry: string, from: string): string {
    const id = this.renamed(entry);
    if (id === undefined) return entry;
    this.notes.changed(from, `becomes ${id}, as the client`, entry);
    return id;
  }

  /** As many of the first entries as the rules allow together, and the rule that the others break. */
  private fitting(
    entries: readonly string[],
    violation: (entries: readonly string[]) => string | undefined,
  ): [fitting: string[], limit: string | undefined] {
    const limit = violation(entries);
    if (limit === undefined) return [[...entries], undefined];
    let [fits, over] = [0, entries.length];
    while (over - fits > 1) {
      const middle = Math.floor((fits + over) / 2);
      if (violation(entries.slice(0, middle)) === undefined) fits = middle;
      else over = middle;
    }
    return [entries.slice(0, fits), limit];
  }
}

/** Why the registry would not take a secret, never with the secret. */
function secretViolation({ secret, hash, name, expiresAt }: FoundSecret): string | undefined {
  if (name !== undefined && (name.length > MAX_NAME_LENGTH || !isVisible(name)))
    return `its name must be 1 to ${MAX_NAME_LENGTH} characters that can be seen`;
  if (expiresAt !== undefined && !isInstant(expiresAt)) return `its end ${INSTANT_RULE}`;
  if (expiresAt !== undefined && new Date(expiresAt).getTime() <= Date.now()) return 'it has ended';
  if (secret !== undefined) return importedSecretViolations(secret, '')[0]?.message;
  const taken = secretHashOf(hash!);
  if ('hash' in taken) return undefined;
  const { field = 'hash', message } = taken.violations[0]!;
  return `its ${field} ${message}`;
}

const RULES = new Map(
  Object.values(CORE_NAMES).map((name) => [
    name,
    CORE_RULES.filter(({ fields }) => fields.length === 1 && fields[0] === name),
  ]),
);

/** The first rule that the value breaks. */
function violationOf(field: RuledField, value: unknown, options: RuleOptions): string | undefined {
  const name = CORE_NAMES[field];
  const metadata = { ...DEFAULT_METADATA, [name]: value };
  for (const { violationsIn } of RULES.get(name)!) {
    const [violation] = violationsIn(metadata, options);
    if (violation) return violation.message;
  }
  return undefined;
}

function standardOf(field: LifetimeField): number {
  return DEFAULT_LIFETIMES[CORE_NAMES[field]];
}

/** The server refuses JSON with such keys. */
function canReachPrototypes(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(canReachPrototypes);
  if (!isObject(value)) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  if (
    Object.hasOwn(value, 'constructor') &&
    isObject(value.constructor) &&
    Object.hasOwn(value.constructor, 'prototype')
  )
    return true;
  return Object.values(value).some(canReachPrototypes);
}

/** As the server reads dates: no 30 February, and no year 0. */
function isInstant(text: string): boolean {
  const instant = new Date(text);
  if (!INSTANT.test(text) || Number.isNaN(instant.getTime())) return false;
  const day = text.slice(0, 'YYYY-MM-DD'.length);
  const year = instant.getUTCFullYear();
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) && year >= 1 && year <= 9999;
}
