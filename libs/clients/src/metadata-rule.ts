import { isSame } from '#audit';
import { type ClientMetadata, METADATA_FIELDS, type MetadataField } from './client-metadata.js';

/** What kind of rule a value broke. Dialects translate it, e.g. into their error codes. */
export type RuleName = 'required' | 'type' | 'format' | 'limit' | 'duplicate' | 'unknown' | 'value';

/** A rule that a field of the metadata violates, in the core’s words. */
export interface RuleViolation {
  readonly field: MetadataField | 'clientSecret';
  /** The entry of a list that breaks the rule; absent = the field as a whole. */
  readonly index?: number;
  readonly rule: RuleName;
  /** A sentence without its subject: `must …`. Never repeats a secret. */
  readonly message: string;
  /** The fields that break the rule together; default: only `field`. */
  readonly together?: readonly MetadataField[];
}

/** A rule violation, or an error in the shape of the body, in the caller’s words. */
export interface Violation {
  /** The place in the caller's own notation, e.g. `redirectUris[0]` or `config/tokenMethod`. */
  readonly property: string;
  readonly rule: RuleName;
  readonly message: string;
}

/** The most that are reported. Checks stop at one more, which shows that there are more. */
export const MAX_VIOLATIONS = 100;

/** Switches of the operator that loosen or tighten the rules (operations.md, Settings). */
export interface RuleOptions {
  readonly allowPlainHttp: boolean;
}

/**
 * A pure rule. A dialect may add rules; it can never remove one. If a field breaks a rule for its size (`limit`), the
 * later rules do not look at it, so they never meet a field that is too large.
 */
export interface MetadataRule {
  /** All fields that the rule looks at. */
  readonly fields: readonly MetadataField[];
  readonly violationsIn: (metadata: ClientMetadata, options: RuleOptions) => RuleViolation[];
}

export const rule = (fields: MetadataRule['fields'], violationsIn: MetadataRule['violationsIn']): MetadataRule => ({
  fields,
  violationsIn,
});

/**
 * The rules that `proposed` breaks. What is on record is never refused: a value, or a combination of values, passes if
 * the record already has it, even if it came in under a looser rule.
 */
export function ruleViolations(
  proposed: ClientMetadata,
  onRecord: ClientMetadata | undefined,
  rules: readonly MetadataRule[],
  options: RuleOptions,
): RuleViolation[] {
  if (!onRecord) return violationsOf(rules, proposed, options, () => false);
  const changed = METADATA_FIELDS.filter((field) => !isSame(proposed[field], onRecord[field]));
  // What a rule finds where nothing has changed that it looks at, the record has already.
  const concerned = rules.filter(({ fields }) => fields.some((field) => changed.includes(field)));
  return violationsOf(concerned, proposed, options, (broken) => isOnRecord(broken, proposed, onRecord));
}

/** A loop, because nearly always nothing is broken and there is nothing to flatten. */
function violationsOf(
  rules: readonly MetadataRule[],
  proposed: ClientMetadata,
  options: RuleOptions,
  isExcused: (broken: RuleViolation) => boolean,
): RuleViolation[] {
  const all: RuleViolation[] = [];
  for (const { fields, violationsIn } of rules) {
    if (all.length > MAX_VIOLATIONS) return all;
    if (all.some(({ field, rule }) => rule === 'limit' && (fields as readonly string[]).includes(field))) continue;
    for (const broken of violationsIn(proposed, options)) if (!isExcused(broken)) all.push(broken);
  }
  return all;
}

/** Whether the list on record has the entry that breaks the rule. */
function isOnRecord(
  { field, index, rule }: RuleViolation,
  proposed: ClientMetadata,
  onRecord: ClientMetadata,
): boolean {
  if (index === undefined || rule === 'duplicate') return false;
  // No rule is about the secret.
  const entriesIn = (metadata: ClientMetadata) => (metadata[field as MetadataField] ?? []) as readonly unknown[];
  return entriesIn(onRecord).includes(entriesIn(proposed)[index]);
}

/** The caller's own name for a field, or for an entry of it. */
export type NameOf = (field: RuleViolation['field'], index?: number) => string;

/**
 * The violations that were found before, and the broken rules, in the caller's words. A field that was not understood is
 * not also reported for breaking a rule.
 */
export function allViolations(
  reported: readonly Violation[],
  violations: readonly RuleViolation[],
  nameOf: NameOf,
): readonly Violation[] {
  // A Set, because a body has room for thousands of violations.
  const places = new Set(reported.map(({ property }) => property));
  const isReported = ({ field, index, together }: RuleViolation) =>
    places.has(nameOf(field, index)) || (together ?? [field]).some((each) => places.has(nameOf(each)));
  const broken = violations.filter((each) => !isReported(each));
  return [
    ...reported,
    ...broken.map(({ field, index, rule, message }) => ({ property: nameOf(field, index), rule, message })),
  ];
}
