import { accounts } from '../../../src/dialects/accounts/index.js';
import type { Failure, FailureKind } from '../../../src/http/failure.js';
import { KINDS, rendered, SAMPLES } from '../../support/failures.js';

describe('a failure in the accounts API', () => {
  const codesOf = (failure: Failure) => {
    const { body } = rendered(accounts, failure);
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
    const { body } = rendered(accounts, SAMPLES[kind]);
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
    const { headers, body } = rendered(accounts, SAMPLES.not_found, { accept });
    expect(headers['content-type']?.split(';')[0]).toBe(expected);
    expect(body).toEqual(rendered(accounts, SAMPLES.not_found).body);
  });
});
