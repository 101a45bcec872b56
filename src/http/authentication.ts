import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ANY_MANAGER, type Origin } from '#audit';
import { CLIENT_ID, type ClientRef, type ClientRight, isManager, MANAGER_RULE } from '#clients';
import type { Credential, Credentials, Permission } from '#credentials';
import type { Domain, Domains } from '#domains';
import type { DatabaseTime } from './database-time.js';
import type { Dialect } from './dialect.js';
import { PERMISSION } from './documented-headers.js';
import { type Failure, FailureError } from './failure.js';
import { foldFailure } from './fold-failure.js';
import type { RateLimit } from './rate-limit.js';
import { UnreadableQuery } from './request-line.js';

/** Swagger UI's own routes. They cannot say whom they admit. */
const DOCUMENTATION = /^\/(docs|openapi)(\/|$)/;
const NO_CLIENT: Failure = { kind: 'not_found', what: 'client' };
const BEARER = /^Bearer +/i;

/** Who calls, and in which domain. */
export interface Caller {
  readonly credential: Credential;
  readonly origin: Origin;
  /** The domain that the request is about; absent on routes without one. */
  readonly domain?: Domain;
  /** For long requests: why the caller is no longer let in; undefined = still let in. Rejects while that is unknown. */
  readonly refusal: () => Promise<Failure | undefined>;
  /** The failure that tells the caller that the domain is gone. */
  readonly domainGone: Failure;
}

/**
 * Which domain a route is about: the one in its path (`:domain`), the one that the credential sees, or none.
 */
type Realm = 'path' | 'credential' | 'none';

/** `self`: the route is about the caller's own credential, and for every caller. */
type Access = { readonly public: true } | { readonly self: true } | Guarded;

interface Guarded {
  readonly permission: Permission;
  /** Another permission that will do, with which the handler does, or shows, less. */
  readonly orOnly?: Permission;
  readonly realm: Realm;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
    /** The caller's credential, once known, even if the request is then refused. */
    credentialId?: string;
  }
  interface FastifyContextConfig {
    access?: Access;
    /** The dialect that owns the route. */
    dialect?: Dialect;
    /** The handler reads the body itself, piece by piece as it arrives. */
    streamed?: boolean;
  }
}

/** Anyone may call this route. */
export const Public = () => RouteConfig({ access: { public: true } satisfies Access });

/**
 * Only callers with this permission may call this route, and only for a domain that they reach. `orOnly` admits those with
 * another permission, too.
 */
export const Requires = (
  permission: Permission,
  realm: Realm,
  { orOnly, streamed }: { readonly orOnly?: Permission; readonly streamed?: boolean } = {},
) =>
  applyDecorators(
    RouteConfig({ access: { permission, orOnly, realm } satisfies Access, streamed }),
    ApiExtension(PERMISSION, permission),
  );

/** Every caller may call this route, which is about the caller's own credential. */
export const AboutSelf = () => RouteConfig({ access: { self: true } satisfies Access });

/** The caller, on a route with `Requires` or `AboutSelf`. */
export const FromCaller = createParamDecorator((_: unknown, context: ExecutionContext) => callerOf(context));

export function callerOf(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('the route does not say whom it admits');
  return caller;
}

/** The client of that id in the caller's domain. An id that no client can have fails with `impossible`. */
export function refOf({ domain }: Caller, clientId: string, impossible: Failure = NO_CLIENT): ClientRef {
  if (!CLIENT_ID.test(clientId)) throw new FailureError(impossible);
  return { domainId: domain!.id, clientId };
}

/** What the caller may do to clients, on a route that requires `clients:write` or only `clients:propose`. */
export function rightOf({ credential }: Caller, now: DatabaseTime): ClientRight {
  return credential.may('clients:write') ? 'write' : { credentialId: credential.id, at: new Date(now()) };
}

export interface AuthenticationOptions {
  readonly allowTokenQuery: boolean;
}

/**
 * Decides whether a request is let in: credential, permission, domain, rate limit. Runs as Fastify's onRequest hook, since
 * Nest calls guards only once the body is read: a bad body would win over a missing key, every 401 would wait for a body,
 * and a refused caller could send as much as one who is let in. `rights.guard.ts` has the checks that can wait.
 */
export class Authentication {
  constructor(
    private readonly credentials: Credentials,
    private readonly domains: Domains,
    private readonly options: AuthenticationOptions,
    private readonly rateLimit?: RateLimit,
  ) {}

  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.is404) throw new FailureError({ kind: 'route_not_found' });
    const { access } = request.routeOptions.config;
    // A route that does not say whom it admits admits nobody.
    if (!access && !DOCUMENTATION.test(request.routeOptions.url ?? '')) {
      throw new FailureError({ kind: 'route_not_found' });
    }
    if (access && !('public' in access)) request.caller = await this.callerOf(request, access);
    if (request.caller) await this.rateLimit?.count(request.caller.credential, reply);
    requireReadableQuery(request.query);
  }

  private async callerOf(request: FastifyRequest, access: Exclude<Access, { public: true }>): Promise<Caller> {
    const dialect = request.routeOptions.config.dialect!;
    const presented = this.presented(request, dialect);
    const credential = await this.credentials.authenticate(presented);
    request.credentialId = credential.id;
    // Before the domain is looked up, so that the response time tells a caller without the permission nothing about it.
    if ('permission' in access && !isAllowed(credential, access)) {
      throw new FailureError({ kind: 'permission_missing', permission: access.permission });
    }
    const domain = 'permission' in access ? await this.domainOf(request, access, credential) : undefined;
    const origin: Origin = {
      credentialId: credential.id,
      credentialName: credential.name,
      subscription: credential.subscription,
      dialect: dialect.name,
      requestId: request.id,
      manager: managerIn(request, access, credential),
    };
    const domainGone = ofDomainGone(access, credential);
    const refusal = () => this.refusalOf(presented, domain, domainGone);
    return { credential, domain, origin, refusal, domainGone };
  }

  private async refusalOf(
    presented: readonly string[],
    domain: Domain | undefined,
    domainGone: Failure,
  ): Promise<Failure | undefined> {
    try {
      await this.credentials.authenticate(presented);
    } catch (error) {
      const failure = foldFailure(error);
      if (failure.kind === 'unavailable' || failure.kind === 'internal') throw error;
      return failure;
    }
    return domain && !(await this.domains.findById(domain.id)) ? domainGone : undefined;
  }

  /** Every credential in the request, from all places where one may stand. */
  private presented({ headers, query }: FastifyRequest, { takesTokenQuery }: Dialect): string[] {
    const values = new Set<string>();
    const add = (value: string | string[] | undefined) => {
      for (const each of typeof value === 'string' ? [value] : (value ?? [])) if (each !== '') values.add(each);
    };
    add(headers['x-api-key']);
    add(headers.authorization && tokenIn(headers.authorization));
    if (takesTokenQuery && this.options.allowTokenQuery) add((query as { _token?: string | string[] })._token);
    return [...values];
  }

  private async domainOf(
    request: FastifyRequest,
    access: Guarded,
    credential: Credential,
  ): Promise<Domain | undefined> {
    if (access.realm === 'none') return undefined;
    if (access.realm === 'credential') return this.ownDomain(access, credential);
    const domain = await this.domains.findReached((request.params as { domain: string }).domain, credential);
    if (domain) return domain;
    throw new FailureError(ofNoDomain(access.permission, credential));
  }

  private async ownDomain({ permission }: Guarded, credential: Credential): Promise<Domain> {
    const domain =
      credential.domainId === null ? await this.domains.default() : await this.domains.findById(credential.domainId);
    if (domain && credential.reaches(domain)) return domain;
    throw new FailureError({ kind: 'permission_missing', permission, inDomain: true });
  }
}

function isAllowed(credential: Credential, { permission, orOnly = permission }: Guarded): boolean {
  return credential.may(permission) || credential.may(orOnly);
}

/**
 * The manager that the caller names, for changes of locked clients. Only the operator may name any manager (`*`). What does
 * not write clients needs no manager, so it may name whatever its program always sends.
 */
function managerIn(
  { headers }: FastifyRequest,
  access: Exclude<Access, { public: true }>,
  { isOperator }: Credential,
): string | undefined {
  const manager = headers['managed-by'];
  const mayWrite = 'permission' in access && access.permission === 'clients:write';
  if (manager === undefined || !mayWrite) return undefined;
  if (manager === ANY_MANAGER) {
    if (!isOperator) throw new FailureError({ kind: 'operator_only' });
  } else if (typeof manager !== 'string' || !isManager(manager)) {
    throw new FailureError({ kind: 'malformed_request', detail: `Managed-By ${MANAGER_RULE}.` });
  }
  return manager as string;
}

/** Tells the operator that there is no such domain, as a help; nobody else may learn which domains exist. */
function ofNoDomain(permission: Permission, { isOperator }: Credential): Failure {
  return isOperator
    ? { kind: 'not_found', what: 'domain' }
    : { kind: 'permission_missing', permission, inDomain: true };
}

/** A key of the domain is revoked together with the domain. For any other key the domain does not exist. */
function ofDomainGone(access: Exclude<Access, { public: true }>, credential: Credential): Failure {
  const isOfDomain = credential.domainId !== null || !('permission' in access);
  return isOfDomain ? { kind: 'credential_invalid' } : ofNoDomain(access.permission, credential);
}

/** The credential in `Authorization`: the text after the scheme, in any case, or all of it. Backtracks for no header. */
export function tokenIn(authorization: string): string {
  return authorization.replace(BEARER, '');
}

function requireReadableQuery(query: unknown): void {
  if (query instanceof UnreadableQuery) throw new FailureError({ kind: 'malformed_request', detail: query.detail });
}
