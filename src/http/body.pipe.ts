import { applyDecorators, type PipeTransform } from '@nestjs/common';
import { type ClassTransformOptions, Expose, plainToInstance, Type } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { MAX_VIOLATIONS, type Violation } from '#clients';
import { hasContent, jsonObject, type RawBody } from './bodies.js';
import { LIST, type ListContext } from './validators.js';

/** Decorators name the properties and their types. To ignore that @Expose can rename halves the time. */
export const ONTO_DTO: ClassTransformOptions = {
  excludeExtraneousValues: true,
  exposeUnsetFields: false,
  ignoreDecorators: true,
};

/** A body on its DTO. Values that break a rule of the DTO are taken out and reported as violations. */
export interface Validated<T> {
  readonly value: Partial<T>;
  readonly violations: readonly Violation[];
}

/** A dialect's words for what is wrong with a body. */
export interface BodyWords {
  /** The place of a violation, from its path of names and indexes. */
  readonly path: (steps: readonly (string | number)[]) => string;
  /** The message for a property that the DTO does not have; absent = such properties are ignored. */
  readonly unknown?: (property: string) => string;
}

/**
 * A property of a body whose value is not itself a DTO. Without a type, class-transformer would take an object's
 * `constructor` property for a class and call it. With the type Object it copies nothing, so validation refuses the value.
 */
export const BodyProperty = (): PropertyDecorator =>
  applyDecorators(
    Expose(),
    Type(() => Object),
  );

interface BodyOptions {
  /** A missing body counts as an empty object. */
  readonly optional?: boolean;
}

/**
 * Reads a JSON body onto its DTO. Refuses a body that is not a JSON object. Hands violations on, so that the core's rules
 * are checked as well and the caller learns of everything at once.
 */
export class BodyPipe<T extends object> implements PipeTransform<RawBody, Validated<T>> {
  constructor(
    private readonly dto: new () => T,
    private readonly words: BodyWords,
    private readonly options: BodyOptions = {},
  ) {}

  transform(raw: RawBody): Validated<T> {
    const isLeftOut = this.options.optional === true && !hasContent(raw);
    return isLeftOut ? { value: {}, violations: [] } : validated(this.dto, jsonObject(raw), this.words);
  }
}

/** Puts a JSON object on its DTO, and reports everything that is wrong with it at once. */
export function validated<T extends object>(
  dto: new () => T,
  body: Record<string, unknown>,
  words: BodyWords,
): Validated<T> {
  const value = plainToInstance(dto, body, ONTO_DTO);
  const unknown = words.unknown ? Object.keys(body).filter((property) => !Object.hasOwn(value, property)) : [];
  const errors = validateSync(value, { forbidUnknownValues: false });
  const violations = errors.flatMap((error) => violationsOf(error, [], words.path));
  takeOut(value as Record<string, unknown>, errors);
  for (const property of unknown.slice(0, MAX_VIOLATIONS + 1)) {
    violations.push({ property: words.path([property]), rule: 'unknown', message: words.unknown!(property) });
  }
  return { value, violations };
}

/** Removes bad values. The good entries of a list keep their places and are checked as well, unless it is too long. */
function takeOut(instance: Record<string, unknown>, errors: readonly ValidationError[]): void {
  for (const error of errors) {
    const { property, constraints, children = [] } = error;
    const value = instance[property];
    if (!constraints) takeOut(value as Record<string, unknown>, children);
    else if (LIST in constraints && Array.isArray(value) && !isTooLong(error)) {
      instance[property] = value.map((entry) => (typeof entry === 'string' ? entry : ''));
    } else delete instance[property];
  }
}

function violationsOf(error: ValidationError, above: readonly string[], path: BodyWords['path']): Violation[] {
  const steps = [...above, error.property];
  const { value, constraints, children = [] } = error;
  if (!constraints) return children.flatMap((child) => violationsOf(child, steps, path));
  if (value === undefined || value === null) {
    return [{ property: path(steps), rule: 'required', message: 'is required' }];
  }
  if (LIST in constraints && Array.isArray(value)) return listViolations(error, value, steps, path);
  const messages = new Set(Object.values(constraints));
  return [...messages].map((message) => ({ property: path(steps), rule: 'type', message }));
}

function listViolations(
  error: ValidationError,
  entries: readonly unknown[],
  steps: readonly string[],
  path: BodyWords['path'],
): Violation[] {
  const { most, violationOf } = listContext(error);
  if (isTooLong(error)) {
    return [{ property: path(steps), rule: 'limit', message: `must have at most ${most} entries` }];
  }
  return entries.flatMap((entry, index) => {
    const message = violationOf(entry);
    return message ? [{ property: path([...steps, index]), rule: 'type', message }] : [];
  });
}

function isTooLong(error: ValidationError): boolean {
  return Array.isArray(error.value) && error.value.length > listContext(error).most;
}

function listContext({ contexts }: ValidationError): ListContext {
  return contexts![LIST];
}
