import { ValidateBy, type ValidationError, validateSync } from 'class-validator';
import { MAX_VIOLATIONS, type Violation } from '#clients';
import { isVisible } from '#visible';
import { keepsRules, rulesOf } from './dto-rules.js';
import { instantOf } from './instant.js';

/** A body in the shape that its DTO describes: what has another shape was taken out, and is a violation instead. */
export interface Shaped<T> {
  readonly value: Partial<T>;
  readonly violations: readonly Violation[];
}

/** What is wrong with an entry of a list; undefined = nothing. */
type EntryFault = (entry: unknown) => string | undefined;

/** The constraint whose violations are told entry by entry. */
const LIST = 'isListOfStrings';

/** No list that is kept is longer; the rules of the cores have each list's own. */
const MAX_ENTRIES = 100;

/** A list of strings, or of certain words; each bad entry is reported by its own index, unless there are too many. */
export function IsStringList(words?: readonly string[]): PropertyDecorator {
  const most = words?.length ?? MAX_ENTRIES;
  const faultOf: EntryFault = (entry) => {
    if (typeof entry !== 'string') return 'must be a string';
    return words && !words.includes(entry) ? `must be one of ${words.join(', ')}` : undefined;
  };
  return ValidateBy(
    {
      name: LIST,
      validator: {
        // Strings on record are never refused, so it is not said here how many of them there may be.
        validate: (value) => Array.isArray(value) && (!words || value.length <= most) && !value.some(faultOf),
        defaultMessage: () => 'must be an array of strings',
      },
    },
    { context: { faultOf, most } },
  );
}

/** Text that can be kept as it is: well-formed Unicode without NUL, of a certain length. */
export function IsText({ most }: { most: number }): PropertyDecorator {
  return ValidateBy({
    name: 'isText',
    validator: {
      validate: (value) =>
        typeof value === 'string' && value.length <= most && value.isWellFormed() && !value.includes('\0'),
      defaultMessage: () => `must be text of 0 to ${most} characters`,
    },
  });
}

const MAX_NAME_LENGTH = 200;

/**
 * What IsName says, for OpenAPI documents, as far as every engine reads it the same: classes of Unicode (`\p{…}`) mean
 * something else in JavaScript without `u`, and nothing in Python.
 */
export const NAME_SCHEMA = {
  type: 'string',
  minLength: 1,
  maxLength: MAX_NAME_LENGTH,
  pattern: '^[^\\x00-\\x1f\\x7f]*$',
} as const;

/** A name for something of ours, which lists, the audit and terminals show to others: all of it can be seen. */
export function IsName(): PropertyDecorator {
  return ValidateBy({
    name: 'isName',
    validator: {
      validate: (value) =>
        typeof value === 'string' && value.length >= 1 && value.length <= MAX_NAME_LENGTH && isVisible(value),
      defaultMessage: () =>
        `must be 1 to ${MAX_NAME_LENGTH} characters that can be seen: no control or format characters, no line breaks`,
    },
  });
}

/** A string that is hashed or compared: as UTF-8, in which two that are ill-formed could become the same. */
export function IsUnicode(): PropertyDecorator {
  return ValidateBy({
    name: 'isUnicode',
    validator: {
      validate: (value) => typeof value === 'string' && value.isWellFormed(),
      defaultMessage: () => 'must be a string of well-formed Unicode',
    },
  });
}

/** An integer from `least` to `most`, both included; one rule, where IsInt, Min and Max would say three sentences of a text. */
export function IsWholeNumber({ least, most }: { least: number; most: number }): PropertyDecorator {
  return ValidateBy({
    name: 'isWholeNumber',
    validator: {
      validate: (value) => Number.isInteger(value) && value >= least && value <= most,
      defaultMessage: () => `must be a whole number from ${least} to ${most}`,
    },
  });
}

/** A date with time and time zone, RFC 3339. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) => typeof value === 'string' && value.includes('T') && instantOf(value) !== undefined,
      defaultMessage: () => 'must be a date such as 2026-01-31T12:00:00Z',
    },
  });
}

export interface ShapeOptions {
  /** How the dialect writes the place of a violation, from its path of names and indexes. */
  readonly path: (steps: readonly (string | number)[]) => string;
  /** What to say of a property that the DTO does not have; absent = such properties are ignored. */
  readonly unknown?: (property: string) => string;
  /** The DTOs of properties that are objects themselves. */
  readonly nested?: Readonly<Record<string, new () => object>>;
}

/** Holds a body against its DTO, and reports everything that is wrong with it at once. */
export function shape<T extends object>(
  dto: new () => T,
  body: Record<string, unknown>,
  options: ShapeOptions,
): Shaped<T> {
  const instance = instanceOf(dto, body, options.nested ?? {});
  const errors = keepsRules(instance) ? [] : validateSync(instance, { forbidUnknownValues: false });
  const violations = errors.flatMap((error) => violationsOf(error, [], options.path));
  for (const error of errors) takeOut(instance as Record<string, unknown>, error);
  if (options.unknown) {
    const known = propertiesOf(dto);
    for (const property of Object.keys(body)) {
      if (violations.length > MAX_VIOLATIONS) break;
      if (known.has(property)) continue;
      violations.push({ property: options.path([property]), rule: 'unknown', message: options.unknown(property) });
    }
  }
  return { value: instance, violations };
}

/** The known properties of a body on an instance of its DTO. Values are never converted, so that nothing in them is trusted. */
function instanceOf<T extends object>(
  dto: new () => T,
  body: Record<string, unknown>,
  nested: Readonly<Record<string, new () => object>>,
): Partial<T> {
  const instance = new dto() as Record<string, unknown>;
  for (const property of propertiesOf(dto)) {
    if (!Object.hasOwn(body, property)) continue;
    const value = body[property];
    const inner = Object.hasOwn(nested, property) ? nested[property] : undefined;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    instance[property] = inner && isObject ? instanceOf(inner, value as Record<string, unknown>, {}) : value;
  }
  return instance as Partial<T>;
}

/** Of a list with bad entries the others are kept in their places, so that they are looked at, too, unless there are too many. */
function takeOut(instance: Record<string, unknown>, error: ValidationError): void {
  const { property, constraints = {} } = error;
  const value = instance[property];
  if (LIST in constraints && Array.isArray(value) && !isTooLong(error)) {
    instance[property] = value.map((entry) => (typeof entry === 'string' ? entry : ''));
  } else delete instance[property];
}

/** The properties that a DTO has rules for. */
function propertiesOf(dto: new () => object): ReadonlySet<string> {
  const known = knownProperties.get(dto);
  if (known) return known;
  const properties = new Set(rulesOf(dto).map(({ property }) => property));
  knownProperties.set(dto, properties);
  return properties;
}

const knownProperties = new Map<object, ReadonlySet<string>>();

function violationsOf(error: ValidationError, above: readonly string[], path: ShapeOptions['path']): Violation[] {
  const steps = [...above, error.property];
  const nested = (error.children ?? []).flatMap((child) => violationsOf(child, steps, path));
  const own = Object.entries(error.constraints ?? {}).flatMap(([constraint, message]): Violation[] => {
    if (error.value === undefined || error.value === null) {
      return [{ property: path(steps), rule: 'required', message: 'is required' }];
    }
    if (constraint === LIST && isTooLong(error)) {
      const message = `must have at most ${error.contexts?.[LIST].most} entries`;
      return [{ property: path(steps), rule: 'limit', message }];
    }
    if (constraint === LIST && Array.isArray(error.value)) {
      return entryViolations(error.value, error.contexts?.[constraint].faultOf, (index) => path([...steps, index]));
    }
    return [{ property: path(steps), rule: 'type', message }];
  });
  return [...own, ...nested];
}

function isTooLong({ value, contexts }: ValidationError): boolean {
  return Array.isArray(value) && value.length > contexts?.[LIST].most;
}

function entryViolations(
  entries: readonly unknown[],
  faultOf: EntryFault,
  place: (index: number) => string,
): Violation[] {
  return entries.flatMap((entry, index) => {
    const message = faultOf(entry);
    return message ? [{ property: place(index), rule: 'type', message }] : [];
  });
}
