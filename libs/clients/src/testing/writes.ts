import { randomBytes, randomUUID } from 'node:crypto';
import { type Changes, changesBetween, type Origin } from '#audit';
import { Client, type ClientRef } from '../client.entity.js';
import type { ClientWrite } from '../client.repository.js';
import { type ClientLife, DEFAULT_LIFE, lifeChanges } from '../client-life.js';
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

/** Nothing beside the record as it is by default. */
export function aLife(): ClientLife {
  return {
    suspendedAt: new Date('2026-01-31T12:00:00.123Z'),
    suspendedUntil: new Date('2999-12-31T23:59:59.999Z'),
    suspensionReason: 'Under “review”, \\ {1} NULL 🦉',
    suspendedBy: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    expiresAt: new Date('2999-06-30T00:00:00.001Z'),
    owner: 'Team “Köln”, \\ {1} NULL 🦉',
    contact: 'shop@example.com',
    description: '"quoted", back\\slash',
    labels: { constructor: 'NULL', env: 'prod', 'example.com/tier': '', toString: '1' },
    managedBy: 'terraform:github.com/acme/infra@main',
    locked: true,
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
  life: ClientLife = DEFAULT_LIFE,
): ClientWrite {
  const client = Object.assign(new Client(), ref, { secretsVersion: 1 }, DEFAULT_METADATA, metadata, life);
  const changes = { ...changesBetween(undefined, client, METADATA_FIELDS), ...lifeChanges(undefined, life) };
  return { client, secrets, changes, origin: anOrigin() };
}

/** A change of what is kept beside the record. */
export function changeOfLife(current: Client, life: Partial<ClientLife>): ClientWrite {
  const client = current.living(life);
  const changes = lifeChanges(current, client);
  return { client, secrets: { action: 'none' }, changes, origin: anOrigin(), action: 'client.suspended' };
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
