import { v1Domain } from '../../../src/dialects/v1-domain/index.js';
import { rendered, SAMPLES } from '../../support/failures.js';

describe('a failure in the v1 API', () => {
  it('has one and the same 401 for whatever a caller may not do', () => {
    const refusals = (
      ['credential_missing', 'credential_invalid', 'credential_expired', 'permission_missing'] as const
    ).map((kind) => rendered(v1Domain, SAMPLES[kind]));
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
    expect(refusals[0]?.status).toBe(401);
  });

  it('lists violations by their path, each with its sentences', () => {
    const { body } = rendered(v1Domain, SAMPLES.invalid);
    expect(Object.keys(body.errors)).toEqual(['redirectUris[0]', 'clientID', 'scope']);
    expect(body.errors.scope).toHaveLength(2);
    for (const sentences of Object.values(body.errors))
      expect(sentences).toEqual(expect.arrayContaining([expect.any(String)]));
  });

  it('keeps a violation of a property that every object has', () => {
    const violations = ['constructor', '__proto__', 'toString'].map(
      (property) => ({ property, rule: 'unknown', message: 'is unknown' }) as const,
    );
    const { body } = rendered(v1Domain, { kind: 'invalid', violations });
    expect(Object.keys(body.errors).sort()).toEqual(['__proto__', 'constructor', 'toString']);
  });

  it('names the missing audiences', () => {
    const conflict = { reason: 'unknown_audiences', audiences: ['orders-api', 'nobody'] } as const;
    expect(rendered(v1Domain, { kind: 'conflict', conflict }).body.detail).toMatch(/orders-api.*nobody/);
  });

  it('has the request id as traceId', () => {
    expect(rendered(v1Domain, SAMPLES.internal).body.traceId).toBe('request-1');
  });
});
