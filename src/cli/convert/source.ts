import type { Notes } from './notes.js';

export interface SourceObject {
  readonly [field: string]: unknown;
}

export function isObject(value: unknown): value is SourceObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A client as its system writes it. Remembers which of its fields were read, so that none is dropped in silence. A field of
 * another type than it should have is noted, and counts as absent.
 */
export class Source {
  private readonly names: ReadonlyMap<string, string>;
  private readonly seen = new Set<string>();
  private readonly parts = new Map<string, Source>();

  constructor(
    private readonly fields: SourceObject,
    private readonly notes: Notes,
    private readonly options: { readonly prefix?: string; readonly anyCase?: boolean } = {},
  ) {
    this.names = new Map(Object.keys(fields).map((name) => [options.anyCase ? name.toLowerCase() : name, name]));
  }

  keys(): readonly string[] {
    return [...this.names.values()];
  }

  /** The field as it stands there; undefined = absent or null. */
  value(field: string): unknown {
    const name = this.names.get(this.options.anyCase ? field.toLowerCase() : field);
    if (name === undefined) return undefined;
    this.seen.add(name);
    return this.fields[name] ?? undefined;
  }

  has(field: string): boolean {
    return !isNothing(this.value(field));
  }

  /** undefined = absent or empty. */
  text(field: string): string | undefined {
    return this.anyText(field) || undefined;
  }

  /** undefined = absent. For systems in which an empty text is not the same. */
  anyText(field: string): string | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    return typeof value === 'string' ? value : this.wrong(field, value, 'text');
  }

  /** Some systems write truth values and numbers as texts. */
  flag(field: string): boolean | undefined {
    const value = this.value(field);
    if (value === undefined || value === '' || typeof value === 'boolean') return value === '' ? undefined : value;
    if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    return this.wrong(field, value, 'true or false');
  }

  number(field: string): number | undefined {
    const value = this.value(field);
    if (value === undefined || value === '' || typeof value === 'number') return value === '' ? undefined : value;
    if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
    return this.wrong(field, value, 'a number');
  }

  /** undefined = absent. */
  list(field: string): string[] | undefined {
    return this.entries(field, 'a text', (entry) => typeof entry === 'string');
  }

  objects(field: string): SourceObject[] {
    return this.entries(field, 'an object', isObject) ?? [];
  }

  /** The object in a field, of which the fields count as this one's. */
  part(field: string): Source | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.wrong(field, value, 'an object');
    const part =
      this.parts.get(field) ?? new Source(value, this.notes, { ...this.options, prefix: `${this.nameOf(field)}.` });
    this.parts.set(field, part);
    return part;
  }

  object(field: string): SourceObject | undefined {
    const value = this.value(field);
    if (value === undefined || isObject(value)) return value as SourceObject | undefined;
    return this.wrong(field, value, 'an object');
  }

  /** Whether something in the client is of this form. */
  says(pattern: RegExp): boolean {
    return pattern.test(JSON.stringify(this.fields));
  }

  /** These fields say nothing when they have these values. */
  expect(values: SourceObject): void {
    for (const [field, value] of Object.entries(values)) {
      const name = this.names.get(this.options.anyCase ? field.toLowerCase() : field);
      if (name !== undefined && this.fields[name] === value) this.seen.add(name);
    }
  }

  /** The fields that hold something and that nobody has read. */
  unread(): string[] {
    const own = Object.keys(this.fields).filter((name) => !this.seen.has(name) && !isNothing(this.fields[name]));
    return [...own.map((name) => this.nameOf(name)), ...[...this.parts.values()].flatMap((part) => part.unread())];
  }

  private entries<T>(field: string, what: string, isRight: (entry: unknown) => boolean): T[] | undefined {
    const value = this.value(field);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.wrong(field, value, `a list, each entry ${what}`);
    for (const [index, entry] of value.entries()) if (!isRight(entry)) this.wrong(`${field}[${index}]`, entry, what);
    return value.filter(isRight) as T[];
  }

  private wrong(field: string, value: unknown, what: string): undefined {
    this.notes.leave(this.nameOf(field), `must be ${what}, and is ${kindOf(value)}`);
  }

  private nameOf(field: string): string {
    return `${this.options.prefix ?? ''}${field}`;
  }
}

/** What a value is, in words; never the value, which may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'an object';
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
