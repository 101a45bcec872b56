import { createPrivateKey } from 'node:crypto';
import {
  AccessTokens,
  type Credential,
  type CredentialError,
  Credentials,
  DEFAULT_PERMISSIONS,
  type Grant,
  newSigningKey,
  PERMISSIONS,
  TrustedIssuers,
} from '#credentials';
import { isRandomToken, Pepper, randomToken } from '#secrets';
import { InMemoryCredentialRepository } from '../support/in-memory-credential.repository.js';
import { origin } from '../support/registry.js';

const tokens = new AccessTokens(createPrivateKey(newSigningKey()), 'https://clients.example.com');
const nobody = new TrustedIssuers([], [], async () => undefined, Date.now);
const CHOSEN_KEY = 'a key that the operator chose, 32+';

async function office(bootstrapKey?: string) {
  const repository = new InMemoryCredentialRepository();
  const credentials = new Credentials(repository, tokens, nobody, new Pepper('a pepper for tests'), { bootstrapKey });
  const operator = (await credentials.ensureOperator(origin))!;
  const issue = (grant: Partial<Grant> = {}, by: Credential = operator.credential) =>
    credentials.issue(by, { name: 'CI', subscription: 'acme', ...grant }, origin);
  return { repository, credentials, operator, issue };
}

async function problemOf(work: Promise<unknown>): Promise<CredentialError['problem']> {
  const error: unknown = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toMatchObject({ name: 'CredentialError' });
  return (error as CredentialError).problem;
}

const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;

describe('the operator', () => {
  it('comes into being at the first start, with all rights everywhere, for ever', async () => {
    const { operator } = await office();
    expect(operator.credential).toMatchObject({
      subscription: null,
      domainId: null,
      expiresAt: null,
      isOperator: true,
    });
    expect(operator.credential.permissions).toEqual(PERMISSIONS);
    expect(operator.credential.reaches({ id: '7', subscription: 'anybody' })).toBe(true);
  });

  it('is made once: a second start finds it', async () => {
    const { credentials, repository } = await office();
    expect(await credentials.ensureOperator(origin)).toBeUndefined();
    expect(repository.stored).toHaveLength(1);
  });

  it('has a generated key when none was chosen', async () => {
    const { operator, credentials } = await office();
    expect(isRandomToken('clk_', operator.apiKey)).toBe(true);
    expect((await credentials.authenticate([operator.apiKey])).id).toBe(operator.credential.id);
  });

  it('may have a chosen key, which need not have the form of generated ones', async () => {
    const { operator, credentials } = await office(CHOSEN_KEY);
    expect(operator.apiKey).toBe(CHOSEN_KEY);
    expect((await credentials.authenticate([CHOSEN_KEY])).id).toBe(operator.credential.id);
  });

  it('keeps its chosen key after a restart, also when that no longer names it', async () => {
    const { repository, operator } = await office(CHOSEN_KEY);
    const restarted = new Credentials(repository, tokens, nobody, new Pepper('a pepper for tests'), {});
    await restarted.ensureOperator(origin);
    expect((await restarted.authenticate([CHOSEN_KEY])).id).toBe(operator.credential.id);
  });

  it('cannot be revoked when it is the last one', async () => {
    const { credentials, operator } = await office();
    expect(await codeOf(credentials.revoke(operator.credential, operator.credential.id, origin))).toBe(
      'last_operator_kept',
    );
    expect((await credentials.authenticate([operator.apiKey])).id).toBe(operator.credential.id);
  });
});

describe('a credential has two presentations:', () => {
  it('an opaque API key, clk_ + 256 random bits + check sum, and a signed token', async () => {
    const { issue } = await office();
    const { apiKey, accessToken } = await issue();
    expect(apiKey).toMatch(/^clk_[\w-]{43}[0-9a-z]{6}$/);
    expect(isRandomToken('clk_', apiKey)).toBe(true);
    expect(accessToken.split('.')).toHaveLength(3);
  });

  it('either of them lets it in', async () => {
    const { issue, credentials } = await office();
    const { credential, apiKey, accessToken } = await issue();
    expect((await credentials.authenticate([apiKey])).id).toBe(credential.id);
    expect((await credentials.authenticate([accessToken])).id).toBe(credential.id);
  });

  it('both at once are one credential, and so is one of them twice', async () => {
    const { issue, credentials } = await office();
    const { credential, apiKey, accessToken } = await issue();
    expect((await credentials.authenticate([apiKey, accessToken])).id).toBe(credential.id);
    expect((await credentials.authenticate([apiKey, apiKey])).id).toBe(credential.id);
  });

  it('neither of them is stored, only a hash and a hint of four characters', async () => {
    const { issue, repository } = await office();
    const { credential, apiKey, accessToken } = await issue();
    const stored = repository.stored.find(({ id }) => id === credential.id)!;
    const text = JSON.stringify({ ...stored, keyHash: stored.keyHash.toString('latin1') });
    expect(text).not.toContain(apiKey);
    expect(text).not.toContain(accessToken);
    expect(stored.keyHint).toBe(apiKey.slice(-4));
    expect(stored.keyHash).toHaveLength(32);
  });
});

describe('authentication refuses', () => {
  it('nothing at all as missing', async () => {
    const { credentials } = await office();
    expect(await codeOf(credentials.authenticate([]))).toBe('credential_missing');
  });

  it.each([
    ['a word', 'nonsense'],
    ['the empty string', ''],
    ['the bare prefix', 'clk_'],
    ['a key with a wrong check sum', `clk_${'x'.repeat(49)}`],
    ['a client’s secret', randomToken('cls_')],
    ['something in the form of a token', 'aaaa.bbbb.cccc'],
    ['something very long', 'x'.repeat(100_000)],
    ['a very long key with a check sum', randomToken(`clk_${'x'.repeat(5000)}`)],
  ])('%s as invalid, without looking anything up', async (_, presented) => {
    const { credentials, repository } = await office();
    expect(await codeOf(credentials.authenticate([presented]))).toBe('credential_invalid');
    expect(repository.lookUps).toBe(0);
  });

  it('a key of the right form that nobody was given as invalid', async () => {
    const { credentials } = await office();
    expect(await codeOf(credentials.authenticate([randomToken('clk_')]))).toBe('credential_invalid');
  });

  it('a token that somebody else signed as invalid', async () => {
    const { credentials, operator } = await office();
    const foreign = new AccessTokens(createPrivateKey(newSigningKey()), 'https://clients.example.com');
    expect(await codeOf(credentials.authenticate([await foreign.sign(operator.credential)]))).toBe(
      'credential_invalid',
    );
  });

  it('a token of a credential that is not on record as invalid', async () => {
    const [{ credentials }, elsewhere] = [await office(), await office()];
    expect(await codeOf(credentials.authenticate([elsewhere.operator.accessToken]))).toBe('credential_invalid');
  });

  it('a revoked credential as invalid, in both presentations, also when its token was checked before', async () => {
    const { credentials, operator, issue } = await office();
    const { credential, apiKey, accessToken } = await issue();
    await credentials.authenticate([accessToken]);
    await credentials.revoke(operator.credential, credential.id, origin);
    expect(await codeOf(credentials.authenticate([apiKey]))).toBe('credential_invalid');
    expect(await codeOf(credentials.authenticate([accessToken]))).toBe('credential_invalid');
  });

  it('an expired credential as expired, in both presentations', async () => {
    const { credentials, repository, issue } = await office();
    const { credential, apiKey, accessToken } = await issue();
    repository.amend(credential.id, { expiresAt: new Date(Date.now() - 1000) });
    expect(await codeOf(credentials.authenticate([apiKey]))).toBe('credential_expired');
    expect(await codeOf(credentials.authenticate([accessToken]))).toBe('credential_expired');
  });

  it('two different credentials, whichever stands first', async () => {
    const { credentials, operator, issue } = await office();
    const { apiKey } = await issue();
    expect(await codeOf(credentials.authenticate([apiKey, operator.apiKey]))).toBe('credentials_differ');
    expect(await codeOf(credentials.authenticate([operator.accessToken, apiKey]))).toBe('credentials_differ');
  });

  it('a good credential beside a bad one', async () => {
    const { credentials, operator } = await office();
    expect(await codeOf(credentials.authenticate([operator.apiKey, 'nonsense']))).toBe('credentials_differ');
    expect(await codeOf(credentials.authenticate(['nonsense', operator.apiKey]))).toBe('credentials_differ');
  });
});

describe('a new credential', () => {
  it('may read and write clients when nothing is said', async () => {
    const { issue } = await office();
    expect((await issue()).credential.permissions).toEqual(DEFAULT_PERMISSIONS);
    expect(DEFAULT_PERMISSIONS).toEqual(['clients:read', 'clients:write']);
  });

  it('expires when it was said, else by the store’s default', async () => {
    const { issue } = await office();
    const expiresAt = new Date('2099-01-01T00:00:00Z');
    expect((await issue({ expiresAt })).credential.expiresAt).toEqual(expiresAt);
    expect((await issue()).credential.expiresAt).not.toBeNull();
  });

  it('ends with its maker at the latest, said or not', async () => {
    const { issue } = await office();
    const [sooner, end, later] = [2, 3, 4].map((hour) => new Date(Date.now() + hour * 3_600_000));
    const permissions = ['credentials:write', 'clients:read', 'clients:write'] as const;
    const by = (await issue({ permissions, expiresAt: end })).credential;
    expect((await issue({}, by)).credential.expiresAt).toEqual(end);
    expect((await issue({ expiresAt: end }, by)).credential.expiresAt).toEqual(end);
    expect((await issue({ expiresAt: sooner }, by)).credential.expiresAt).toEqual(sooner);
    expect(await codeOf(issue({ expiresAt: later }, by))).toBe('grant_exceeds_own_rights');
  });

  it('is written together with who made it', async () => {
    const { issue, repository } = await office();
    await issue();
    expect(repository.origins.at(-1)).toEqual(origin);
  });

  it('can have anything from the operator', async () => {
    const { issue } = await office();
    const { credential } = await issue({ permissions: PERMISSIONS, subscription: 'anybody', domainId: '7' });
    expect(credential).toMatchObject({ permissions: PERMISSIONS, subscription: 'anybody', domainId: '7' });
    expect(credential.isOperator).toBe(false);
  });

  it.each([
    ['a permission that its maker lacks', {}, { permissions: ['clients:read', 'audit:read'] }],
    ['another subscription', {}, { subscription: 'other' }],
    ['all domains where its maker has one', { domainId: '7' }, {}],
    ['another domain than its maker’s', { domainId: '7' }, { domainId: '8' }],
  ] as [string, Partial<Grant>, Partial<Grant>][])('cannot have %s', async (_, own, asked) => {
    const { issue, repository } = await office();
    const by = (await issue({ permissions: ['credentials:write', 'clients:read', 'clients:write'], ...own }))
      .credential;
    const before = repository.stored.length;
    expect(await codeOf(issue(asked, by))).toBe('grant_exceeds_own_rights');
    expect(repository.stored).toHaveLength(before);
  });

  it('may propose clients when its maker may write them, and not the other way round', async () => {
    const { issue } = await office();
    const writer = (await issue({ permissions: ['credentials:write', 'clients:write'] })).credential;
    const proposer = (await issue({ permissions: ['credentials:write', 'clients:propose'] }, writer)).credential;
    expect(proposer.permissions).toEqual(['credentials:write', 'clients:propose']);
    expect([proposer.isWithin(writer), writer.isWithin(proposer)]).toEqual([true, false]);
    expect([writer, proposer].map((each) => each.may('clients:propose'))).toEqual([true, true]);
    expect([writer, proposer].map((each) => each.may('clients:write'))).toEqual([true, false]);
    expect(await codeOf(issue({ permissions: ['clients:write'] }, proposer))).toBe('grant_exceeds_own_rights');
  });

  it('can have exactly the rights of its maker', async () => {
    const { issue } = await office();
    const own = { permissions: ['credentials:write'], domainId: '7' } as const;
    const by = (await issue(own)).credential;
    expect((await issue(own, by)).credential).toMatchObject(own);
  });
});

describe('credentials that a caller sees, reads and revokes', () => {
  async function people() {
    const base = await office();
    const manager = (await base.issue({ permissions: ['credentials:write', 'clients:read'] })).credential;
    const within = (await base.issue({ permissions: ['clients:read'] })).credential;
    const bound = (await base.issue({ permissions: ['clients:read'], domainId: '7' })).credential;
    const boundManager = (await base.issue({ permissions: ['credentials:write', 'clients:read'], domainId: '7' }))
      .credential;
    const stronger = (await base.issue({ permissions: ['clients:read', 'clients:write'] })).credential;
    const foreign = (await base.issue({ permissions: ['clients:read'], subscription: 'other' })).credential;
    return { ...base, manager, within, bound, boundManager, stronger, foreign };
  }

  it('are those of its own subscription whose rights are within its own', async () => {
    const { credentials, manager, within, bound, boundManager, stronger, foreign, operator } = await people();
    const listed = await credentials.list(manager, { limit: 100 });
    expect(new Set(listed.map(({ id }) => id))).toEqual(
      new Set([manager, within, bound, boundManager].map(({ id }) => id)),
    );
    for (const visible of [manager, within, bound, boundManager]) {
      expect((await credentials.read(manager, visible.id)).id).toBe(visible.id);
    }
    for (const hidden of [stronger, foreign, operator.credential]) {
      expect(await codeOf(credentials.read(manager, hidden.id))).toBe('credential_not_found');
      expect(await codeOf(credentials.revoke(manager, hidden.id, origin))).toBe('credential_not_found');
    }
  });

  it('are those of its own domain when it is bound to one', async () => {
    const { credentials, boundManager, bound, within } = await people();
    const listed = await credentials.list(boundManager, { limit: 100 });
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set([bound.id, boundManager.id]));
    expect(await codeOf(credentials.read(boundManager, within.id))).toBe('credential_not_found');
  });

  it('are all of them for the operator', async () => {
    const { credentials, operator, repository } = await people();
    expect(await credentials.list(operator.credential, { limit: 100 })).toHaveLength(repository.stored.length);
  });

  it('come in pages that leave none out and repeat none, however many are hidden in between', async () => {
    const { credentials, manager, issue } = await people();
    for (let n = 0; n < 10; n += 1) await issue({ permissions: [n % 2 ? 'clients:read' : 'audit:read'] });
    const all = (await credentials.list(manager, { limit: 100 })).map(({ id }) => id);
    const paged: string[] = [];
    for (;;) {
      const page = await credentials.list(manager, { after: paged.at(-1), limit: 2 });
      expect(page.length).toBeLessThanOrEqual(2);
      if (page.length === 0) break;
      paged.push(...page.map(({ id }) => id));
    }
    expect(all).toHaveLength(9);
    expect(paged).toEqual(all);
  });

  it('are not found under an id that nobody has', async () => {
    const { credentials, operator } = await people();
    expect(await codeOf(credentials.read(operator.credential, '00000000-0000-0000-0000-000000000000'))).toBe(
      'credential_not_found',
    );
  });
});

describe('a credential reaches', () => {
  it.each([
    ['every domain of its subscription', null, { id: '7', subscription: 'acme' }, true],
    ['no domain of another subscription', null, { id: '7', subscription: 'other' }, false],
    ['the domain it is bound to', '7', { id: '7', subscription: 'acme' }, true],
    ['no other domain when it is bound', '7', { id: '8', subscription: 'acme' }, false],
    ['not even its domain’s id in another subscription', '7', { id: '7', subscription: 'other' }, false],
  ])('%s', async (_, domainId, domain, expected) => {
    const { issue } = await office();
    expect((await issue({ domainId })).credential.reaches(domain)).toBe(expected);
  });
});
