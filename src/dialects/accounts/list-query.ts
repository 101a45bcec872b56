import {
  type ClientFilter,
  type ClientQuery,
  type ClientSort,
  type PageStart,
  type QueryProperty,
  type SortProperty,
  TYPES_AND_GRANTS,
  type TypeAndGrants,
  typeAndGrantsOf,
} from '#clients';
import { isLongerThan } from '#visible';
import { FailureError, instantOf, type QueryViolation } from '../../http/index.js';
import { AFTER, BEFORE, decodePosition } from './page-position.js';
import { authMethodOf, clientTypeOf } from './type-words.js';

// The generic list rules: spec/accounts-dialect.md §3.

const PROPERTIES: Readonly<Record<string, SortProperty>> = {
  clientid: 'clientId',
  callbackurl: 'primaryRedirectUri',
  clientname: 'clientName',
  granttypes: 'grantTypes',
  redirecturis: 'redirectUris',
  created: 'createdAt',
  modified: 'updatedAt',
};
const LISTS: readonly QueryProperty[] = ['grantTypes', 'redirectUris'];
const DATES: readonly QueryProperty[] = ['createdAt', 'updatedAt'];
/** What a list can be filtered by; `wordOf`: the property is a word for each type with its grants. */
interface Filterable {
  readonly property: QueryProperty;
  readonly wordOf?: (each: TypeAndGrants) => string;
}
const FILTERABLE: Readonly<Record<string, Filterable>> = {
  ...Object.fromEntries(Object.entries(PROPERTIES).map(([name, property]) => [name, { property }])),
  clienttype: { property: 'typeAndGrants', wordOf: clientTypeOf },
  tokenendpointauthmethod: { property: 'typeAndGrants', wordOf: authMethodOf },
};
const RESERVED = new Set(['page', 'size', 'sort']);

export const DEFAULT_SIZE = 10;
export const MAX_SIZE = 1000;
/** `size=0` asks for everything at once, up to this many. */
export const MAX_UNPAGED = 10_000;

// Limits of the filters, since each value is compared with each client of the domain (decision 44).
const MAX_VALUES = 100;
const TOO_MANY_VALUES = `must not be more than ${MAX_VALUES} values, with those of the other filters`;
/** The most values to find anywhere in a text (`~`). Finding one takes a hundred times as long. */
const MAX_PATTERNS = 10;
const MAX_PATTERN_LENGTH = 128;
const MAX_SORTS = 10;
/** For the OpenAPI document. */
export const FILTER_BOUNDS = `At most ${MAX_VALUES} values in all filters together, ${MAX_PATTERNS} of them with ~ and of at most ${MAX_PATTERN_LENGTH} characters each.`;
export const SORT_BOUNDS = `At most ${MAX_SORTS} properties.`;

/** A decoded query string. A name that occurs twice has an array. */
export type QueryString = Readonly<Record<string, string | string[] | undefined>>;

export interface ListQuery extends ClientQuery {
  readonly page: number;
  /** 0 = everything. */
  readonly size: number;
}

/** What a query string asks for. Each part is read only when needed, since most queries ask for one client. */
export class ClientsQuery {
  constructor(private readonly parameters: QueryString) {}

  /** The one client that a GET asks for; undefined when it asks for a list. */
  get singleClientId(): string | undefined {
    return singleClientId(this.parameters);
  }

  /** The value of `clientID`, even with other filters. */
  get clientId(): string | undefined {
    return clientIdParameter(this.parameters);
  }

  /** Fails with `invalid_query`. */
  list(): ListQuery {
    return listQuery(this.parameters);
  }
}

/** The one client that a GET asks for; undefined when it asks for a list. */
export function singleClientId(query: QueryString): string | undefined {
  if (query._list !== undefined && query._list !== 'false') return undefined;
  const value = clientIdParameter(query);
  return value === undefined || value === '' || /[,()]/.test(value) ? undefined : value;
}

/** The value of `clientID`, its name in any case; undefined when it is missing or occurs twice. */
export function clientIdParameter(query: QueryString): string | undefined {
  const values = Object.entries(query).flatMap(([name, value]) =>
    name.toLowerCase() === 'clientid' ? [value].flat() : [],
  );
  return values.length === 1 ? values[0] : undefined;
}

/** Reads paging, sorting and filters. Fails with `invalid_query`, which names everything that is wrong. */
export function listQuery(query: QueryString): ListQuery {
  const violations: QueryViolation[] = [];
  const page = wholeNumber(query.page, 'page', 1, 1e9, 1, violations);
  const size = wholeNumber(query.size, 'size', 0, MAX_SIZE, DEFAULT_SIZE, violations);
  const sort = sortTerms(query.sort, violations);
  const filters = allFilters(query, violations);
  const start = size === 0 ? { offset: 0 } : pageStart(query, sort, (page - 1) * size, violations);
  if (violations.length > 0) throw new FailureError({ kind: 'invalid_query', violations });
  // With size 0, everything is one page.
  return { page: size === 0 ? 1 : page, size, sort, filters, start, limit: size === 0 ? MAX_UNPAGED : size };
}

function allFilters(query: QueryString, violations: QueryViolation[]): ClientFilter[] {
  const filters: ClientFilter[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (RESERVED.has(name) || name.startsWith('_')) continue;
    filters.push(...filtersOf(name, [value ?? ''].flat(), violations));
    const message = excessOf(filters);
    if (message === undefined) continue;
    violations.push({ property: name, rule: 'format', message });
    break;
  }
  return filters;
}

/** Which limit all filters together exceed. */
function excessOf(filters: readonly ClientFilter[]): string | undefined {
  const count = (some: readonly ClientFilter[]) =>
    some.reduce((values, filter) => values + Math.max(1, filter.values.length), 0);
  if (count(filters) > MAX_VALUES) return TOO_MANY_VALUES;
  if (count(filters.filter(({ operator }) => operator === 'contains')) <= MAX_PATTERNS) return undefined;
  return `must not be more than ${MAX_PATTERNS} texts to look for (~), with those of the other filters`;
}

/** Where the page begins: at the position in a link, or, for a page number typed by hand, counted from the start. */
function pageStart(
  query: QueryString,
  sort: readonly ClientSort[],
  offset: number,
  violations: QueryViolation[],
): PageStart {
  const positionIn = (parameter: string) => {
    const text = query[parameter];
    const position = typeof text === 'string' ? decodePosition(text, sort) : undefined;
    if (text !== undefined && !position) {
      violations.push({ property: parameter, rule: 'format', message: 'must be left as it stands in the link' });
    }
    return position;
  };
  const after = positionIn(AFTER);
  if (after) return { after };
  const before = positionIn(BEFORE);
  return before ? { before } : { offset };
}

function wholeNumber(
  value: string | string[] | undefined,
  property: string,
  least: number,
  most: number,
  standard: number,
  violations: QueryViolation[],
): number {
  if (value === undefined) return standard;
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  violations.push({ property, rule: 'format', message: `must be a whole number from ${least} to ${most}` });
  return standard;
}

/** Reads `sort=+a,-b`. Decoding has turned a raw `+` into a space. */
function sortTerms(value: string | string[] | undefined, violations: QueryViolation[]): ClientSort[] {
  const terms = [value ?? []]
    .flat()
    .flatMap((part) => part.split(','))
    .filter((term) => term !== '');
  if (terms.length > MAX_SORTS) {
    violations.push({ property: 'sort', rule: 'format', message: `must have at most ${MAX_SORTS} properties` });
    return [];
  }
  return terms.flatMap((term): ClientSort[] => {
    const name = term.replace(/^[-+ ]/, '');
    const property = propertyCalled(name);
    if (property) return [{ property, descending: term.startsWith('-') }];
    violations.push({ property: name, rule: 'unsortable', message: 'is not a property to sort by' });
    return [];
  });
}

/** Reads `name`, `name~`, `name!`, `nameFrom`, `nameTo`. */
function filtersOf(parameter: string, values: readonly string[], violations: QueryViolation[]): ClientFilter[] {
  const [, name, suffix] = /^(.*?)(~|!|From|To)?$/is.exec(parameter) as unknown as [string, string, string | undefined];
  const exact = filterableCalled(parameter);
  const filterable = exact ?? filterableCalled(name);
  const operator = exact ? '' : (suffix ?? '').toLowerCase();
  if (!filterable || (operator === '~' && DATES.includes(filterable.property))) {
    violations.push({ property: parameter, rule: 'unfilterable', message: 'is not a property to filter by' });
    return [];
  }
  if ((operator === 'from' || operator === 'to') && !DATES.includes(filterable.property)) {
    violations.push({ property: name, rule: 'unrangeable', message: 'has no order to take a range of' });
    return [];
  }
  return values.flatMap((value) => filterOf(parameter, filterable, operator, value, violations));
}

function filterOf(
  parameter: string,
  { property, wordOf }: Filterable,
  operator: string,
  value: string,
  violations: QueryViolation[],
): ClientFilter[] {
  const negated = operator === '!';
  // An empty value asks for clients whose property is missing or empty, with `!` for the others.
  if (value === '') return [{ property, operator: 'isSet', values: [], match: 'any', negated: !negated }];
  const { members, match } = membersOf(value, LISTS.includes(property));
  const values = DATES.includes(property) ? members.map((text) => instantOf(text)?.toISOString()) : members;
  if (values.some((each) => each === undefined || each.includes('\0'))) {
    const message = DATES.includes(property) ? 'must be a date such as 2026-01-31T12:00:00Z' : 'must not contain NUL';
    violations.push({ property: parameter, rule: 'format', message });
    return [];
  }
  if (operator === '~' && members.some((member) => isLongerThan(member, MAX_PATTERN_LENGTH))) {
    const message = `must be at most ${MAX_PATTERN_LENGTH} characters to look for (~)`;
    violations.push({ property: parameter, rule: 'format', message });
    return [];
  }
  if (wordOf) {
    if (members.length > MAX_VALUES) {
      violations.push({ property: parameter, rule: 'format', message: TOO_MANY_VALUES });
      return [];
    }
    const fits = (word: string) => (member: string) =>
      operator === '~' ? word.toLowerCase().includes(member.toLowerCase()) : word === member;
    const some = TYPES_AND_GRANTS.filter((each) => members.some(fits(wordOf(each))));
    return [{ property, operator: 'equals', values: some.map(typeAndGrantsOf), match, negated }];
  }
  const words = { '': 'equals', '!': 'equals', '~': 'contains', from: 'from', to: 'to' } as const;
  return [{ property, operator: words[operator as keyof typeof words], values: values as string[], match, negated }];
}

/** `a,b` = any of them, `a b` = all of them (only for a list). Text in parentheses is one literal value. */
function membersOf(value: string, isList: boolean): { members: string[]; match: 'any' | 'all' } {
  const byComma = splitOutside(value, ',');
  if (byComma.length > 1 || !isList) return { members: byComma, match: 'any' };
  const bySpace = splitOutside(value, ' ');
  return { members: bySpace, match: bySpace.length > 1 ? 'all' : 'any' };
}

function splitOutside(value: string, separator: string): string[] {
  const members: string[] = [];
  let depth = 0;
  let member = '';
  for (const character of value) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === separator && depth <= 0) {
      members.push(member);
      member = '';
    } else member += character;
  }
  return [...members, member].map((each) => (/^\(.*\)$/s.test(each) ? each.slice(1, -1) : each));
}

function propertyCalled(name: string): SortProperty | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(PROPERTIES, key) ? PROPERTIES[key] : undefined;
}

function filterableCalled(name: string): Filterable | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(FILTERABLE, key) ? FILTERABLE[key] : undefined;
}
