// Who may do what: credentials, their permissions, and their two forms (opaque
// API key and signed access token); and the issuers whose JWTs are accepted as
// well. Persistence implements CredentialRepository. Leans on #audit, #secrets
// and #visible, on jose for JWTs and lru-cache for checked ones, on TypeORM's
// decorators in *.entity.ts and on Nest’s decorators.
export { AccessTokens, newSigningKey } from './access-token.js';
export { Credential } from './credential.entity.js';
export {
  CredentialRepository,
  type CredentialStatus,
  type NewCredential,
  type PresentedCredential,
} from './credential.repository.js';
export { CredentialError, type CredentialProblem } from './credential-errors.js';
export { CREDENTIALS_OPTIONS, Credentials, type CredentialsOptions, type Grant, type Issued } from './credentials.js';
export { CredentialsModule } from './credentials.module.js';
export { DEFAULT_PERMISSIONS, PERMISSIONS, type Permission } from './permissions.js';
export { type Rotation, type RotationRefusal, type RotationTimes, rotated } from './rotation.js';
export { type TrustedIssuer, TrustedIssuers } from './trusted-issuers.js';
