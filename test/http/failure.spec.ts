import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { ClientError } from '#clients';
import { CredentialError } from '#credentials';
import { DomainError } from '#domains';
import { admin } from '../../src/admin/index.js';
import { dialects } from '../../src/dialects/index.js';
import { type Failure, FailureError, type FailureKind } from '../../src/http/failure.js';
import { foldFailure } from '../../src/http/fold-failure.js';
import type { Dialect, FailedRequest } from '../../src/http/index.js';

const apis = [...dialects, admin];

const request: FailedRequest = {
  method: 'PUT',
  path: '/client',
  requestId: 'request-1',
  accept: '*/*',
  publicUrl: 'https://clients.example.com',
};

/** One failure of each kind; a kind that is forgotten does not compile. */
const SAMPLES: { readonly [K in FailureKind]: Extract<Failure, { kind: K }> } = {
  route_not_found: { kind: 'route_not_found' },
  method_not_allowed: { kind: 'method_not_allowed', method: 'PATCH', allow: ['GET', 'PUT'] },
  malformed_request: { kind: 'malformed_request', detail: 'The path has a bad escape.' },
  credential_missing: { kind: 'credential_missing' },
  credential_invalid: { kind: 'credential_invalid' },
  credential_expired: { kind: 'credential_expired' },
  permission_missing: { kind: 'permission_missing', permission: 'clients:write' },
  operator_only: { kind: 'operator_only' },
  grant_exceeds_own_rights: { kind: 'grant_exceeds_own_rights', detail: 'the domain must be your own' },
  body_too_large: { kind: 'body_too_large' },
  body_late: { kind: 'body_late' },
  body_missing: { kind: 'body_missing' },
  body_malformed: { kind: 'body_malformed', detail: 'The body must be a JSON object.' },
  media_type_unsupported: { kind: 'media_type_unsupported', detail: 'gzip is not accepted.' },
  invalid: {
    kind: 'invalid',
    violations: [
      { property: 'redirectUris[0]', rule: 'format', message: 'must be a URI' },
      { property: 'clientID', rule: 'required', message: 'is required' },
      { property: 'scope', rule: 'value', message: 'must be something else' },
      { property: 'scope', rule: 'limit', message: 'must be shorter' },
    ],
  },
  invalid_query: {
    kind: 'invalid_query',
    violations: [
      { property: 'page', rule: 'format', message: 'must be a number' },
      { property: 'nope', rule: 'unfilterable', message: 'is not a property' },
      { property: 'other', rule: 'unsortable', message: 'is not a property' },
      { property: 'clientID', rule: 'missing', message: 'is needed' },
      { property: 'clientName', rule: 'unrangeable', message: 'has no order' },
    ],
  },
  not_found: { kind: 'not_found', what: 'client' },
  conflict: { kind: 'conflict', conflict: { reason: 'client_exists' } },
  precondition_failed: { kind: 'precondition_failed' },
  idempotency_key_reused: { kind: 'idempotency_key_reused' },
  rate_limited: { kind: 'rate_limited', retryAfterSeconds: 7 },
  busy: { kind: 'busy', what: 'streams', of: 'subscription' },
  unavailable: { kind: 'unavailable' },
  internal: { kind: 'internal' },
};

const KINDS = Object.keys(SAMPLES) as FailureKind[];

/** The statuses that a kind may have: where they are more than one, the dialects differ. */
const STATUSES: Readonly<Record<FailureKind, readonly number[]>> = {
  route_not_found: [404],
  method_not_allowed: [405],
  malformed_request: [400],
  credential_missing: [401],
  credential_invalid: [401],
  credential_expired: [401],
  permission_missing: [401, 403],
  operator_only: [401, 403],
  grant_exceeds_own_rights: [401, 403],
  body_too_large: [413],
  body_late: [408],
  body_missing: [400],
  body_malformed: [400],
  media_type_unsupported: [415],
  invalid: [400],
  invalid_query: [400],
  not_found: [404],
  conflict: [409],
  precondition_failed: [412],
  unavailable: [503],
  idempotency_key_reused: [422],
  rate_limited: [429],
  busy: [429],
  internal: [500],
};

const api = (name: string): Dialect => apis.find((each) => each.name === name)!;
const rendered = (name: string, failure: Failure, more: Partial<FailedRequest> = {}) => {
  const { status, headers, body } = api(name).render(failure, { ...request, ...more });
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
  return { status, headers, body: JSON.parse(JSON.stringify(body)) as any };
};

describe.each(apis.map(({ name }) => name))('every failure in the words of %s', (name) => {
  it.each(KINDS)('%s', (kind) => {
    const { status, headers, body } = rendered(name, SAMPLES[kind]);
    expect(STATUSES[kind]).toContain(status);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ status, title: expect.stringMatching(/\S/), type: expect.any(String) });
    expect(JSON.stringify(body)).toContain('request-1');
  });

  it.each(KINDS)('%s is explained on a page of this server', (kind) => {
    const { body } = rendered(name, SAMPLES[kind]);
    const pages = api(name).errorPages.map(({ slug }) => `https://clients.example.com/doc/errors/${slug}`);
    expect(pages).toContain(body.type);
    for (const { type } of body._embedded?.error ?? []) expect(pages).toContain(type);
  });

  it.each(KINDS)('%s is rendered the same each time', (kind) => {
    expect(rendered(name, SAMPLES[kind])).toEqual(rendered(name, SAMPLES[kind]));
  });

  it('says which methods a path knows', () => {
    expect(rendered(name, SAMPLES.method_not_allowed).headers.allow).toBe('GET, PUT');
  });

  it('says when to try again', () => {
    expect(rendered(name, SAMPLES.unavailable).headers['retry-after']).toMatch(/^\d+$/);
  });

  it.each(['streams', 'imports', 'secrets', 'reads'] as const)(
    'says who has too many %s, and when to come again',
    (what) => {
      for (const whose of ['credential', 'subscription', 'server'] as const) {
        const { status, headers, body } = rendered(name, { kind: 'busy', what, of: whose });
        expect(status).toBe(whose === 'server' ? 503 : 429);
        expect(headers['retry-after']).toMatch(/^\d+$/);
        expect(JSON.stringify(body)).toMatch(new RegExp(`this ${whose} has too many `, 'i'));
      }
    },
  );

  it.each(['credential_missing', 'credential_invalid', 'credential_expired'] as const)(
    'challenges whoever is refused as %s (RFC 9110 §11.6.1)',
    (kind) => {
      expect(rendered(name, SAMPLES[kind]).headers['www-authenticate']).toMatch(/Bearer/);
    },
  );

  it('names every violation, not only the first', () => {
    for (const kind of ['invalid', 'invalid_query'] as const) {
      const text = JSON.stringify(rendered(name, SAMPLES[kind]).body);
      for (const { property, message } of SAMPLES[kind].violations) {
        expect(text).toContain(property);
        expect(text).toContain(message);
      }
    }
  });

  it.each([
    { reason: 'client_exists' },
    { reason: 'unknown_audiences', audiences: ['nobody'] },
    { reason: 'domain_taken' },
    { reason: 'default_domain_kept' },
    { reason: 'last_operator_kept' },
  ] as const)('a conflict, $reason, is a 409', (conflict) => {
    expect(rendered(name, { kind: 'conflict', conflict }).status).toBe(409);
  });
});

describe('accounts', () => {
  const codesOf = (failure: Failure) => {
    const { body } = rendered('accounts', failure);
    return [body, ...(body._embedded?.error ?? [])].map(({ code, detail }) => `${code} ${detail}`.trim());
  };

  it.each([
    ['route_not_found', ['1100']],
    ['method_not_allowed', ['1110 PATCH']],
    ['credential_missing', ['1400']],
    ['credential_invalid', ['1401']],
    ['credential_expired', ['1402']],
    ['permission_missing', ['1410 clients:write']],
    ['body_too_large', ['1211']],
    ['body_missing', ['1200']],
    ['body_malformed', ['1211']],
    ['malformed_request', ['1211']],
    ['invalid', ['1211 redirectUris[0]', '1201 clientID', '1311 scope', '1211 scope']],
    ['invalid_query', ['1212 page', '1216 nope', '1215 other', '1202 clientID', '1217 clientName']],
    ['not_found', ['1102 clientID']],
    ['conflict', ['1359 clientID']],
    ['precondition_failed', ['1112']],
    ['unavailable', ['1003']],
    ['internal', ['1000']],
  ] as [FailureKind, string[]][])('has for %s the codes %j', (kind, expected) => {
    expect(codesOf(SAMPLES[kind])).toEqual(expected);
  });

  it.each(KINDS)('always sends detail, verbose and both links: %s', (kind) => {
    const { body } = rendered('accounts', SAMPLES[kind]);
    expect(body).toMatchObject({ detail: expect.any(String), verbose: expect.any(String) });
    expect(body._links.up.href).toBe('https://clients.example.com/');
    expect(body._links.describedby.href).toBe(body.type);
    for (const embedded of body._embedded?.error ?? []) {
      expect(embedded).toMatchObject({ code: expect.any(Number), title: expect.any(String), type: expect.any(String) });
    }
  });

  it.each([
    ['application/json', 'application/json'],
    ['application/json, text/plain', 'application/json'],
    ['application/json, */*', 'application/problem+json'],
    ['application/hal+json, application/json', 'application/problem+json'],
    ['application/problem+json, application/json', 'application/problem+json'],
    ['application/hal+json', 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['', 'application/problem+json'],
  ])('answers Accept: %s with %s, and the same body', (accept, expected) => {
    const { headers, body } = rendered('accounts', SAMPLES.not_found, { accept });
    expect(headers['content-type']?.split(';')[0]).toBe(expected);
    expect(body).toEqual(rendered('accounts', SAMPLES.not_found).body);
  });
});

describe('v1', () => {
  it('has one and the same 401 for whatever a caller may not do', () => {
    const refusals = (
      ['credential_missing', 'credential_invalid', 'credential_expired', 'permission_missing'] as const
    ).map((kind) => rendered('v1', SAMPLES[kind]));
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
    expect(refusals[0]?.status).toBe(401);
  });

  it('lists violations by their path, each with its sentences', () => {
    const { body } = rendered('v1', SAMPLES.invalid);
    expect(Object.keys(body.errors)).toEqual(['redirectUris[0]', 'clientID', 'scope']);
    expect(body.errors.scope).toHaveLength(2);
    for (const sentences of Object.values(body.errors))
      expect(sentences).toEqual(expect.arrayContaining([expect.any(String)]));
  });

  it('keeps a violation of a property that every object has', () => {
    const violations = ['constructor', '__proto__', 'toString'].map(
      (property) => ({ property, rule: 'unknown', message: 'is unknown' }) as const,
    );
    const { body } = rendered('v1', { kind: 'invalid', violations });
    expect(Object.keys(body.errors).sort()).toEqual(['__proto__', 'constructor', 'toString']);
  });

  it('names the missing audiences', () => {
    const conflict = { reason: 'unknown_audiences', audiences: ['orders-api', 'nobody'] } as const;
    expect(rendered('v1', { kind: 'conflict', conflict }).body.detail).toMatch(/orders-api.*nobody/);
  });

  it('has the request id as traceId', () => {
    expect(rendered('v1', SAMPLES.internal).body.traceId).toBe('request-1');
  });
});

describe('admin', () => {
  it('does not say that a credential lacks a permission that it only lacks in this domain', () => {
    const { detail } = rendered('admin', {
      kind: 'permission_missing',
      permission: 'clients:read',
      inDomain: true,
    }).body;
    expect(detail).toBe('The credential lacks the permission clients:read in this domain.');
  });

  it.each(['permission_missing', 'grant_exceeds_own_rights'] as const)('has a 403 for %s', (kind) => {
    expect(rendered('admin', SAMPLES[kind]).status).toBe(403);
  });
});

describe('what is thrown is folded:', () => {
  const violations = [{ property: 'scope', rule: 'format', message: 'must be' }] as const;

  it.each([
    [new FailureError(SAMPLES.not_found), SAMPLES.not_found],
    [new ClientError({ code: 'invalid_client_metadata', violations }), { kind: 'invalid', violations }],
    [new ClientError({ code: 'client_not_found' }), { kind: 'not_found', what: 'client' }],
    [new ClientError({ code: 'client_exists' }), { kind: 'conflict', conflict: { reason: 'client_exists' } }],
    [new ClientError({ code: 'precondition_failed' }), { kind: 'precondition_failed' }],
    [
      new ClientError({ code: 'unknown_audiences', audiences: ['x'] }),
      { kind: 'conflict', conflict: { reason: 'unknown_audiences', audiences: ['x'] } },
    ],
    [new CredentialError({ code: 'credential_missing' }), { kind: 'credential_missing' }],
    [new CredentialError({ code: 'credential_invalid' }), { kind: 'credential_invalid' }],
    [new CredentialError({ code: 'credential_expired' }), { kind: 'credential_expired' }],
    [new CredentialError({ code: 'credentials_differ' }), { kind: 'malformed_request' }],
    [
      new CredentialError({ code: 'permission_missing', permission: 'audit:read' }),
      { kind: 'permission_missing', permission: 'audit:read' },
    ],
    [
      new CredentialError({ code: 'grant_exceeds_own_rights', message: 'no' }),
      { kind: 'grant_exceeds_own_rights', detail: 'no' },
    ],
    [new CredentialError({ code: 'credential_not_found' }), { kind: 'not_found', what: 'credential' }],
    [
      new CredentialError({ code: 'last_operator_kept' }),
      { kind: 'conflict', conflict: { reason: 'last_operator_kept' } },
    ],
    [new DomainError({ code: 'invalid_domain_name', message: 'must be' }), { kind: 'invalid' }],
    [new DomainError({ code: 'domain_taken' }), { kind: 'conflict', conflict: { reason: 'domain_taken' } }],
    [
      new DomainError({ code: 'default_domain_kept' }),
      { kind: 'conflict', conflict: { reason: 'default_domain_kept' } },
    ],
    [new DomainError({ code: 'domain_not_found' }), { kind: 'not_found', what: 'domain' }],
    [Object.assign(new Error('away'), { code: 'store_unavailable' }), { kind: 'unavailable' }],
    [
      Object.assign(new Error('large'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }),
      { kind: 'body_too_large' },
    ],
    [Object.assign(new Error('type'), { statusCode: 415 }), { kind: 'media_type_unsupported' }],
    [Object.assign(new Error('escape'), { code: 'FST_ERR_BAD_URL', statusCode: 400 }), { kind: 'malformed_request' }],
    [new NotFoundException(), { kind: 'route_not_found' }],
    [new BadRequestException('no'), { kind: 'malformed_request' }],
  ])('%s', (error, expected) => {
    expect(foldFailure(error)).toMatchObject(expected);
  });
});

describe('neither a stack nor SQL gets out:', () => {
  const SQL = 'select * from clients where secret = $1';
  const surprises: [string, unknown][] = [
    ['an error', new Error(SQL)],
    ['a type error', new TypeError(`Cannot read properties of undefined (reading 'x') ${SQL}`)],
    ['a failed query', Object.assign(new Error(SQL), { code: '42883', query: SQL, parameters: ['s3cr3t'] })],
    ['an error with a status of 500', Object.assign(new Error(SQL), { statusCode: 500 })],
    ['an exception with a status of 500', new HttpException(SQL, 500)],
    ['an error with a cause', new Error('outer', { cause: new Error(SQL) })],
    ['a string', SQL],
    ['a number', 42],
    ['null', null],
    ['undefined', undefined],
    ['an object', { sql: SQL }],
  ];

  it.each(surprises)('%s is internal', (_, thrown) => {
    expect(foldFailure(thrown)).toEqual({ kind: 'internal' });
  });

  it.each(surprises)('%s says nothing in any dialect', (_, thrown) => {
    for (const { name } of apis) {
      const { status, body } = rendered(name, foldFailure(thrown));
      expect(status).toBe(500);
      const text = JSON.stringify(body);
      expect(text).not.toMatch(/select|clients where|s3cr3t|outer/);
      expect(text).not.toMatch(/\bat \S+ \(|node_modules|\.ts:|\.js:/);
    }
  });

  it('a store that is away does not say which', () => {
    const away = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'store_unavailable' });
    for (const { name } of apis) {
      expect(JSON.stringify(rendered(name, foldFailure(away)).body)).not.toContain('10.0.0.7');
    }
  });
});
