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

/** A page of clients. Ties, and an empty `sort`, go by client id ascending. */
export interface ClientQuery {
  readonly filters: readonly ClientFilter[];
  readonly sort: readonly ClientSort[];
  readonly offset: number;
  /** null = all. */
  readonly limit: number | null;
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
