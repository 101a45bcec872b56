import { type ClientMetadata, DEFAULT_METADATA } from '#clients';
import { CORE_RULES } from '../../libs/clients/src/client-rules.js';
import {
  allViolations,
  type RuleViolation,
  rule,
  ruleViolations,
  type Violation,
} from '../../libs/clients/src/metadata-rule.js';

const options = { allowPlainHttp: false };

describe('the rules that a dialect adds', () => {
  const noName = rule(['clientName'], ({ clientName }) =>
    clientName === null ? [] : [{ field: 'clientName', rule: 'value', message: 'must not be there' }],
  );
  const withRule = (proposed: Partial<ClientMetadata>, onRecord?: Partial<ClientMetadata>) =>
    ruleViolations(
      { ...DEFAULT_METADATA, ...proposed },
      onRecord && { ...DEFAULT_METADATA, ...onRecord },
      [...CORE_RULES, noName],
      options,
    ).map(({ field, rule }) => `${field} ${rule}`);

  it('are reported together with the core’s', () => {
    expect(withRule({ clientName: 'x', scope: ' ' })).toEqual(['scope format', 'clientName value']);
  });

  it('do not refuse what is on record either', () => {
    expect(withRule({ clientName: 'x' }, { clientName: 'x' })).toEqual([]);
    expect(withRule({ clientName: 'y' }, { clientName: 'x' })).toEqual(['clientName value']);
  });
});

describe('what was found before, and broken rules', () => {
  it('are put together without looking at each of the one for each of the other: a body holds thousands', () => {
    let looks = 0;
    const reported = Array.from({ length: 1000 }, (_, index): Violation => {
      const property = () => {
        looks += 1;
        return `redirectUris[${index}]`;
      };
      return Object.defineProperty({ rule: 'type', message: 'must be a string' } as Violation, 'property', {
        get: property,
      });
    });
    const violations = Array.from({ length: 2000 }, (_, index): RuleViolation => {
      return { field: 'redirectUris', index, rule: 'format', message: 'must not be empty' };
    });
    const all = allViolations(reported, violations, (field, index) =>
      index === undefined ? field : `${field}[${index}]`,
    );
    expect(looks).toBeLessThan(10_000);
    expect(all).toHaveLength(2000);
  });
});
