/** What a credential may do (spec/admin.md, the table of permissions). */
export const PERMISSIONS = [
  'clients:read',
  'clients:write',
  'clients:propose',
  'secrets:verify',
  'domains:read',
  'domains:write',
  'credentials:write',
  'audit:read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The permissions of a new credential if the request names none. */
export const DEFAULT_PERMISSIONS: readonly Permission[] = ['clients:read', 'clients:write'];
