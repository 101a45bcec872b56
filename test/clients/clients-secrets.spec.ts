import { DEFAULT_METADATA, type WriteResult } from '#clients';
import { isRandomToken } from '#secrets';
import { aFullClient } from '../../libs/clients/src/testing/writes.js';
import {
  CALLERS,
  confidential,
  hasher,
  origin,
  publicClient,
  ref,
  registry,
  violationsOf,
} from '../support/registry.js';

describe('the secret (table of spec/v1-dialect.md):', () => {
  const isGenerated = ({ secret }: WriteResult) => secret !== null && isRandomToken('cls_', secret);

  it('absent → confidential: one is made and shown', async () => {
    const { provision, isLive, secretIds } = registry();
    const result = await provision(confidential);
    expect(result.created).toBe(true);
    expect(isGenerated(result)).toBe(true);
    expect(await isLive(result.secret)).toBe(true);
    expect(secretIds()).toHaveLength(1);
  });

  it('absent → public: none', async () => {
    const { provision, secretIds } = registry();
    expect((await provision(publicClient)).secret).toBeNull();
    expect(secretIds()).toEqual([]);
  });

  it('confidential → confidential: kept untouched and not shown', async () => {
    const { provision, isLive, secretIds } = registry();
    const { secret } = await provision(confidential);
    const ids = secretIds();
    const again = await provision({ ...confidential, scope: 'openid' });
    expect(again).toMatchObject({ created: false, secret: null });
    expect(secretIds()).toEqual(ids);
    expect(await isLive(secret)).toBe(true);
  });

  it('public → confidential: a new one is made and shown', async () => {
    const { provision, isLive } = registry();
    await provision(publicClient);
    const result = await provision(confidential);
    expect(isGenerated(result)).toBe(true);
    expect(await isLive(result.secret)).toBe(true);
  });

  it('confidential → public → confidential: an old one is never revived', async () => {
    const { provision, isLive, secretIds } = registry();
    const first = await provision(confidential);
    await provision(publicClient);
    const second = await provision(confidential);
    expect(second.secret).not.toBe(first.secret);
    expect(await isLive(first.secret)).toBe(false);
    expect(secretIds()).toHaveLength(1);
  });

  it('confidential → public: all are revoked at once', async () => {
    const { provision, secretIds } = registry();
    await provision(confidential);
    expect((await provision(publicClient)).secret).toBeNull();
    expect(secretIds()).toEqual([]);
  });

  it('public → public: none', async () => {
    const { provision, secretIds } = registry();
    await provision(publicClient);
    expect((await provision({ ...publicClient, scope: 'openid' })).secret).toBeNull();
    expect(secretIds()).toEqual([]);
  });

  it(`raced by ${CALLERS} callers: exactly one gets it, and it is the one that works`, async () => {
    const { provision, isLive, secretIds } = registry();
    const outcomes = await Promise.all(Array.from({ length: CALLERS }, () => provision(confidential)));
    const secrets = outcomes.flatMap(({ secret }) => (secret === null ? [] : [secret]));
    expect(secrets).toHaveLength(1);
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
    expect(secretIds()).toHaveLength(1);
    expect(await isLive(secrets[0]!)).toBe(true);
  });

  it('deleted earlier, same id: a new client that inherits nothing', async () => {
    const { clients, provision, isLive } = registry();
    const first = await provision({
      ...aFullClient(),
      redirectUris: ['https://a.com/'],
      postLogoutRedirectUris: [],
      policies: [],
    });
    await clients.remove(ref, origin);
    const second = await provision(confidential);
    expect(second.created).toBe(true);
    expect(second.client.metadata()).toEqual({ ...DEFAULT_METADATA, ...confidential });
    expect(isGenerated(second)).toBe(true);
    expect(await isLive(first.secret)).toBe(false);
    expect(second.client.version).not.toBe(first.client.version);
  });
});

describe('a secret that the caller chose', () => {
  const CHOSEN = 'correct horse battery';

  it('is set and shown in the answer that set it', async () => {
    const { register, isLive, secretIds } = registry();
    expect((await register(confidential, { secret: CHOSEN })).secret).toBe(CHOSEN);
    expect(await isLive(CHOSEN)).toBe(true);
    expect(secretIds()).toHaveLength(1);
  });

  it('replaces all that were live', async () => {
    const { register, change, isLive, secretIds } = registry();
    const { secret } = await register(confidential);
    expect((await change({}, { secret: CHOSEN })).secret).toBe(CHOSEN);
    expect(await isLive(secret)).toBe(false);
    expect(await isLive(CHOSEN)).toBe(true);
    expect(secretIds()).toHaveLength(1);
  });

  it('keeps everything when it is a live one of this client, generated or chosen: that is no change', async () => {
    for (const chosen of [undefined, CHOSEN]) {
      const { register, change, repository, secretIds } = registry();
      const { client, secret } = await register(confidential, { secret: chosen });
      const ids = secretIds();
      const again = await change({}, { secret });
      expect(again.secret).toBeNull();
      expect(again.client).toEqual(client);
      expect(secretIds()).toEqual(ids);
      expect(repository.audit).toHaveLength(1);
    }
  });

  it.each([null, undefined])('keeps everything when it is %s', async (secret) => {
    const { register, change, secretIds } = registry();
    await register(confidential);
    const ids = secretIds();
    expect((await change({ scope: 'openid' }, { secret })).secret).toBeNull();
    expect(secretIds()).toEqual(ids);
  });

  it('does not move the version, only the version of the secrets', async () => {
    const { register, change } = registry();
    const before = await register(confidential);
    const after = await change({}, { secret: CHOSEN });
    expect(after.client.version).toBe(before.client.version);
    expect(after.client.updatedAt).toEqual(before.client.updatedAt);
    expect(after.client.secretsVersion).toBe(before.client.secretsVersion + 1);
  });

  it.each([
    ['a mask', '********'],
    ['a short one', 'short'],
    ['somebody else’s generated one', hasher.generate().value],
  ])('is refused when it is %s, and nothing is written', async (_, secret) => {
    const { register, change, repository, secretIds } = registry();
    expect(await violationsOf(register(confidential, { secret }))).toEqual(['clientSecret value']);
    await register(confidential);
    const ids = secretIds();
    expect(await violationsOf(change({}, { secret }))).toEqual(['clientSecret value']);
    expect(secretIds()).toEqual(ids);
    expect(repository.audit).toHaveLength(1);
  });

  it('is refused on a client that uses none, also when it was live until now', async () => {
    const { register, change, isLive } = registry();
    const { secret } = await register(confidential);
    expect(await violationsOf(change(publicClient, { secret }))).toEqual(['clientSecret value']);
    expect(await isLive(secret)).toBe(true);
    expect(await violationsOf(registry().register(publicClient, { secret: CHOSEN }))).toEqual(['clientSecret value']);
  });

  it('is refused after it was revoked: a generated one that is not live can only be foreign', async () => {
    const { register, change } = registry();
    const { secret } = await register(confidential);
    await change(publicClient);
    expect(await violationsOf(change(confidential, { secret }))).toEqual(['clientSecret value']);
  });
});
