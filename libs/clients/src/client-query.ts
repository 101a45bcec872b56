import type { Client } from './client.entity.js';
import { type ClientMetadata, type ClientType, GRANT_TYPES, type GrantType } from './client-metadata.js';

/** What clients can be sorted by. `primaryRedirectUri` is the first redirect URI, null when there is none. */
export type SortProperty =
  | 'clientId'
  | 'clientName'
  | 'primaryRedirectUri'
  | 'redirectUris'
  | 'grantTypes'
  | 'createdAt'
  | 'updatedAt';

/** What clients can be filtered by. `typeAndGrants`: client type and grants together, as `typeAndGrantsOf` writes them. */
export type QueryProperty = SortProperty | 'typeAndGrants';

export type TypeAndGrants = Pick<ClientMetadata, 'clientType' | 'grantTypes'>;

/** Each type with each set of grants that a client can have. */
export const TYPES_AND_GRANTS: readonly TypeAndGrants[] = (['public', 'confidential'] as const).flatMap((clientType) =>
  subsetsOf(GRANT_TYPES).map((grantTypes) => ({ clientType, grantTypes })),
);

/** As one text, in which the order of the grants makes no difference. */
export function typeAndGrantsOf({ clientType, grantTypes }: TypeAndGrants): string {
  const words: readonly (ClientType | GrantType)[] = [
    clientType,
    ...GRANT_TYPES.filter((each) => grantTypes.includes(each)),
  ];
  return words.join(' ');
}

function subsetsOf([first, ...others]: readonly GrantType[]): GrantType[][] {
  if (first === undefined) return [[]];
  return subsetsOf(others).flatMap((subset) => [subset, [first, ...subset]]);
}

/** One condition on one property. A client must meet all conditions of a query. */
export interface ClientFilter {
  readonly property: QueryProperty;
  /** `isSet`: has a value (a text or a list: is not empty); needs no values. `contains` ignores case. */
  readonly operator: 'equals' | 'contains' | 'from' | 'to' | 'isSet';
  /** Dates as ISO 8601. */
  readonly values: readonly string[];
  /** Whether one of the values is enough, or all must match (in a list: each value matches some entry). */
  readonly match: 'any' | 'all';
  readonly negated: boolean;
}

export interface ClientSort {
  readonly property: SortProperty;
  readonly descending: boolean;
}

/** A client's value of a property; dates as ISO 8601. Missing values sort last. */
export type PropertyValue = string | null | readonly string[];

/** A client's place in a sorted list: its values of the sorted properties, and its id, which decides ties. */
export interface ClientPosition {
  readonly values: readonly PropertyValue[];
  readonly clientId: string;
}

/** Where a page begins: after a number of clients, or directly after or before a position. */
export type PageStart =
  | { readonly offset: number }
  | { readonly after: ClientPosition }
  | { readonly before: ClientPosition };

/** Asks for a page of clients. Ties, and an empty `sort`, are sorted by client id ascending. */
export interface ClientQuery {
  readonly filters: readonly ClientFilter[];
  readonly sort: readonly ClientSort[];
  readonly start: PageStart;
  readonly limit: number;
}

/** A page of clients that was found. */
export interface ClientPage {
  readonly clients: readonly Client[];
  /** The exact number of clients on all pages that match the filters. */
  readonly total: number;
  /** Whether there are more clients in the direction in which the page was read. */
  readonly hasMore: boolean;
  /** Whether the page is empty because its clients have too much text for one answer. Never true for 200 clients. */
  readonly isTooLarge?: boolean;
}

/** Asks for consecutive client ids in order. */
export interface IdQuery {
  /** Only ids that contain this. */
  readonly search?: string;
  /** Only ids after this one. */
  readonly after?: string;
  readonly offset?: number;
  readonly limit: number;
}

/** The orders in which a page is found without reading all clients (decision 34). */
const QUICK_ORDERS: readonly SortProperty[] = ['clientId', 'clientName', 'createdAt'];
const QUICK_OFFSET = 1000;
const QUICK_LIMIT = 100;

/** Whether a page may have to read much more than it shows, or is large itself. */
export function looksThroughMuch({ filters, sort, start, limit }: ClientQuery): boolean {
  const isQuick = filters.length === 0 && QUICK_ORDERS.includes(sort[0]?.property ?? 'clientId');
  return !isQuick || limit > QUICK_LIMIT || ('offset' in start && start.offset > QUICK_OFFSET);
}

/** The same for client ids. */
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
  typeAndGrants: typeAndGrantsOf,
};

export function propertyValue(client: Client, property: QueryProperty): PropertyValue {
  return VALUES[property](client);
}

export function positionOf(client: Client, sort: readonly ClientSort[]): ClientPosition {
  return { values: sort.map(({ property }) => propertyValue(client, property)), clientId: client.clientId };
}
