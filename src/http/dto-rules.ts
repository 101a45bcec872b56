import { getMetadataStorage, ValidationTypes } from 'class-validator';

type Check = (object: object, value: unknown) => boolean;

interface PropertyRules {
  readonly property: string;
  /** When one of these says no, the property is not looked at. */
  readonly conditions: readonly Check[];
  readonly checks: readonly Check[];
}

const rulesOfDtos = new Map<unknown, readonly PropertyRules[]>();

/** The properties that a DTO has rules for, each with its rules, looked up once. */
export function rulesOf(dto: unknown): readonly PropertyRules[] {
  const known = rulesOfDtos.get(dto);
  if (known) return known;
  const rules = compile(dto as new () => object);
  rulesOfDtos.set(dto, rules);
  return rules;
}

/**
 * Whether an instance surely keeps all rules of its DTO. class-validator looks them up for every body and prepares errors
 * that seldom come, which takes ten times as long; so it is asked only what is wrong where something may be.
 */
export function keepsRules(instance: object): boolean {
  for (const { property, conditions, checks } of rulesOf(instance.constructor)) {
    const value = (instance as Record<string, unknown>)[property];
    if (conditions.every((applies) => applies(instance, value)) && !checks.every((holds) => holds(instance, value))) {
      return false;
    }
  }
  return true;
}

function compile(dto: new () => object): PropertyRules[] {
  const storage = getMetadataStorage();
  const rules = new Map<string, { property: string; conditions: Check[]; checks: Check[] }>();
  for (const rule of storage.getTargetValidationMetadatas(dto, '', true, false)) {
    const { propertyName: property, constraints } = rule;
    const found = rules.get(property) ?? { property, conditions: [], checks: [] };
    rules.set(property, found);
    if (rule.type === ValidationTypes.CONDITIONAL_VALIDATION) found.conditions.push(constraints[0]);
    else if (rule.type === ValidationTypes.NESTED_VALIDATION) found.checks.push(keepsNestedRules);
    else if (rule.type === ValidationTypes.CUSTOM_VALIDATION) {
      for (const { instance } of storage.getTargetValidatorConstraints(rule.constraintCls)) {
        const isUsual = !rule.each && !rule.validateIf;
        found.checks.push(
          (object, value) =>
            isUsual &&
            instance.validate(value, { targetName: dto.name, property, object, value, constraints }) === true,
        );
      }
    }
  }
  return [...rules.values()];
}

function keepsNestedRules(_: object, value: unknown): boolean {
  return value === undefined || (value instanceof Object && !Array.isArray(value) && keepsRules(value));
}
