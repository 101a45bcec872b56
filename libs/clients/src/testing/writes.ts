import { randomBytes, randomUUID } from 'node:crypto';
import { type Changes, changesBetween, type Origin } from '#audit';
import { Client, type ClientRef } from '../client.entity.js';
import type { ClientWrite } from '../client.repository.js';
import { type ClientMetadata, DEFAULT_METADATA, METADATA_FIELDS } from '../client-metadata.js';
import type { StoredSecret } from '../client-secret.js';

/** No field has its default, so that a repository that forgets one is caught. */
export function aFullClient(): ClientMetadata {
  return {
    clientName: 'Bücher & "Co", \\ {1} NULL 🦉',
    clientType: 'confidential',
    grantTypes: ['client_credentials', 'authorization_code'],
    redirectUris: ['https://b.example.com/callback?a=1,2&b={}', 'com.example.app:/callback', 'NULL'],
    postLogoutRedirectUris: ['https://a.example.com/goodbye', ''],
    scope: 'openid profile',
    audiences: ['orders-api', 'a-client'],
    identityProviders: ['https://login.partner.example.com/x', 'idp:1'],
    policies: ['policy.employees', '"quoted"', 'back\\slash'],
    allowedOrigins: ['https://app.example.com', 'http://localhost:3000'],
    allowLocalLogin: false,
    accessTokenLifetime: 1,
    idTokenLifetime: 1440,
    refreshTokenLifetime: 525_600,
    tokenMethods: ['body', 'cookie'],
    tokenMethodsAsList: true,
    disabledStrategies: ['password', 'facebook'],
    additionalConfig: {
      zeta: [1, -0.5, 1e-300, 1e300, { null: null }],
      alpha: { '': '{"quoted": \\\\ \\n}' },
      constructor: '🦉',
      toJSON: false,
    },
    authUiOrigin: 'https://ui.example.com',
    logoUri: 'https://cdn.example.com/logo.png',
  };
}

export function aSecret(): StoredSecret {
  return {
    id: randomUUID(),
    algorithm: `algorithm-${randomBytes(2).toString('hex')}`,
    salt: randomBytes(16),
    hash: randomBytes(32),
    hint: randomBytes(2).toString('hex'),
  };
}

export function anOrigin(): Origin {
  return {
    credentialId: randomUUID(),
    credentialName: 'CI job',
    subscription: null,
    dialect: 'v1',
    requestId: randomUUID(),
  };
}

export function creation(
  ref: ClientRef,
  metadata: Partial<ClientMetadata>,
  secrets: ClientWrite['secrets'] = { action: 'none' },
): ClientWrite {
  const client = Object.assign(new Client(), ref, { secretsVersion: 1 }, DEFAULT_METADATA, metadata);
  return { client, secrets, changes: changesBetween(undefined, client, METADATA_FIELDS), origin: anOrigin() };
}

export function changeOf(
  current: Client,
  difference: Partial<ClientMetadata>,
  secrets: ClientWrite['secrets'] = { action: 'none' },
): ClientWrite {
  const client = Object.assign(new Client(), current, difference);
  const changes = changesBetween(current, client, METADATA_FIELDS);
  const secretChange: Changes =
    secrets.action === 'none' ? {} : { clientSecret: { before: null, after: secrets.action } };
  return { client, secrets, changes: { ...changes, ...secretChange }, origin: anOrigin() };
}

export function removal(current: Client): Pick<ClientWrite, 'changes' | 'origin'> {
  return { origin: anOrigin(), changes: changesBetween(current, undefined, METADATA_FIELDS) };
}
