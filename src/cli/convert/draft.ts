import {
  CORE_RULES,
  DEFAULT_LIFETIMES,
  DEFAULT_METADATA,
  type JsonObject,
  type MetadataField,
  type RuleOptions,
} from '#clients';
import { BesideDraft } from './beside-draft.js';
import type { Line, SetField } from './line.js';
import { Notes } from './notes.js';
import { SecretsDraft } from './secrets-draft.js';
import { isObject } from './source.js';

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
  readonly beside: BesideDraft;
  readonly secrets: SecretsDraft;

  constructor(
    private readonly options: DraftOptions,
    /** Our id of a client that another system calls by this id, if that has changed. */
    private readonly renamed: (id: string) => string | undefined,
  ) {
    const set: SetField = (field, value, from) => this.set(field, value, from);
    this.beside = new BesideDraft(this.line, this.notes, set);
    this.secrets = new SecretsDraft(this.line, this.notes, set, options.withSecrets);
  }

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

  /** Adds the entries that break no rule to a list. An entry that is in the list already is not added again. */
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

  /** Checks what concerns more than one field. `mayBeLegacy`: a client without grants is one, too. */
  finish({ mayBeLegacy = false } = {}): void {
    this.secrets.finish();
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
    const { clientName, clientType, secrets: _, ...others } = this.line;
    const kept = this.secrets.fitting(clientId);
    return {
      clientId,
      ...(clientName === undefined ? {} : { clientName }),
      clientType: clientType!,
      ...others,
      ...(kept.length > 0 ? { secrets: kept } : {}),
    };
  }

  private set<F extends keyof Line>(field: F, value: Line[F], from: string): void {
    this.line[field] = value;
    this.comesFrom(from);
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
