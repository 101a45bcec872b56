import { type ClientFacts, FINDING_CODES, FINDING_KINDS, type SecretFacts } from '#clients';
import { type FindingsContext, findingsOf } from '../../libs/clients/src/findings.js';

const NOW = new Date('2026-06-30T12:00:00Z');
const context: FindingsContext = {
  now: NOW,
  notSeenForDays: 90,
  sightingsSince: '2026-01-01',
  maxSecretAgeDays: null,
};
const facts: ClientFacts = {
  clientId: 'my-app',
  clientType: 'confidential',
  grantTypes: ['authorization_code'],
  redirectUris: ['https://my-app.example.com/callback'],
  policies: [],
  createdAt: new Date('2026-01-31T12:00:00Z'),
  secrets: [],
  unknownAudiences: [],
  seenOn: '2026-06-30',
};
const secret: SecretFacts = {
  id: 'a-secret',
  name: null,
  hint: 'w3Fq',
  createdAt: new Date('2026-06-01T12:00:00Z'),
  expiresAt: new Date('2026-12-01T12:00:00Z'),
  lastUsedOn: '2026-06-30',
};

const found = (some: Partial<ClientFacts>, compared: Partial<FindingsContext> = {}) =>
  findingsOf({ ...facts, ...some }, { ...context, ...compared });
const sentences = (...given: Parameters<typeof found>) =>
  found(...given).map(({ code, sentence }) => `${code}: ${sentence}`);
const codes = (...given: Parameters<typeof found>) => found(...given).map(({ code }) => code);
const withSecret = (some: Partial<SecretFacts>) => ({ secrets: [{ ...secret, ...some }] });

describe('of a client about which there is nothing to say', () => {
  it('nothing is found', () => {
    expect(found({})).toEqual([]);
    expect(found(withSecret({}))).toEqual([]);
  });
});

describe('a finding', () => {
  it('says of which client and secret it is, in a sentence, and with its code why and what to do', () => {
    const { source, whatToDo } = FINDING_KINDS.secret_never_expires;
    expect(found(withSecret({ expiresAt: null }))).toEqual([
      {
        code: 'secret_never_expires',
        clientId: 'my-app',
        secretId: 'a-secret',
        sentence: 'The secret …w3Fq, made on 2026-06-01, never expires.',
        source,
        whatToDo,
      },
    ]);
  });

  it('comes with its section of an RFC, whatever its code', () => {
    for (const code of FINDING_CODES) {
      const { name, href } = FINDING_KINDS[code].source;
      const [, number, section] = /^RFC (\d+) §([\d.]+)$/.exec(name)!;
      expect(href).toBe(`https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`);
    }
  });

  it('comes in the order of the codes', () => {
    const all = found(
      {
        seenOn: null,
        grantTypes: [],
        redirectUris: ['https://a.example.com/', 'http://localhost/'],
        policies: ['p'],
        unknownAudiences: ['a'],
        secrets: [
          { ...secret, lastUsedOn: null, createdAt: new Date('2026-01-31T12:00:00Z') },
          { ...secret, lastUsedOn: null, expiresAt: null },
        ],
      },
      { maxSecretAgeDays: 30, policies: [] },
    );
    expect(all.map(({ code }) => code)).toEqual(FINDING_CODES);
  });
});

describe('not seen here', () => {
  const since = (day: string | null) => sentences({ seenOn: day });

  it('is who was neither read by its id nor verified for so many whole days', () => {
    expect(since('2026-04-01')).toEqual([]);
    expect(since('2026-03-31')).toEqual([
      'not_seen: Not seen here since 2026-03-31: neither read by its id nor verified.',
    ]);
    expect(codes({ seenOn: '2026-06-28' }, { notSeenForDays: 1 })).toEqual(['not_seen']);
    expect(codes({ seenOn: '2026-06-29' }, { notSeenForDays: 1 })).toEqual([]);
  });

  it('also who was never seen, since it was created', () => {
    expect(since(null)).toEqual([
      'not_seen: Not seen here since 2026-01-31, when it was created: neither read by its id nor verified.',
    ]);
  });

  it('is nobody of whom nobody can know: the record of sightings must have begun so long ago', () => {
    expect(codes({ seenOn: null }, { sightingsSince: '2026-04-01' })).toEqual([]);
    expect(sentences({ seenOn: null }, { sightingsSince: '2026-03-31' })).toEqual([
      'not_seen: Not seen here since 2026-03-31, when the record of sightings began: neither read by its id nor verified.',
    ]);
  });

  it('is not who has a secret that was used, even before the record began', () => {
    const lastUsedOn = '2026-04-30';
    expect(codes({ seenOn: null, ...withSecret({ lastUsedOn }) })).toEqual([]);
    expect(codes({ seenOn: '2026-02-01', ...withSecret({ lastUsedOn }) })).toEqual([]);
  });

  it('is not who was created since, whatever was seen of an earlier client with its id', () => {
    expect(codes({ seenOn: '2026-02-01', createdAt: new Date('2026-05-31T12:00:00Z') })).toEqual([]);
  });
});

describe('of secrets', () => {
  it('those that were never verified are found once they are older than 30 days', () => {
    const createdAt = new Date('2026-05-31T11:59:59Z');
    expect(sentences(withSecret({ lastUsedOn: null, createdAt, name: 'ci' }))).toEqual([
      'secret_never_used: The secret “ci” …w3Fq, made on 2026-05-31, has never been verified here.',
    ]);
    expect(codes(withSecret({ lastUsedOn: null, createdAt: new Date('2026-05-31T12:00:00Z') }))).toEqual([]);
    expect(codes(withSecret({ createdAt }))).toEqual([]);
  });

  it('those that never expire, also one that was chosen, which has no hint', () => {
    expect(sentences(withSecret({ expiresAt: null, hint: '' }))).toEqual([
      'secret_never_expires: The secret, made on 2026-06-01, never expires.',
    ]);
  });

  it('those that outlive the rule of the domain; one that never expires is not found twice', () => {
    expect(codes(withSecret({}))).toEqual([]);
    expect(sentences(withSecret({}), { maxSecretAgeDays: 182 })).toEqual([
      'secret_outlives_rule: The secret …w3Fq, made on 2026-06-01, ends on 2026-12-01; the domain allows 182 days.',
    ]);
    expect(codes(withSecret({}), { maxSecretAgeDays: 183 })).toEqual([]);
    expect(sentences(withSecret({}), { maxSecretAgeDays: 1 })).toEqual([
      'secret_outlives_rule: The secret …w3Fq, made on 2026-06-01, ends on 2026-12-01; the domain allows 1 day.',
    ]);
    expect(codes(withSecret({ expiresAt: null }), { maxSecretAgeDays: 1 })).toEqual(['secret_never_expires']);
  });

  it('each is found by itself', () => {
    const secrets = ['one', 'two'].map((id) => ({ ...secret, id, expiresAt: null }));
    expect(found({ secrets }).map(({ secretId }) => secretId)).toEqual(['one', 'two']);
  });
});

describe('of names', () => {
  it('audiences that are ids of no client, all in one finding', () => {
    expect(sentences({ unknownAudiences: ['a'] })).toEqual([
      'unknown_audience: The audience a is the id of no client in the domain.',
    ]);
    expect(sentences({ unknownAudiences: ['a', 'b', 'c'] })).toEqual([
      'unknown_audience: The audiences a, b, c are ids of no client in the domain.',
    ]);
    expect(sentences({ unknownAudiences: ['a', 'b', 'c', 'd', 'e'] })).toEqual([
      'unknown_audience: The audiences a, b, c and 2 more are ids of no client in the domain.',
    ]);
  });

  it('policies only if the asker says which there are, as the registry does not know', () => {
    const policies = ['policy.employees', 'policy.partners'];
    expect(codes({ policies })).toEqual([]);
    expect(codes({ policies }, { policies })).toEqual([]);
    expect(sentences({ policies }, { policies: ['policy.partners'] })).toEqual([
      'unknown_policy: The policy policy.employees is not one of the policies that you named.',
    ]);
    expect(sentences({ policies }, { policies: [] })).toEqual([
      'unknown_policy: The policies policy.employees, policy.partners are not among the policies that you named.',
    ]);
  });
});

describe('of the record', () => {
  it('that it has no grant types', () => {
    expect(sentences({ grantTypes: [] })).toEqual(['no_grants: It has no grant types.']);
  });

  const HTTPS = 'https://my-app.example.com/callback';
  const leftOver = (uris: string[], clientType: ClientFacts['clientType'] = 'public') =>
    sentences({ redirectUris: uris, clientType });

  it('that localhost stands beside https ones', () => {
    expect(leftOver([HTTPS, 'http://localhost:3000/callback'])).toEqual([
      'localhost_beside_https: The redirect URI http://localhost:3000/callback leads to the user’s own machine, beside https ones.',
    ]);
    expect(leftOver([HTTPS, 'https://localhost/a', 'http://localhost/b'])).toEqual([
      'localhost_beside_https: The redirect URIs https://localhost/a, http://localhost/b lead to the user’s own machine, beside https ones.',
    ]);
  });

  it('not where all lead to the user’s machine, or to an app', () => {
    expect(leftOver(['http://localhost/a', 'https://localhost/a'])).toEqual([]);
    expect(leftOver(['http://localhost/a', 'com.example.app:/callback'])).toEqual([]);
    expect(leftOver([HTTPS, 'com.example.app://localhost/callback'])).toEqual([]);
    expect(leftOver([HTTPS, 'https://localhost.example.com/'])).toEqual([]);
  });

  it('the addresses of a native app are its own; a Confidential client is none', () => {
    const uris = [HTTPS, 'http://127.0.0.1/a', 'http://[::1]/a'];
    expect(leftOver(uris)).toEqual([]);
    expect(leftOver(uris, 'confidential')).toEqual([
      'localhost_beside_https: The redirect URIs http://127.0.0.1/a, http://[::1]/a lead to the user’s own machine, beside https ones.',
    ]);
  });
});
