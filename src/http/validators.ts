import { ValidateBy } from 'class-validator';
import { isLongerThan, isVisible, MAX_NAME_LENGTH } from '#visible';
import { isInstant } from './instant.js';

/** The constraint whose violations are reported entry by entry. */
export const LIST = 'isListOfStrings';

/** What the constraint LIST has besides its message. */
export interface ListContext {
  /** What is wrong with an entry; undefined = nothing. */
  readonly violationOf: (entry: unknown) => string | undefined;
  /** How many entries a list has at most. */
  readonly most: number;
}

/** No stored list is longer. The rules of the cores have the limit of each list. */
const MAX_ENTRIES = 100;

/** A list of at most `most` texts, none with more than `length` characters, in JSON Schema. */
export const textListSchema = ({ most, length }: { readonly most: number; readonly length: number }) => ({
  type: 'array' as const,
  maxItems: most,
  items: { type: 'string', maxLength: length },
});

/** A list of strings, or of certain words; each bad entry is reported by its own index, unless there are too many. */
export function IsStringList(words?: readonly string[]): PropertyDecorator {
  const most = words?.length ?? MAX_ENTRIES;
  const violationOf: ListContext['violationOf'] = (entry) => {
    if (typeof entry !== 'string') return 'must be a string';
    return words && !words.includes(entry) ? `must be one of ${words.join(', ')}` : undefined;
  };
  return ValidateBy(
    {
      name: LIST,
      validator: {
        // Does not limit the number of strings, since those on record are never refused.
        validate: (value) => Array.isArray(value) && (!words || value.length <= most) && !value.some(violationOf),
        defaultMessage: () => 'must be an array of strings',
      },
    },
    { context: { violationOf, most } satisfies ListContext },
  );
}

/** Text that can be stored as it is: well-formed Unicode without NUL, of at most `most` characters. */
export function IsText({ most }: { most: number }): PropertyDecorator {
  return ValidateBy({
    name: 'isText',
    validator: {
      validate: (value) =>
        typeof value === 'string' && !isLongerThan(value, most) && value.isWellFormed() && !value.includes('\0'),
      defaultMessage: () => `must be text of 0 to ${most} characters`,
    },
  });
}

/**
 * The rule of IsVisibleText for OpenAPI documents, as far as all regular expression engines agree: Unicode classes
 * (`\p{…}`) mean something else in JavaScript without `u`, and nothing in Python.
 */
export const visibleTextSchema = (most: number) =>
  ({ type: 'string', minLength: 1, maxLength: most, pattern: '^[^\\x00-\\x1f\\x7f]*$' }) as const;

export const NAME_SCHEMA = visibleTextSchema(MAX_NAME_LENGTH);

/** Text that lists, the audit and terminals show to others, so every character of it must be visible. */
export function IsVisibleText({ most }: { most: number }): PropertyDecorator {
  return ValidateBy({
    name: 'isVisibleText',
    validator: {
      validate: (value) => typeof value === 'string' && value !== '' && !isLongerThan(value, most) && isVisible(value),
      defaultMessage: () =>
        `must be 1 to ${most} characters that can be seen: no control or format characters, no line breaks`,
    },
  });
}

export const IsName = () => IsVisibleText({ most: MAX_NAME_LENGTH });

/** A string that is hashed or compared as UTF-8. Two ill-formed strings could become the same UTF-8, so none is allowed. */
export function IsUnicode(): PropertyDecorator {
  return ValidateBy({
    name: 'isUnicode',
    validator: {
      validate: (value) => typeof value === 'string' && value.isWellFormed(),
      defaultMessage: () => 'must be a string of well-formed Unicode',
    },
  });
}

/** An integer from `least` to `most`, both included. One rule: IsInt, Min and Max would give three messages for a text. */
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
      validate: isInstant,
      defaultMessage: () => 'must be a date such as 2026-01-31T12:00:00Z',
    },
  });
}
