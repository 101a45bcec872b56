import { type ArgumentMetadata, applyDecorators, type PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose, plainToInstance, Transform } from 'class-transformer';
import { IsOptional, ValidateBy, type ValidationArguments, validateSync } from 'class-validator';
import { ONTO_DTO } from './body.pipe.js';
import { FailureError, type QueryViolation } from './failure.js';

/**
 * Reads the parameters of a query string onto the DTO of the handler's parameter. Fails with `invalid_query`, which names
 * every bad parameter; parameters that the DTO does not have are ignored.
 */
export class QueryPipe implements PipeTransform<Readonly<Record<string, unknown>>, object> {
  transform(query: Readonly<Record<string, unknown>>, { metatype }: ArgumentMetadata): object {
    if (Object.keys(query).length === 0) return new metatype!();
    const dto = plainToInstance(metatype!, query, ONTO_DTO);
    const errors = validateSync(dto, { forbidUnknownValues: false, stopAtFirstError: true });
    if (errors.length === 0) return dto;
    const violations = errors.map(({ property, constraints }): QueryViolation => {
      const [message] = Object.values(constraints!);
      return { property, rule: 'format', message: message! };
    });
    throw new FailureError({ kind: 'invalid_query', violations });
  }
}

/** A parameter that is a whole number; larger ones than JavaScript can count to are that one. */
export function NumberParameter({ least, ...schema }: { least: number } & ApiPropertyOptions): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: least, ...schema } as ApiPropertyOptions),
    Expose(),
    Transform(({ value }) => (isDigits(value) ? Math.min(Number(value), Number.MAX_SAFE_INTEGER) : value)),
    ParameterRule('isNumberParameter', {
      holds: (value) => typeof value === 'number' && value >= least,
      message: `must be a whole number of at least ${least}`,
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
  /** What the text has to be; absent: any without NUL. */
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

/** A parameter that another one leaves no room for. */
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
