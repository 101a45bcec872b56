import { Client, type ClientMetadata, DEFAULT_LIFE, DEFAULT_METADATA } from '#clients';

/** A client as it might be on record. */
export function aClient(metadata: Partial<ClientMetadata> = {}, columns: Partial<Client> = {}): Client {
  return Object.assign(new Client(), {
    domainId: '1',
    clientId: 'my-app',
    version: '1795000000000000',
    secretsVersion: 1,
    createdAt: new Date('2026-01-31T12:00:00.123Z'),
    updatedAt: new Date('2026-02-28T23:59:59.999Z'),
    ...DEFAULT_METADATA,
    ...DEFAULT_LIFE,
    ...metadata,
    ...columns,
  });
}
