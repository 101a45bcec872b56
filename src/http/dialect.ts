import type { DynamicModule, Type } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Violation } from '#clients';
import type { Failure, NotFound } from './failure.js';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** What a dialect may know of a request that failed; there may be no route, no caller and no body. */
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
 * One published API over the core. Everything that the rest of the server has to know of it: modules, error answers,
 * OpenAPI pages and tests read the list of dialects, so another one is a folder and a line in that list.
 */
export interface Dialect {
  /** As it stands in the audit, in paths of documents and in tests. */
  readonly name: string;
  readonly title: string;
  /** The paths it owns begin with this; the longest that fits wins. */
  readonly basePath: string;
  readonly module: Type | DynamicModule;
  /** Whether a credential may stand in its `_token` parameter, where the operator allows that. */
  readonly takesTokenQuery?: boolean;
  /**
   * What its addresses name, by where that stands in them: `{clientId}` in the path, `?clientID` in the query. The first
   * that an operation has is what it does not find, unless it says otherwise (`Misses`).
   */
  readonly things: Readonly<Record<string, NotFound['what']>>;
  /** Examples of broken rules: for a body the first whose property it has, else the last. */
  readonly exampleViolations: readonly [...Violation[], Violation];
  /** What the OpenAPI document says beyond the operations. */
  readonly description: string;
  /** The groups of its operations, in the order of the document. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Of operations that one method of a controller serves under several paths, by method and path, such as `get /client`. */
  readonly operationIds?: Readonly<Record<string, string>>;
  /** Pure: the same failure gives the same answer. */
  render(failure: Failure, request: FailedRequest): RenderedFailure;
  /** What `render` prints, as a schema for the OpenAPI document. */
  readonly problemSchema: Schema;
  /** What that schema is called: programs that speak two APIs have both. */
  readonly problemName: string;
  readonly errorPages: readonly ErrorPage[];
  /** The link relations that it prints, by name below /doc/rel/, with what they lead to. */
  readonly relations?: Readonly<Record<string, string>>;
}

/** The dialect in whose words a path is answered. */
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
