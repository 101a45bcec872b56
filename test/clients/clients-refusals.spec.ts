import { MAX_VIOLATIONS, type Proposal, rule } from '#clients';
import {
  broken,
  CALLERS,
  codeOf,
  confidential,
  never,
  origin,
  problemOf,
  publicClient,
  ref,
  registry,
  violationsOf,
} from '../support/registry.js';

describe('what is said of a refusal', () => {
  it('names all broken rules at once, in the caller’s words, behind what was wrong with the request', async () => {
    const nameOf: Proposal['nameOf'] = (field, index) => `my-${field}${index === undefined ? '' : `/${index}`}`;
    const violations = [{ property: 'extra', rule: 'unknown', message: 'is not a field' }] as const;
    const refused = registry().register(
      { redirectUris: ['https://a.com/', 'x'], scope: ' ', clientType: 'confidential' },
      { nameOf, violations, secret: '***' },
    );
    expect(await violationsOf(refused)).toEqual([
      'extra unknown',
      'my-redirectUris/1 format',
      'my-scope format',
      'my-clientSecret value',
    ]);
  });

  it('does not hold a field against the rules whose value was not understood', async () => {
    const violations = [{ property: 'redirectUris[0]', rule: 'type', message: 'must be a string' }] as const;
    const refused = registry().register({ redirectUris: ['x'], scope: ' ' }, { violations });
    expect(await violationsOf(refused)).toEqual(['redirectUris[0] type', 'scope format']);
  });

  it('does not hold a pair against the rules of which one half was not understood', async () => {
    const violations = [{ property: 'clientType', rule: 'type', message: 'must be a string' }] as const;
    const refused = registry().register({ grantTypes: ['client_credentials'] }, { violations });
    expect(await violationsOf(refused)).toEqual(['clientType type']);
  });

  it('still names a broken rule when another property, whose name begins alike, was wrong', async () => {
    const violations = [{ property: 'scopes', rule: 'unknown', message: 'is not a field' }] as const;
    expect(await violationsOf(registry().register({ scope: ' ' }, { violations }))).toEqual([
      'scopes unknown',
      'scope format',
    ]);
  });

  it('is enough, even if the core finds nothing wrong', async () => {
    const violations = [{ property: 'extra', rule: 'unknown', message: 'is not a field' }] as const;
    const { register, repository } = registry();
    expect(await violationsOf(register({}, { violations }))).toEqual(['extra unknown']);
    expect(await repository.find(ref)).toBeUndefined();
  });

  it('is what was wrong with the request alone, if that is more than is told', async () => {
    const violations = Array.from({ length: MAX_VIOLATIONS + 1 }, (_, index) => {
      return { property: `extra${index}`, rule: 'unknown', message: 'is not a field' } as const;
    });
    expect(await problemOf(registry().register(broken, { violations }))).toEqual({
      code: 'invalid_client_metadata',
      violations,
    });
    expect(await violationsOf(registry().register(broken, { violations: violations.slice(1) }))).toHaveLength(
      MAX_VIOLATIONS + 1,
    );
  });

  it('says that a client that uses no secret gets none', async () => {
    expect(await problemOf(registry().register(publicClient, { secret: 'correct horse battery' }))).toMatchObject({
      violations: [
        { property: 'clientSecret', rule: 'value', message: 'must not be set on a client that uses no secret' },
      ],
    });
  });

  it('never repeats a secret', async () => {
    const secret = `cls_${'s3cr3t'.repeat(8)}`;
    const problem = await problemOf(registry().register(confidential, { secret }));
    expect(JSON.stringify(problem)).not.toContain('s3cr3t');
  });
});

describe('refusals come in order:', () => {
  const unknownAudience = { audiences: ['nobody'] };

  it('broken rules before an id that is taken', async () => {
    const { register } = registry();
    await register();
    expect(await codeOf(register(broken))).toBe('invalid_client_metadata');
  });

  it('broken rules before a client that is not there', async () => {
    expect(await codeOf(registry().change(broken))).toBe('invalid_client_metadata');
  });

  it('broken rules before unknown audiences', async () => {
    const { provision } = registry({ strictAudiences: true });
    expect(await codeOf(provision({ ...broken, ...unknownAudience }))).toBe('invalid_client_metadata');
  });

  it('broken rules before a precondition', async () => {
    const { provision, change } = registry();
    expect(await codeOf(provision(broken, {}, never))).toBe('invalid_client_metadata');
    await provision();
    expect(await codeOf(provision(broken, {}, never))).toBe('invalid_client_metadata');
    expect(await codeOf(change(broken, {}, never))).toBe('invalid_client_metadata');
  });

  it('a client that is not there before a precondition', async () => {
    const { change, clients } = registry();
    expect(await codeOf(change({}, {}, never))).toBe('client_not_found');
    expect(await codeOf(clients.remove(ref, origin, never))).toBe('client_not_found');
  });

  it('a client that is not there before unknown audiences', async () => {
    const { change } = registry({ strictAudiences: true });
    expect(await codeOf(change(unknownAudience))).toBe('client_not_found');
  });

  it('unknown audiences before a precondition', async () => {
    const { provision } = registry({ strictAudiences: true });
    expect(await codeOf(provision(unknownAudience, {}, never))).toBe('unknown_audiences');
    await provision();
    expect(await codeOf(provision(unknownAudience, {}, never))).toBe('unknown_audiences');
  });

  it('and nothing is written by any of them', async () => {
    const { provision, change, repository } = registry({ strictAudiences: true });
    await provision(confidential);
    const before = await repository.find(ref);
    for (const refused of [provision(broken), change(broken), provision(unknownAudience), provision({}, {}, never)]) {
      await problemOf(refused);
    }
    expect(await repository.find(ref)).toEqual(before);
    expect(repository.audit).toHaveLength(1);
    expect(repository.secretsOf(ref)).toHaveLength(1);
  });
});

describe('a precondition', () => {
  it('that holds lets the write through', async () => {
    const { provision, change } = registry();
    const created = await provision({}, {}, (current) => current === undefined);
    const changed = await provision({ scope: 'a' }, {}, (current) => current?.version === created.client.version);
    expect(changed.client.scope).toBe('a');
    expect((await change({ scope: 'b' }, {}, (current) => current?.scope === 'a')).client.scope).toBe('b');
  });

  it('that does not hold refuses creation and change alike', async () => {
    const { provision, clients } = registry();
    expect(await codeOf(provision({}, {}, never))).toBe('precondition_failed');
    expect(await codeOf(clients.read(ref))).toBe('client_not_found');
    const { client } = await provision();
    expect(await codeOf(provision({ scope: 'a' }, {}, never))).toBe('precondition_failed');
    expect(await clients.read(ref)).toEqual(client);
  });

  it('is heeded even when nothing would change', async () => {
    const { provision } = registry();
    await provision();
    expect(await codeOf(provision({}, {}, never))).toBe('precondition_failed');
  });

  it('for creation only lets exactly one of many callers through', async () => {
    const { provision } = registry();
    const results = await Promise.allSettled(
      Array.from({ length: CALLERS }, (_, index) => provision({ scope: `s${index}` }, {}, (current) => !current)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('on one version lets exactly one of many callers through', async () => {
    const { provision, clients } = registry();
    const { client } = await provision();
    const results = await Promise.allSettled(
      Array.from({ length: CALLERS }, (_, index) =>
        provision({ scope: `s${index}` }, {}, (current) => current?.version === client.version),
      ),
    );
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(winners).toHaveLength(1);
    expect(await clients.read(ref)).toEqual(winners[0]?.client);
  });
});

describe('strict audiences', () => {
  const strict = { strictAudiences: true };

  it('are off by default: audiences need not exist', async () => {
    expect((await registry().provision({ audiences: ['nobody'] })).client.audiences).toEqual(['nobody']);
  });

  it('refuse audiences that are not registered in the domain, naming them', async () => {
    const { register, provision } = registry(strict);
    await register({}, {}, { domainId: '1', clientId: 'here' });
    await register({}, {}, { domainId: '2', clientId: 'elsewhere' });
    expect(await problemOf(provision({ audiences: ['here', 'elsewhere', 'nobody'] }))).toEqual({
      code: 'unknown_audiences',
      audiences: ['elsewhere', 'nobody'],
    });
    expect((await provision({ audiences: ['here'] })).created).toBe(true);
  });

  it('take the client itself for known', async () => {
    expect((await registry(strict).provision({ audiences: ['my-app'] })).client.audiences).toEqual(['my-app']);
  });

  it('do not refuse an audience on record that is gone meanwhile', async () => {
    const { register, provision, clients } = registry(strict);
    const friend = { domainId: '1', clientId: 'friend' };
    await register({}, {}, friend);
    await provision({ audiences: ['friend'] });
    await clients.remove(friend, origin);
    expect((await provision({ audiences: ['friend'], scope: 'a' })).client.audiences).toEqual(['friend']);
    expect((await problemOf(provision({ audiences: ['friend', 'nobody'] }))).code).toBe('unknown_audiences');
  });
});

describe('what is on record is never refused:', () => {
  const noPublicHttp: Proposal['rules'] = [
    rule(['redirectUris'], ({ redirectUris }) =>
      redirectUris.flatMap((uri, index) =>
        uri.includes('?') ? [{ field: 'redirectUris', index, rule: 'value', message: 'must not have a query' }] : [],
      ),
    ),
  ];

  it('a value that came in under a looser door passes a stricter one', async () => {
    const { register, provision } = registry();
    await register({ redirectUris: ['https://a.com/?x=1'] });
    const kept = { redirectUris: ['https://a.com/?x=1', 'https://b.com/'] };
    expect((await provision(kept, { rules: noPublicHttp })).client.redirectUris).toEqual(kept.redirectUris);
    const added = { redirectUris: ['https://a.com/?x=1', 'https://b.com/?y=2'] };
    expect(await violationsOf(provision(added, { rules: noPublicHttp }))).toEqual(['redirectUris[1] value']);
  });
});
