import { throughPackages } from './packages.js';
import type { TestServer } from './test-server.js';

// biome-ignore lint/suspicious/noExplicitAny: documents and schemas have every shape
type Json = any;

interface Validate {
  (value: unknown): boolean;
  errors?: { instancePath: string; message?: string }[] | null;
}
interface Ajv {
  addSchema(schema: object, key: string): void;
  getSchema(address: string): Validate | undefined;
}

interface Operation {
  /** Such as `put /client`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Which document it stands in. */
  readonly document: string;
  readonly [more: string]: Json;
}

/** What an operation takes, or answers with a status; what is written as lines is an array of them here. */
type Place = readonly [operation: string, at: 'body' | number];

const OPTIONS = { strict: false, validateSchema: false, validateFormats: false };

/** The OpenAPI documents of a server, and what a validator of JSON Schema 2020-12 makes of them. */
export class Documents {
  static async of(server: TestServer, names: readonly string[]): Promise<Documents> {
    const read = async (name: string) => [
      name,
      (await server.call('GET', `/openapi/${name}.json`, { key: null })).body,
    ];
    return new Documents(Object.fromEntries(await Promise.all(names.map(read))));
  }

  readonly operations: readonly Operation[];
  private readonly validator: Ajv;
  /** Puts defaults into what it looks at. */
  private readonly filler: Ajv;

  private constructor(private readonly all: Readonly<Record<string, Json>>) {
    const { default: Ajv2020 } = throughPackages(
      '@redocly/cli/package.json',
      '@redocly/openapi-core',
      '@redocly/ajv/dist/2020.js',
    );
    this.validator = new Ajv2020(OPTIONS);
    this.filler = new Ajv2020({ ...OPTIONS, useDefaults: true });
    for (const [name, document] of Object.entries(all)) {
      this.validator.addSchema(document, name);
      this.filler.addSchema(document, name);
    }
    this.operations = Object.entries(all).flatMap(([document, { paths }]) =>
      Object.entries<Json>(paths).flatMap(([path, item]) =>
        Object.entries<Json>(item).map(([method, it]) => ({
          ...it,
          name: `${method} ${path}`,
          method,
          path,
          document,
        })),
      ),
    );
  }

  /** What is wrong with a value at this place; [] = nothing. `member`: of those of which it has to be one. */
  faults(place: Place, value: unknown, member?: number): string[] {
    const validate = this.compiled(this.validator, place, member === undefined ? [] : ['oneOf', String(member)]);
    return validate(value) ? [] : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  /** What a client sends that fills in the defaults in the document. */
  filledIn<T>(operation: string, body: T): T {
    const copy = structuredClone(body);
    this.compiled(this.filler, [operation, 'body'], [])(copy);
    return copy;
  }

  /** The schema at a place, with everything that it refers to in its place. */
  schema(place: Place): Json {
    const { document } = this.operation(place[0]);
    const inlined = (node: Json): Json => {
      if (Array.isArray(node)) return node.map(inlined);
      if (typeof node !== 'object' || node === null) return node;
      if (typeof node.$ref === 'string') return inlined(this.resolved(document, node));
      return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, inlined(each)]));
    };
    return inlined(this.steps(place).reduce((at, step) => this.resolved(document, at[step]), this.all[document]));
  }

  /** All of them as JSON. */
  get text(): string {
    return JSON.stringify(this.all);
  }

  /** By which content types a body may go. */
  contentTypes(operation: string): string[] {
    return Object.keys(this.operation(operation).requestBody.content);
  }

  /** What a response is, also where it stands among those that operations share. */
  response(operation: string, status: number): Json {
    const { document, responses } = this.operation(operation);
    return this.resolved(document, responses[status]);
  }

  private operation(name: string): Operation {
    const found = this.operations.find((operation) => operation.name === name);
    if (!found) throw new Error(`no document has ${name}`);
    return found;
  }

  private compiled(ajv: Ajv, place: Place, below: readonly string[]): Validate {
    const steps = [...this.steps(place), ...below].map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'));
    return ajv.getSchema(`${this.operation(place[0]).document}#/${steps.map(encodeURIComponent).join('/')}`)!;
  }

  /** The way to the schema at a place, from the top of its document. */
  private steps([name, at]: Place): string[] {
    const { document, method, path, requestBody, responses } = this.operation(name);
    const node = at === 'body' ? requestBody : responses[at];
    const here = ['paths', path, method, ...(at === 'body' ? ['requestBody'] : ['responses', String(at)])];
    const [type, media] = Object.entries<Json>(this.resolved(document, node)?.content ?? {})[0] ?? [];
    if (type === undefined) throw new Error(`${name} says nothing of its ${at}`);
    const lines = media.schema.contentSchema ? ['contentSchema'] : [];
    return [...(node.$ref?.slice(2).split('/') ?? here), 'content', type, 'schema', ...lines];
  }

  private resolved(document: string, node: Json): Json {
    if (typeof node?.$ref !== 'string') return node;
    const steps: string[] = node.$ref.slice(2).split('/');
    return steps.reduce((at: Json, step) => at[step], this.all[document]);
  }
}
