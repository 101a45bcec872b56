import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Origin } from '#audit';
import type { Credential, Credentials, Permission } from '#credentials';
import type { Domain, Domains } from '#domains';
import { type Dialect, ownerOf } from './dialect.js';
import { FailureError } from './failure.js';
import { pathOf } from './request-path.js';

/** Who calls, and in which domain. */
export interface Caller {
  readonly credential: Credential;
  readonly origin: Origin;
  /** The domain that the request is about; absent on routes that are about none. */
  readonly domain?: Domain;
}

/**
 * Which domain a route is about: the one in its path (`:domain`), the one that the credential sees, or none.
 */
type Realm = 'path' | 'credential' | 'none';

type Access = { readonly public: true } | { readonly permission: Permission; readonly realm: Realm };

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** Anyone may call this route. */
export const Public = () => RouteConfig({ access: { public: true } satisfies Access });

/** Only callers with this permission may call this route, and only for a domain that they reach. */
export const Requires = (permission: Permission, realm: Realm) =>
  RouteConfig({ access: { permission, realm } satisfies Access });

/** The caller, on a route that Requires one. */
export const FromCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('the route does not say whom it admits');
  return caller;
});

export interface AuthenticationOptions {
  readonly allowTokenQuery: boolean;
}

/**
 * Lets a request in or not, before anything of its body is read, so that a missing key wins over a bad body.
 * Used as Fastify's onRequest hook.
 */
export class Authentication {
  constructor(
    private readonly credentials: Credentials,
    private readonly domains: Domains,
    private readonly dialects: readonly Dialect[],
    private readonly options: AuthenticationOptions,
  ) {}

  async admit(request: FastifyRequest): Promise<void> {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === undefined || 'public' in access) return;
    const dialect = ownerOf(pathOf(request.url), this.dialects);
    const credential = await this.credentials.authenticate(this.presented(request));
    const domain = await this.domainOf(request, access, credential);
    if (!credential.may(access.permission)) {
      throw new FailureError({ kind: 'permission_missing', permission: access.permission });
    }
    const origin: Origin = {
      credentialId: credential.id,
      credentialName: credential.name,
      dialect: dialect.name,
      requestId: request.id,
    };
    request.caller = { credential, domain, origin };
  }

  /** Every credential that the request carries, whichever header it stands in. */
  private presented({ headers, query }: FastifyRequest): string[] {
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    const candidates = [headers['x-api-key'], bearer ?? headers.authorization].flat();
    const presented = candidates.filter((value): value is string => value !== undefined && value !== '');
    if (presented.length > 0 || !this.options.allowTokenQuery) return presented;
    const token = (query as Record<string, unknown>)._token;
    return typeof token === 'string' && token !== '' ? [token] : [];
  }

  private async domainOf(
    request: FastifyRequest,
    access: Exclude<Access, { public: true }>,
    credential: Credential,
  ): Promise<Domain | undefined> {
    if (access.realm === 'none') return undefined;
    if (access.realm === 'credential') return this.ownDomain(access, credential);
    const domain = await this.domains.find((request.params as { domain: string }).domain);
    if (domain && credential.reaches(domain)) return domain;
    // For people's sake the operator is told; nobody else may learn which domains exist.
    throw new FailureError(
      credential.isOperator
        ? { kind: 'not_found', what: 'domain' }
        : { kind: 'permission_missing', permission: access.permission },
    );
  }

  private async ownDomain(
    { permission }: { readonly permission: Permission },
    credential: Credential,
  ): Promise<Domain> {
    const domain =
      credential.domainId === null ? await this.domains.default() : await this.domains.findById(credential.domainId);
    if (domain && credential.reaches(domain)) return domain;
    throw new FailureError({ kind: 'permission_missing', permission });
  }
}
