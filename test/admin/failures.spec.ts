import { admin } from '../../src/admin/index.js';
import { rendered, SAMPLES } from '../support/failures.js';

describe('a failure in the admin API', () => {
  it('does not say that a credential lacks a permission that it only lacks in this domain', () => {
    const { detail } = rendered(admin, {
      kind: 'permission_missing',
      permission: 'clients:read',
      inDomain: true,
    }).body;
    expect(detail).toBe('The credential lacks the permission clients:read in this domain.');
  });

  it.each(['permission_missing', 'grant_exceeds_own_rights'] as const)('has a 403 for %s', (kind) => {
    expect(rendered(admin, SAMPLES[kind]).status).toBe(403);
  });
});
