import { HttpException } from '@nestjs/common';
import { ClientError } from '#clients';
import { CredentialError } from '#credentials';
import { DomainError } from '#domains';
import { ShareError } from '#shares';
import { type Failure, FailureError } from './failure.js';

const DOMAIN_GONE: Failure = { kind: 'not_found', what: 'domain' };

/**
 * Folds any thrown error into one Failure. An unknown error becomes `internal`; only the log has its details. `domainGone`
 * is the failure for a domain that was deleted after the caller had been let in.
 */
export function foldFailure(error: unknown, domainGone = DOMAIN_GONE): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof ClientError) return foldClientError(error);
  if (error instanceof CredentialError) return foldCredentialError(error);
  if (error instanceof DomainError) return foldDomainError(error, domainGone);
  if (error instanceof ShareError) return { kind: 'busy', what: error.problem.what, of: error.problem.of };
  if ((error as { code?: string } | null)?.code === 'store_unavailable') return { kind: 'unavailable' };
  return foldHttpError(error);
}

const SECRET_CONFLICTS = {
  public_client: 'public_client_has_no_secret',
  too_many: 'too_many_secrets',
  last_one: 'last_secret_kept',
} as const;

function foldClientError({ problem }: ClientError): Failure {
  switch (problem.code) {
    case 'invalid_client_metadata':
      return { kind: 'invalid', violations: problem.violations };
    case 'client_not_found':
      return { kind: 'not_found', what: 'client' };
    case 'version_not_found':
      return { kind: 'not_found', what: 'version' };
    case 'client_exists':
      return { kind: 'conflict', conflict: { reason: 'client_exists' } };
    case 'precondition_failed':
      return { kind: 'precondition_failed' };
    case 'not_proposed_by_caller':
      return { kind: 'permission_missing', permission: 'clients:write' };
    case 'client_locked':
      return { kind: 'conflict', conflict: { reason: 'client_locked', clients: problem.clients } };
    case 'secret_not_found':
      return { kind: 'not_found', what: 'secret' };
    case 'secret_refused':
      return { kind: 'conflict', conflict: { reason: SECRET_CONFLICTS[problem.reason] } };
    case 'import_under_way':
    case 'changed_meanwhile':
      return { kind: 'conflict', conflict: { reason: problem.code } };
    case 'too_many_guesses':
      return { kind: 'rate_limited', retryAfterSeconds: problem.retryAfterSeconds };
    case 'unknown_audiences':
      return { kind: 'conflict', conflict: { reason: 'unknown_audiences', audiences: problem.audiences } };
  }
}

const ROTATION_CONFLICTS = {
  operator: 'operator_not_rotated',
  issuer: 'issuer_rotates',
  two_valid: 'two_keys_valid',
} as const;

function foldCredentialError({ problem }: CredentialError): Failure {
  switch (problem.code) {
    case 'credential_missing':
    case 'credential_invalid':
    case 'credential_expired':
      return { kind: problem.code };
    case 'issuer_unavailable':
      return { kind: 'unavailable' };
    case 'credentials_differ':
      return { kind: 'malformed_request', detail: 'The request carries two credentials that differ.' };
    case 'permission_missing':
      return { kind: 'permission_missing', permission: problem.permission };
    case 'grant_exceeds_own_rights':
      return { kind: 'grant_exceeds_own_rights', detail: problem.message };
    case 'credential_not_found':
      return { kind: 'not_found', what: 'credential' };
    case 'last_operator_kept':
      return { kind: 'conflict', conflict: { reason: 'last_operator_kept' } };
    case 'rotation_refused':
      return { kind: 'conflict', conflict: { reason: ROTATION_CONFLICTS[problem.reason] } };
  }
}

function foldDomainError({ problem }: DomainError, domainGone: Failure): Failure {
  switch (problem.code) {
    case 'invalid_domain_name':
      return { kind: 'invalid', violations: [{ property: 'domain', rule: 'format', message: problem.message }] };
    case 'domain_taken':
    case 'default_domain_kept':
      return { kind: 'conflict', conflict: { reason: problem.code } };
    case 'domain_not_found':
      return { kind: 'not_found', what: 'domain' };
    case 'domain_gone':
      return domainGone;
  }
}

/** What Fastify and Nest throw before a handler of ours runs. */
function foldHttpError(error: unknown): Failure {
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || status === 413) return { kind: 'body_too_large' };
  if (status === 404) return { kind: 'route_not_found' };
  if (status === 415) return { kind: 'media_type_unsupported', detail: (error as Error).message };
  if (status !== undefined && status >= 400 && status < 500) {
    return { kind: 'malformed_request', detail: (error as Error).message };
  }
  return { kind: 'internal' };
}
