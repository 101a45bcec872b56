import type { Client } from './client.entity.js';

/** What clients can be filtered and sorted by. `primaryRedirectUri` is the first redirect URI, null when there is none. */
export type QueryProperty =
  | 'clientId'
  | 'clientName'
  | 'primaryRedirectUri'
  | 'redirectUris'
  | 'grantTypes'
  | 'createdAt'
  | 'updatedAt';

/** One condition on one property; all conditions of a query hold together. */
export interface ClientFilter {
  readonly property: QueryProperty;
  /** `isSet`: has a value at all (for a list: is not empty); needs no values. `contains` ignores case. */
  readonly operator: 'equals' | 'contains' | 'from' | 'to' | 'isSet';
  /** Dates as ISO 8601. */
  readonly values: readonly string[];
  /** Whether one of the values is enough or all must fit (of a list: each value fits some entry). */
  readonly match: 'any' | 'all';
  readonly negated: boolean;
}

export interface ClientSort {
  readonly property: QueryProperty;
  readonly descending: boolean;
}

/** What a client has of a property; dates as ISO 8601. Missing values come behind all others. */
export type PropertyValue = string | null | readonly string[];

/** Where a client stands in a sorted list: its values of the sorted properties, and its id, which decides ties. */
export interface ClientPosition {
  readonly values: readonly PropertyValue[];
  readonly clientId: string;
}

/** Where a page begins: behind so many clients, or right behind or right before a position. */
export type PageStart =
  | { readonly offset: number }
  | { readonly after: ClientPosition }
  | { readonly before: ClientPosition };

/** A page of clients. Ties, and an empty `sort`, go by client id ascending. */
export interface ClientQuery {
  readonly filters: readonly ClientFilter[];
  readonly sort: readonly ClientSort[];
  readonly start: PageStart;
  readonly limit: number;
}

/** A page of clients as it was found. */
export interface ClientPage {
  readonly clients: readonly Client[];
  /** How many clients the filters leave on all pages, exactly. */
  readonly total: number;
  /** Whether there are more in the direction in which the page was read. */
  readonly hasMore: boolean;
  /** Whether it is left empty because its clients have more text than a store hands over at once; never so for 200. */
  readonly isTooLarge?: boolean;
}

/** A run of client ids in order. */
export interface IdQuery {
  /** Only ids that contain this. */
  readonly search?: string;
  /** Only ids behind this one. */
  readonly after?: string;
  readonly offset?: number;
  readonly limit: number;
}

/** The orders in which clients are found without looking at all of them (decision 34). */
const QUICK_ORDERS: readonly QueryProperty[] = ['clientId', 'clientName', 'createdAt'];
const QUICK_OFFSET = 1000;
const QUICK_LIMIT = 100;

/** Whether a page may take a look at much more than it shows, or is large itself. */
export function looksThroughMuch({ filters, sort, start, limit }: ClientQuery): boolean {
  const isQuick = filters.length === 0 && QUICK_ORDERS.includes(sort[0]?.property ?? 'clientId');
  return !isQuick || limit > QUICK_LIMIT || ('offset' in start && start.offset > QUICK_OFFSET);
}

/** The same of a run of ids. */
export function idsLookThroughMuch({ search, offset = 0 }: IdQuery): boolean {
  return search !== undefined || offset > QUICK_OFFSET;
}

const VALUES: Readonly<Record<QueryProperty, (client: Client) => PropertyValue>> = {
  clientId: ({ clientId }) => clientId,
  clientName: ({ clientName }) => clientName,
  primaryRedirectUri: ({ redirectUris }) => redirectUris[0] ?? null,
  redirectUris: ({ redirectUris }) => redirectUris,
  grantTypes: ({ grantTypes }) => grantTypes,
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  updatedAt: ({ updatedAt }) => updatedAt.toISOString(),
};

export function propertyValue(client: Client, property: QueryProperty): PropertyValue {
  return VALUES[property](client);
}

export function positionOf(client: Client, sort: readonly ClientSort[]): ClientPosition {
  return { values: sort.map(({ property }) => propertyValue(client, property)), clientId: client.clientId };
}
