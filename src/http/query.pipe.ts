import { type ArgumentMetadata, applyDecorators, type PipeTransform, type Type } from '@nestjs/common';
import { ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose, plainToInstance, Transform } from 'class-transformer';
import { IsOptional, ValidateBy, type ValidationArguments, validateSync } from 'class-validator';
import { LRUCache } from 'lru-cache';
import { ONTO_DTO } from './body.pipe.js';
import { FailureError, type QueryViolation } from './failure.js';

const MAX_KNOWN = 100;
/** Longer queries are rarely repeated. */
const MAX_KNOWN_LENGTH = 500;

/**
 * Reads a query string onto the DTO of the handler's parameter. Fails with `invalid_query`, which names every bad
 * parameter. Ignores parameters that the DTO does not have.
 */
export class QueryPipe implements PipeTransform<Readonly<Record<string, unknown>>, object> {
  /** The DTOs of recent queries, which are often repeated. A list of 10 takes the server an eighth less time with them. */
  private readonly known = new LRUCache<string, object>({ max: MAX_KNOWN });

  transform(query: Readonly<Record<string, unknown>>, { metatype }: ArgumentMetadata): object {
    const question = JSON.stringify(query);
    const known = this.known.get(question);
    if (known && known.constructor === metatype) return known;
    const dto = Object.freeze(this.read(query, metatype!));
    if (question.length <= MAX_KNOWN_LENGTH) this.known.set(question, dto);
    return dto;
  }

  private read(query: Readonly<Record<string, unknown>>, metatype: Type<object>): object {
    const dto = plainToInstance(metatype, query, ONTO_DTO);
    const errors = validateSync(dto, { forbidUnknownValues: false, stopAtFirstError: true });
    if (errors.length === 0) return dto;
    const violations = errors.map(({ property, constraints }): QueryViolation => {
      const [message] = Object.values(constraints!);
      return { property, rule: 'format', message: message! };
    });
    throw new FailureError({ kind: 'invalid_query', violations });
  }
}

interface NumberRule {
  readonly least: number;
  /** Absent = any number. */
  readonly most?: number;
}

/** A parameter that is a whole number. A number beyond JavaScript's largest safe integer becomes that integer. */
export function NumberParameter({ least, most, ...schema }: NumberRule & ApiPropertyOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: least, maximum: most, ...schema } as ApiPropertyOptions),
    Expose(),
    Transform(({ value }) => (isDigits(value) ? Math.min(Number(value), Number.MAX_SAFE_INTEGER) : value)),
    ParameterRule('isNumberParameter', {
      holds: (value) => typeof value === 'number' && value >= least && value <= (most ?? value),
      message: `must be a whole number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`,
    }),
  );
}

/** A parameter that is `true` or `false`. */
export function FlagParameter(schema: ApiPropertyOptions = {}): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'boolean', ...schema } as ApiPropertyOptions),
    Expose(),
    Transform(({ value }) => (value === 'true' || value === 'false' ? value === 'true' : value)),
    ParameterRule('isFlagParameter', {
      holds: (value) => typeof value === 'boolean',
      message: 'must be true or false',
    }),
  );
}

interface TextRule {
  /** Whether the text is acceptable; absent = any text without NUL. */
  readonly holds?: (text: string) => boolean;
  readonly message?: string;
}

/** A parameter that is text. */
export function TextParameter({ holds, message, ...schema }: TextRule & ApiPropertyOptions = {}): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'string', ...schema } as ApiPropertyOptions),
    Expose(),
    ParameterRule('isTextParameter', {
      holds: (value) => typeof value === 'string' && (holds ? holds(value) : !value.includes('\0')),
      message: message ?? 'must be given once, without NUL',
    }),
  );
}

/** A parameter that must not be combined with another one. */
export function IsNotBeside(other: string): PropertyDecorator {
  return ValidateBy({
    name: 'isNotBeside',
    validator: {
      validate: (_, { object }: ValidationArguments) => (object as Record<string, unknown>)[other] === undefined,
      defaultMessage: () => `must not be combined with ${other}`,
    },
  } as Parameters<typeof ValidateBy>[0]);
}

interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly message: string;
}

function ParameterRule(name: string, { holds, message }: Rule): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    ValidateBy({ name, validator: { validate: holds, defaultMessage: () => message } }),
  );
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d+$/.test(value);
}
