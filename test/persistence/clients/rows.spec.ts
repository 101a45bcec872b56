import type { DataSource } from 'typeorm';
import { Client, type ClientMetadata, ClientSecret, DEFAULT_METADATA, METADATA_FIELDS } from '#clients';
import { openDataSource } from '#persistence';
import { aSecret, creation } from '../../../libs/clients/src/testing/writes.js';
import {
  addMetadata,
  CLIENT_COLUMNS,
  PostgresClientRepository,
  SECRET_COLUMNS,
} from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** Every field other than what it is by default, and none like another. */
const FULL: ClientMetadata = {
  clientName: 'An app',
  clientType: 'confidential',
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['https://app.example.com/callback'],
  postLogoutRedirectUris: ['https://app.example.com/goodbye'],
  scope: 'openid profile',
  audiences: ['orders-api'],
  identityProviders: ['google'],
  policies: ['policy.employees'],
  allowedOrigins: ['https://app.example.com'],
  allowLocalLogin: false,
  accessTokenLifetime: 61,
  idTokenLifetime: 62,
  refreshTokenLifetime: 63,
  tokenMethods: ['cookie', 'body'],
  tokenMethodsAsList: true,
  disabledStrategies: [],
  additionalConfig: { theme: { colour: 'blue', sizes: [1, 2] } },
  authUiOrigin: 'https://login.example.com',
  logoUri: 'https://app.example.com/logo.png',
};

describe('the rows of clients and of their secrets', () => {
  let test: TestDatabase;
  let source: DataSource;
  let repository: PostgresClientRepository;

  beforeAll(async () => {
    test = await createTestDatabase({ isPrepared: true });
    source = await openDataSource({ url: test.url, poolSize: 2, migrate: true });
    repository = new PostgresClientRepository(source);
  });
  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  it.each([
    [Client, CLIENT_COLUMNS],
    [ClientSecret, SECRET_COLUMNS],
  ])('have the columns of the entity that are not the store’s own, and no others: %p', (entity, columns) => {
    const read = source.getMetadata(entity).columns.filter(({ isSelect }) => isSelect);
    const declared = read.map(({ propertyName, databaseName, ...column }) => [
      propertyName,
      {
        column: databaseName,
        type: `${String(column.type)}${column.isArray ? '[]' : ''}`,
        ...(column.isNullable && { isNullable: true }),
      },
    ]);
    expect(columns).toEqual(Object.fromEntries(declared));
  });

  it('are sent with every field that can be set', () => {
    expect(Object.keys(addMetadata({}, FULL))).toEqual(METADATA_FIELDS);
    expect(JSON.parse(JSON.stringify(addMetadata({}, FULL)))).toEqual(FULL);
  });

  it.each([
    ['of which everything is set', 'full', FULL],
    ['of which nothing is set', 'empty', DEFAULT_METADATA],
  ])('come back as they were sent, a client %s', async (_, clientId, metadata) => {
    const ref = { domainId: '9007199254740993', clientId };
    const stored = await repository.insert(creation(ref, metadata));
    const found = await repository.find(ref);
    expect(found).toBeInstanceOf(Client);
    expect(found).toEqual(stored);
    expect(found).toMatchObject({ ...ref, ...metadata, version: expect.stringMatching(/^\d{16}$/), secretsVersion: 1 });
    expect(found!.createdAt).toBeInstanceOf(Date);
    expect(found!.updatedAt).toEqual(found!.createdAt);
    expect((await repository.list(ref.domainId, { ...ALL, filters: [idIs(clientId)] })).clients).toEqual([found]);
  });

  it.each([
    [
      'that has everything',
      { name: 'spring', salt: Buffer.from([0, 255]), expiresAt: new Date('2999-01-01T00:00:00.001Z') },
    ],
    ['that has nothing but its hash', { name: null, salt: null, expiresAt: null }],
  ])('come back as they were sent, a secret %s', async (name, more) => {
    const ref = { domainId: '1', clientId: name.replaceAll(' ', '-') };
    const secret = { ...aSecret(), ...more };
    await repository.insert(creation(ref, {}, { action: 'replace', secret }));
    const [found] = await repository.liveSecrets(ref);
    expect(found).toBeInstanceOf(ClientSecret);
    expect(found).toEqual({ ...ref, ...secret, createdAt: expect.any(Date), lastUsedOn: null });
    await repository.noteUse(found!);
    expect(await repository.liveSecrets(ref)).toMatchObject([
      { lastUsedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    ]);
  });
});

const ALL = { sort: [], start: { offset: 0 }, limit: 10 } as const;

function idIs(clientId: string) {
  return { property: 'clientId', operator: 'equals', values: [clientId], match: 'any', negated: false } as const;
}
