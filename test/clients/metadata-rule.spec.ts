import { type ClientMetadata, DEFAULT_METADATA, MAX_VIOLATIONS } from '#clients';
import type { MetadataField } from '../../libs/clients/src/client-metadata.js';
import { CORE_RULES } from '../../libs/clients/src/client-rules.js';
import {
  allViolations,
  type NameOf,
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

describe('a rule', () => {
  const refusing = (fields: readonly MetadataField[], violations: readonly RuleViolation[] = []) => {
    const asked: ClientMetadata[] = [];
    const asking = rule(fields, (metadata) => {
      asked.push(metadata);
      return [...violations];
    });
    return { asking, timesAsked: () => asked.length };
  };
  const broken = (field: MetadataField, count = 1, kind: RuleViolation['rule'] = 'value'): RuleViolation[] =>
    Array.from({ length: count }, (_, index) => ({ field, index, rule: kind, message: 'must not be' }));
  const violationsOf = (
    rules: Parameters<typeof ruleViolations>[2],
    proposed: Partial<ClientMetadata> = {},
    onRecord?: Partial<ClientMetadata>,
  ) =>
    ruleViolations(
      { ...DEFAULT_METADATA, ...proposed },
      onRecord && { ...DEFAULT_METADATA, ...onRecord },
      rules,
      options,
    );

  it('is asked about a new client, and about one on record only if a field changes that it looks at', () => {
    const { asking, timesAsked } = refusing(['scope', 'audiences']);
    violationsOf([asking], {});
    expect(timesAsked()).toBe(1);
    violationsOf([asking], { clientName: 'new', scope: 'a' }, { scope: 'a' });
    expect(timesAsked()).toBe(1);
    violationsOf([asking], { scope: 'b' }, { scope: 'a' });
    violationsOf([asking], { audiences: ['b'] }, { audiences: [] });
    expect(timesAsked()).toBe(3);
  });

  it('is asked until there are more violations than are reported, so that one sees that there are more', () => {
    const { asking, timesAsked } = refusing(['scope']);
    violationsOf([refusing(['audiences'], broken('audiences', MAX_VIOLATIONS)).asking, asking]);
    expect(timesAsked()).toBe(1);
    const tooMany = refusing(['audiences'], broken('audiences', MAX_VIOLATIONS + 1)).asking;
    expect(violationsOf([tooMany, asking])).toHaveLength(MAX_VIOLATIONS + 1);
    expect(timesAsked()).toBe(1);
  });

  it('is not asked about a field that is too large already, and about others it is', () => {
    const later = refusing(['scope', 'audiences'], broken('scope'));
    violationsOf([refusing(['audiences'], broken('audiences', 1, 'limit')).asking, later.asking]);
    expect(later.timesAsked()).toBe(0);
    violationsOf([refusing(['audiences'], broken('audiences', 1, 'value')).asking, later.asking]);
    violationsOf([refusing(['policies'], broken('policies', 1, 'limit')).asking, later.asking]);
    expect(later.timesAsked()).toBe(2);
  });
});

describe('what was found before, and broken rules', () => {
  const nameOf: NameOf = (field, index) => (index === undefined ? field : `${field}[${index}]`);
  const at = (property: string): Violation => ({ property, rule: 'type', message: 'must be a string' });
  const pair: RuleViolation = {
    ...{ field: 'grantTypes', rule: 'value', message: 'must not be' },
    together: ['clientType', 'grantTypes'],
  };

  it('are told one after the other, in the caller’s words', () => {
    const broken: RuleViolation = { field: 'audiences', index: 2, rule: 'format', message: 'must be an id' };
    expect(allViolations([at('scope')], [broken, pair], nameOf)).toEqual([
      { property: 'scope', rule: 'type', message: 'must be a string' },
      { property: 'audiences[2]', rule: 'format', message: 'must be an id' },
      { property: 'grantTypes', rule: 'value', message: 'must not be' },
    ]);
  });

  it.each([
    ['the field', 'redirectUris', { field: 'redirectUris', index: 1, rule: 'format', message: '' }],
    ['the entry', 'redirectUris[1]', { field: 'redirectUris', index: 1, rule: 'format', message: '' }],
    ['one field of several', 'clientType', pair],
    ['the other one', 'grantTypes', pair],
  ] as [string, string, RuleViolation][])('are told once where %s was not understood', (_, property, violation) => {
    expect(allViolations([at(property)], [violation], nameOf)).toEqual([at(property)]);
  });

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
