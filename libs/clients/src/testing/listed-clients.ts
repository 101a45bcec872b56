import { setTimeout } from 'node:timers/promises';
import type { Client } from '../client.entity.js';
import type { ClientMetadata } from '../client-metadata.js';
import type { ClientFilter, ClientQuery, ClientSort, QueryProperty, SortProperty } from '../client-query.js';
import type { FreshDomains } from './fresh-domains.js';
import { aFullClient } from './writes.js';

/** What the suites about lists find in a domain. */
export const CLIENTS: Readonly<Record<string, Partial<ClientMetadata>>> = {
  'a-1': {
    clientName: 'Zebra',
    redirectUris: ['https://b.example.com/Callback', 'https://a.example.com/'],
    grantTypes: ['authorization_code', 'refresh_token'],
  },
  a1: { clientName: 'apple', redirectUris: ['https://b.example.com/callback'], grantTypes: ['refresh_token'] },
  b: { clientName: null, redirectUris: [], grantTypes: [] },
  'b-percent': {
    clientName: '100% sure',
    clientType: 'confidential',
    redirectUris: ['com.example.app:/cb'],
    grantTypes: ['client_credentials'],
  },
  'b-score': { clientName: 'snake_case', redirectUris: ['https://c.example.com/a_b'], grantTypes: [] },
  'b-slash': { clientName: 'back\\slash', redirectUris: ['https://c.example.com/%25'], grantTypes: [] },
  c: { clientName: 'Äpfel & Öl', redirectUris: [], grantTypes: ['authorization_code'] },
  d: { clientName: 'snakeXcase 100 sure', redirectUris: ['https://a.example.com/'], grantTypes: [] },
};
/** Their ids in order. */
export const ALL = Object.keys(CLIENTS).sort();

export const idsOf = (clients: readonly Client[]) => clients.map(({ clientId }) => clientId);

/** Before each test, CLIENTS are registered one after the other, the last one first, and a client elsewhere. */
export class ListedClients {
  constructor(private readonly its: FreshDomains) {
    beforeEach(async () => {
      const { insert, refTo } = its;
      for (const [clientId, metadata] of Object.entries(CLIENTS).reverse()) {
        await insert(refTo(clientId), metadata);
        await setTimeout(2);
      }
      await insert({ domainId: `${its.domainId}0`, clientId: 'elsewhere' }, aFullClient());
    });
  }

  readonly listed = async (query: ClientQuery) => (await this.its.repository.list(this.its.domainId, query)).clients;

  readonly total = async (query: ClientQuery = everything()) =>
    (await this.its.repository.list(this.its.domainId, query)).total;

  /** The ids that filters leave; the total has to agree. */
  readonly found = async (...filters: ClientFilter[]): Promise<string[]> => {
    const query = { ...everything(), filters };
    const { clients, total, hasMore } = await this.its.repository.list(this.its.domainId, query);
    expect({ total, hasMore }).toEqual({ total: clients.length, hasMore: false });
    return idsOf(clients);
  };

  readonly sorted = async (...sort: ClientSort[]): Promise<string[]> =>
    idsOf(await this.listed({ ...everything(), sort }));
}

export const everything = (): ClientQuery => ({ filters: [], sort: [], start: { offset: 0 }, limit: 1000 });

const condition = (
  operator: ClientFilter['operator'],
  property: QueryProperty,
  values: readonly string[],
): ClientFilter => ({ property, operator, values, match: 'any', negated: false });
export const equals = (property: QueryProperty, ...values: string[]) => condition('equals', property, values);
export const contains = (property: QueryProperty, ...values: string[]) => condition('contains', property, values);
export const isSet = (property: QueryProperty) => condition('isSet', property, []);
export const all = (filter: ClientFilter): ClientFilter => ({ ...filter, match: 'all' });
export const not = (filter: ClientFilter): ClientFilter => ({ ...filter, negated: true });
export const ascending = (property: SortProperty): ClientSort => ({ property, descending: false });
export const descending = (property: SortProperty): ClientSort => ({ property, descending: true });
