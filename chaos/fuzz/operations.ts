const APIS = ['accounts', 'v1', 'admin'];

/** As far as values are made from it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: Schema;
  readonly example?: unknown;
}

/** What a body has to be like. */
export interface Body {
  readonly schema: Schema;
  readonly examples: readonly unknown[];
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Body | undefined;
}

/** An OpenAPI document, as far as requests are made from it. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, Content>> };
}

interface Content {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Every operation in the documents that a server serves, its schemas made whole. */
export async function operationsOf(url: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  for (const api of APIS) {
    const answer = await fetch(`${url}/openapi/${api}.json`);
    if (!answer.ok) throw new Error(`There is no OpenAPI document of ${api}: ${answer.status}.`);
    const document = (await answer.json()) as Document;
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { parameters = [], requestBody }] of Object.entries(item)) {
        const { schema, examples = {} } = requestBody?.content?.['application/json'] ?? {};
        operations.push({
          method: method.toUpperCase(),
          path,
          parameters,
          body: schema && {
            schema: whole(schema, document.components.schemas),
            examples: Object.values(examples).map(({ value }) => value),
          },
        });
      }
    }
  }
  return operations;
}

/** A schema with what it refers to in its place; none of ours refers to itself. */
function whole(schema: Schema, schemas: Document['components']['schemas']): Schema {
  const inside = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(inside);
    if (typeof part !== 'object' || part === null) return part;
    if ('$ref' in part) return inside(schemas[String(part.$ref).split('/').at(-1)!]);
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, inside(value)]));
  };
  return inside(schema) as Schema;
}
