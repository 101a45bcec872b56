import type { Draft } from './draft.js';
import type { Source, SourceObject } from './source.js';

/**
 * Where clients stand in a document: the names of members on the way to one, `[]` for any entry of a list and `*` for any
 * member or entry.
 */
export type Path = readonly string[];

/** What is known besides the client itself. */
export interface Context {
  /** The document, without the clients in it and without what its kind does not keep. */
  readonly document: SourceObject;
  /** The name of the client, if it is a member of an object and not an entry of a list. */
  readonly key: string | undefined;
}

/** How one system writes clients. */
export interface Kind {
  /** The name of the system. */
  readonly system: string;
  /** Where clients stand; a document that is itself a client needs no path. */
  readonly paths: readonly Path[];
  /** The step of a path at which a document may hold the same clients again under another name. */
  readonly repeatsAt?: number;
  /** Members of a document that are of no use and may be large, such as users. */
  readonly unkept?: readonly string[];
  /** Whether names of fields may be written in any case. */
  readonly anyCase?: boolean;
  /** Makes JSON or YAML of what the system understands beyond that. The file is then read as a whole. */
  mended?(text: string): string;
  /** Whether an object at one of the paths holds clients, and is none itself. */
  isHolder?(value: Source): boolean;
  /** The id of a client; undefined = this is no client of the system. `file`: the name of the file, without its ending. */
  idOf(value: Source, key: string | undefined, file: string): string | undefined;
  read(client: Source, draft: Draft, context: Context): void;
}
