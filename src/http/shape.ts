import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, ValidateBy, type ValidationError, validateSync } from 'class-validator';
import type { Violation } from '#clients';

/** A body in the shape that its DTO describes: what has another shape was taken out, and is a violation instead. */
export interface Shaped<T> {
  readonly value: Partial<T>;
  readonly violations: readonly Violation[];
}

/** A list of strings, each entry of which is reported by its own index. */
export function IsStringList(): PropertyDecorator {
  return ValidateBy({
    name: 'isStringList',
    validator: {
      validate: (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
      defaultMessage: () => 'must be an array of strings',
    },
  });
}

export interface ShapeOptions {
  /** How the dialect writes the place of a violation, from its path of names and indexes. */
  readonly path: (steps: readonly (string | number)[]) => string;
  /** What to say of a property that the DTO does not have; absent = such properties are ignored. */
  readonly unknown?: (property: string) => string;
}

/** Holds a body against its DTO, and reports everything that is wrong with it at once. */
export function shape<T extends object>(
  dto: new () => T,
  body: Record<string, unknown>,
  options: ShapeOptions,
): Shaped<T> {
  const known = propertiesOf(dto);
  const given = Object.fromEntries(Object.entries(body).filter(([property]) => known.has(property)));
  const instance: Partial<T> = plainToInstance(dto, given, { exposeUnsetFields: false });
  const errors = validateSync(instance, { forbidUnknownValues: false });
  const violations = errors.flatMap((error) => violationsOf(error, [], options.path));
  for (const { property } of errors) delete instance[property as keyof T];
  if (options.unknown) {
    for (const property of Object.keys(body).filter((name) => !known.has(name))) {
      violations.push({ property: options.path([property]), rule: 'unknown', message: options.unknown(property) });
    }
  }
  return { value: instance, violations };
}

/** The properties that a DTO has rules for. */
function propertiesOf(dto: new () => object): ReadonlySet<string> {
  const known = knownProperties.get(dto);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
  const properties = new Set(rules.map((rule) => rule.propertyName));
  knownProperties.set(dto, properties);
  return properties;
}

const knownProperties = new Map<object, ReadonlySet<string>>();

function violationsOf(error: ValidationError, above: readonly string[], path: ShapeOptions['path']): Violation[] {
  const steps = [...above, error.property];
  const nested = (error.children ?? []).flatMap((child) => violationsOf(child, steps, path));
  const own = Object.entries(error.constraints ?? {}).flatMap(([constraint, message]): Violation[] => {
    if (error.value === undefined || error.value === null)
      return [{ property: path(steps), rule: 'required', message: 'is required' }];
    if (constraint === 'isStringList' && Array.isArray(error.value)) {
      return error.value.flatMap((entry, index) =>
        typeof entry === 'string'
          ? []
          : [{ property: path([...steps, index]), rule: 'type', message: 'must be a string' }],
      );
    }
    return [{ property: path(steps), rule: 'type', message }];
  });
  return [...own, ...nested];
}
