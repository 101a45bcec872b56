import type { DynamicModule, Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Violation } from '#clients';
import type { Failure, NotFound } from './failure.js';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** What a dialect may know of a failed request, which may have no route, no caller and no body. */
export interface FailedRequest {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly accept: string;
  /** The base of every link that the server prints, without a trailing slash. */
  readonly publicUrl: string;
}

/** An answer, ready to be sent. */
export interface RenderedFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** A page that explains a type of problem, at the address that its answers point to. */
export interface ErrorPage {
  /** The last segment of the page's path, below /doc/errors/. */
  readonly slug: string;
  readonly title: string;
  readonly text: string;
}

/**
 * One published API over the core, and all that the rest of the server must know of it. Modules, error answers, OpenAPI
 * pages and tests read the list of dialects, so another dialect is a folder and a line in that list.
 */
export interface Dialect {
  /** Its name in the audit, in paths of documents and in tests. */
  readonly name: string;
  readonly title: string;
  /** Its paths begin with this. If several dialects fit a path, the longest base path wins. */
  readonly basePath: string;
  readonly module: Type | DynamicModule;
  /** Whether a credential may stand in the `_token` parameter, if the operator allows that. */
  readonly takesTokenQuery?: boolean;
  /**
   * What its addresses name, by place: `{clientId}` in the path, `?clientID` in the query. A 404 of an operation is about
   * the first of these that its address has, unless the operation says otherwise (`Misses`).
   */
  readonly things: Readonly<Record<string, NotFound['what']>>;
  /** Example violations. A body gets the first one whose property it has, else the last. */
  readonly exampleViolations: readonly [...Violation[], Violation];
  /** What the OpenAPI document says beyond the operations. */
  readonly description: string;
  /** The groups of its operations, in the order of the document. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Operation ids by method and path, such as `get /client`, where one controller method serves several paths. */
  readonly operationIds?: Readonly<Record<string, string>>;
  /** Pure: the same failure gives the same answer. */
  render(failure: Failure, request: FailedRequest): RenderedFailure;
  /** What `render` prints, as a schema for the OpenAPI document. */
  readonly problemSchema: Schema;
  /** The name of that schema, distinct for each API, since a program that uses two APIs has both. */
  readonly problemName: string;
  readonly errorPages: readonly ErrorPage[];
  /** The link relations that it prints, by name below /doc/rel/, each with what it leads to. */
  readonly relations?: Readonly<Record<string, string>>;
}

/** The dialect that answers for a path. */
export function ownerOf(path: string, dialects: readonly Dialect[]): Dialect {
  let owner: Dialect | undefined;
  for (const dialect of dialects) {
    if (owner && owner.basePath.length >= dialect.basePath.length) continue;
    if (isBelow(path, dialect.basePath)) owner = dialect;
  }
  return owner ?? dialects[0]!;
}

function isBelow(path: string, basePath: string): boolean {
  return (
    basePath === '/' ||
    (path.startsWith(basePath) && (path.length === basePath.length || path[basePath.length] === '/'))
  );
}
