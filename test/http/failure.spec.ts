import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { ClientError } from '#clients';
import { CredentialError } from '#credentials';
import { DomainError } from '#domains';
import { FailureError } from '../../src/http/failure.js';
import { foldFailure } from '../../src/http/fold-failure.js';
import { apis, contracts } from '../dialects/index.js';
import { KINDS, PUBLIC_URL, rendered, SAMPLES } from '../support/failures.js';

const PAGES = `${PUBLIC_URL}/doc/errors/`;
const LINK_TO_A_PAGE = new RegExp(`${PAGES}[^"]*`, 'g');

describe.each(contracts.map((contract) => [contract.api.name, contract] as const))(
  'every failure in the words of %s',
  (_, { api, errorType, failures }) => {
    it.each(KINDS)(
      '%s has the status that is promised, and names the page that explains it before any other',
      (kind) => {
        const { status, headers, body } = rendered(api, SAMPLES[kind]);
        const links = JSON.stringify(body).match(LINK_TO_A_PAGE) ?? [];
        expect([status, links[0]]).toEqual([failures[kind][0], PAGES + failures[kind][1]]);
        const pages = api.errorPages.map(({ slug }) => PAGES + slug);
        expect(pages).toEqual(expect.arrayContaining(links));
        expect(headers['content-type']?.split(';')[0]).toBe(errorType);
      },
    );

    it.each(KINDS)('%s names the request, so that it can be found in the log', (kind) => {
      expect(JSON.stringify(rendered(api, SAMPLES[kind], { requestId: 'this-one' }).body)).toContain('"this-one"');
    });

    it('says which methods a path knows', () => {
      expect(rendered(api, SAMPLES.method_not_allowed).headers.allow).toBe('GET, PUT');
    });

    it('says when to try again', () => {
      expect(rendered(api, SAMPLES.unavailable).headers['retry-after']).toMatch(/^\d+$/);
    });

    it.each(['streams', 'imports', 'secrets', 'reads'] as const)(
      'says who has too many %s, and when to come again',
      (what) => {
        for (const whose of ['credential', 'subscription', 'server'] as const) {
          const { status, headers, body } = rendered(api, { kind: 'busy', what, of: whose });
          expect(status).toBe(whose === 'server' ? 503 : 429);
          expect(headers['retry-after']).toMatch(/^\d+$/);
          expect(JSON.stringify(body)).toMatch(new RegExp(`this ${whose} has too many `, 'i'));
        }
      },
    );

    it.each(['credential_missing', 'credential_invalid', 'credential_expired'] as const)(
      'challenges a caller who is refused as %s (RFC 9110 §11.6.1)',
      (kind) => {
        expect(rendered(api, SAMPLES[kind]).headers['www-authenticate']).toMatch(/Bearer/);
      },
    );

    it('names every violation, not only the first', () => {
      for (const kind of ['invalid', 'invalid_query'] as const) {
        const text = JSON.stringify(rendered(api, SAMPLES[kind]).body);
        for (const { property, message } of SAMPLES[kind].violations) {
          expect(text).toContain(property);
          expect(text).toContain(message);
        }
      }
    });

    it.each([
      { reason: 'client_exists' },
      { reason: 'unknown_audiences', audiences: ['nobody'] },
      { reason: 'client_locked', clients: [{ clientId: 'my-app', managedBy: 'terraform' }] },
      { reason: 'domain_taken' },
      { reason: 'default_domain_kept' },
      { reason: 'last_operator_kept' },
    ] as const)('a conflict, $reason, is a 409', (conflict) => {
      expect(rendered(api, { kind: 'conflict', conflict }).status).toBe(409);
    });
  },
);

it('no page of errors is that of two APIs which explain it differently', () => {
  const texts = new Map<string, string>();
  for (const { slug, title, text } of apis.flatMap(({ errorPages }) => errorPages)) {
    const known = texts.get(slug) ?? `${title}: ${text}`;
    expect([slug, `${title}: ${text}`]).toEqual([slug, known]);
    texts.set(slug, known);
  }
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
      new ClientError({ code: 'client_locked', clients: [{ clientId: 'x', managedBy: 'y' }] }),
      { kind: 'conflict', conflict: { reason: 'client_locked', clients: [{ clientId: 'x', managedBy: 'y' }] } },
    ],
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
    [new DomainError({ code: 'domain_gone' }), { kind: 'not_found', what: 'domain' }],
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
    for (const api of apis) {
      const { status, body } = rendered(api, foldFailure(thrown));
      expect(status).toBe(500);
      const text = JSON.stringify(body);
      expect(text).not.toMatch(/select|clients where|s3cr3t|outer/);
      expect(text).not.toMatch(/\bat \S+ \(|node_modules|\.ts:|\.js:/);
    }
  });

  it('a store that is away does not say which', () => {
    const away = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'store_unavailable' });
    for (const api of apis) {
      expect(JSON.stringify(rendered(api, foldFailure(away)).body)).not.toContain('10.0.0.7');
    }
  });
});
