import { createHash } from 'node:crypto';
import {
  type ClientRef,
  type ClientSecret,
  ClientSecrets,
  ClientSuspensions,
  type ImportedSecret,
  type SecretHasher,
} from '#clients';
import { until } from '../support/processes.js';
import { codeOf, confidential, hasher, origin, problemOf, ref, registry } from '../support/registry.js';

const STRANGER: ClientRef = { ...ref, clientId: 'nobody' };
const TODAY = new Date().toISOString().slice(0, 10);
const CHOSEN = 'correct horse battery';

function secretsOf(by: SecretHasher = hasher) {
  const its = registry();
  const seen: string[] = [];
  const secrets = new ClientSecrets(its.repository, by, { note: ({ clientId }) => seen.push(clientId) });
  return {
    ...its,
    secrets,
    seen,
    add: (more: { overlapSeconds?: number; expiresAt?: Date; name?: string; imported?: ImportedSecret } = {}) =>
      secrets.add(ref, origin, { name: null, expiresAt: null, overlapSeconds: 0, ...more }),
    verify: (presented: string) => secrets.verify(ref, presented, null),
    stored: () => its.repository.secretsOf(ref),
  };
}

describe('the live secrets of a client', () => {
  it('are listed, oldest first', async () => {
    const { register, secrets, secretIds, add } = secretsOf();
    await register(confidential);
    const [first] = secretIds();
    const { secret } = await add({ overlapSeconds: 60, name: 'second' });
    expect((await secrets.list(ref)).map(({ id }) => id)).toEqual([first, secret.id]);
    expect(await codeOf(secrets.list(STRANGER))).toBe('client_not_found');
  });

  it('are known by their ids, and no others are', async () => {
    const { register, secrets, secretIds, add } = secretsOf();
    expect(await secrets.isLive(ref, 'any')).toBe(false);
    await register(confidential);
    const [first] = secretIds();
    const { secret } = await add({ overlapSeconds: 60 });
    for (const id of [first!, secret.id]) expect(await secrets.isLive(ref, id)).toBe(true);
    expect(await secrets.isLive(ref, 'any')).toBe(false);
    expect(await secrets.isLive(STRANGER, first!)).toBe(false);
  });
});

describe('a further secret', () => {
  it('is made and told once, with its name and its expiry', async () => {
    const { register, add, verify, stored } = secretsOf();
    const { secret: old } = await register(confidential);
    const expiresAt = new Date('2999-01-01');
    const { value, secret } = await add({ name: 'next', expiresAt });
    expect(secret).toMatchObject({ ...ref, name: 'next', expiresAt });
    expect(stored()).toEqual([secret]);
    expect(await verify(value!)).toEqual({ valid: true, secretId: secret.id, expiresAt });
    expect(await verify(old!)).toEqual({ valid: false, isSuspended: false });
  });

  it('leaves the older ones valid for as long as the caller says', async () => {
    const { register, add, verify, stored } = secretsOf();
    const { secret: old } = await register(confidential);
    await add({ overlapSeconds: 60 });
    expect(await verify(old!)).toMatchObject({ valid: true });
    expect(stored()[0]!.expiresAt!.getTime() - Date.now()).toBeLessThanOrEqual(60_000);
  });

  it('can be one that exists elsewhere, which nobody is told', async () => {
    const { register, add, verify } = secretsOf();
    await register(confidential);
    const { value, secret } = await add({ imported: { clear: CHOSEN } });
    expect(value).toBeNull();
    expect(await verify(CHOSEN)).toMatchObject({ valid: true, secretId: secret.id });
  });

  it('is the fifth at most: a sixth is refused, unless it replaces the others', async () => {
    const { register, add, stored } = secretsOf();
    await register(confidential);
    for (let count = 2; count <= 5; count += 1) await add({ overlapSeconds: 60 });
    expect(stored()).toHaveLength(5);
    expect(await problemOf(add({ overlapSeconds: 60 }))).toEqual({ code: 'secret_refused', reason: 'too_many' });
    await add({ overlapSeconds: 0 });
    expect(stored()).toHaveLength(1);
  });

  it('is not for a client that uses none, nor for one that is not there', async () => {
    const { register, add } = secretsOf();
    expect(await codeOf(add())).toBe('client_not_found');
    await register();
    expect(await problemOf(add())).toEqual({ code: 'secret_refused', reason: 'public_client' });
  });

  it('is told in the audit by its id, and changes no version', async () => {
    const { register, add, repository } = secretsOf();
    const { client } = await register(confidential);
    const { secret, value } = await add();
    expect(repository.audit.at(-1)).toMatchObject({ action: 'client.secret_added', origin });
    expect(repository.audit.at(-1)!.changes).toEqual({ clientSecret: { before: null, after: `added ${secret.id}` } });
    expect(JSON.stringify(repository.audit)).not.toContain(value);
    expect((await repository.find(ref))!.version).toBe(client.version);
  });
});

describe('a secret that is removed', () => {
  it('is gone at once, and the others stay', async () => {
    const { register, add, secrets, verify, repository } = secretsOf();
    const { secret: old } = await register(confidential);
    const { secret, value } = await add({ overlapSeconds: 60 });
    await secrets.remove(ref, origin, secret.id);
    expect(await verify(value!)).toMatchObject({ valid: false });
    expect(await verify(old!)).toMatchObject({ valid: true });
    expect(repository.audit.at(-1)).toMatchObject({
      action: 'client.secret_removed',
      changes: { clientSecret: { before: null, after: `removed ${secret.id}` } },
    });
  });

  it('is none of another id, and not the last one of a client that needs one', async () => {
    const { register, secrets, secretIds, add } = secretsOf();
    expect(await codeOf(secrets.remove(ref, origin, 'any'))).toBe('client_not_found');
    await register(confidential);
    expect(await codeOf(secrets.remove(ref, origin, 'any'))).toBe('secret_not_found');
    const last = { code: 'secret_refused', reason: 'last_one' };
    expect(await problemOf(secrets.remove(ref, origin, secretIds()[0]!))).toEqual(last);
    await add({ overlapSeconds: 60 });
    expect(await codeOf(secrets.remove(ref, origin, 'any'))).toBe('secret_not_found');
    await secrets.remove(ref, origin, secretIds()[0]!);
    expect(await problemOf(secrets.remove(ref, origin, secretIds()[0]!))).toEqual(last);
  });
});

describe('a secret that is presented', () => {
  it('counts as a sighting when it is live, also while the client is suspended, and otherwise not', async () => {
    const { register, repository, verify, seen } = secretsOf();
    const { secret } = await register(confidential);
    await verify('cls_wrong');
    await verify('wrong');
    expect(seen).toEqual([]);
    await verify(secret!);
    await new ClientSuspensions(repository).suspend(ref, origin, { reason: null, until: null }, Date.now());
    expect(await verify(secret!)).toEqual({ valid: false, isSuspended: true });
    expect(await verify('wrong')).toEqual({ valid: false, isSuspended: false });
    expect(seen).toEqual([ref.clientId, ref.clientId]);
  });

  it('is of no client that is not there', async () => {
    const { verify, seen } = secretsOf();
    expect(await verify('anything')).toEqual({ valid: false, isSuspended: false });
    expect(seen).toEqual([]);
  });

  it('notes the day of its use, once a day, and not that of a client that is suspended', async () => {
    const { register, repository, verify, stored } = secretsOf();
    const noted: ClientSecret[] = [];
    const note = repository.noteUse.bind(repository);
    repository.noteUse = (secret, anew) => {
      noted.push(secret);
      return note(secret, anew);
    };
    const { secret } = await register(confidential);
    await verify('wrong');
    for (let time = 0; time < 3; time += 1) await verify(secret!);
    expect(noted).toHaveLength(1);
    expect(stored()).toMatchObject([{ lastUsedOn: TODAY }]);
  });

  it('is compared slowly only if a caller chose one', async () => {
    let slow = 0;
    const counting = Object.assign(Object.create(hasher) as SecretHasher, {
      find: (...given: Parameters<SecretHasher['find']>) => {
        slow += 1;
        return hasher.find(...given);
      },
    });
    const { register, change, verify } = secretsOf(counting);
    await register(confidential);
    expect(await verify('wrong')).toMatchObject({ valid: false });
    expect(slow).toBe(0);
    await change(confidential, { secret: CHOSEN });
    expect(await verify(CHOSEN)).toMatchObject({ valid: true });
    expect(slow).toBe(1);
  });

  it('is answered although its use cannot be noted', async () => {
    const { register, repository, verify } = secretsOf();
    repository.noteUse = () => Promise.reject(new Error('away'));
    const { secret } = await register(confidential);
    expect(await verify(secret!)).toMatchObject({ valid: true });
  });

  it('is compared anew once it has become the right one', async () => {
    const { register, change, verify } = secretsOf();
    await register(confidential, { secret: CHOSEN });
    expect(await verify('another staple')).toMatchObject({ valid: false });
    await change(confidential, { secret: 'another staple' });
    expect(await verify('another staple')).toMatchObject({ valid: true });
  });

  it('is compared ten times a minute, and then once a second, if it is wrong and could be a chosen one', async () => {
    const { register, verify } = secretsOf();
    await register(confidential, { secret: CHOSEN });
    for (let guess = 0; guess <= 10; guess += 1) expect(await verify(`wrong ${guess}`)).toMatchObject({ valid: false });
    expect(await problemOf(verify('wrong again'))).toEqual({ code: 'too_many_guesses', retryAfterSeconds: 1 });
  });

  it('is hashed as ours once it is known, once at a time, if only its hash had come from elsewhere', async () => {
    const { register, repository, add, verify, stored } = secretsOf();
    await register(confidential);
    const digest = createHash('sha256').update(CHOSEN).digest();
    await add({ imported: { hash: { algorithm: 'sha256', salt: null, digest } } });
    let renewals = 0;
    const note = repository.noteUse.bind(repository);
    repository.noteUse = (secret, anew) => {
      renewals += 1;
      return note(secret, anew);
    };
    await Promise.all([verify(CHOSEN), verify(CHOSEN), verify(CHOSEN)]);
    await until('it is hashed anew', () => stored()[0]!.algorithm !== 'sha256');
    expect(renewals).toBe(1);
    expect(stored()).toMatchObject([{ algorithm: expect.stringMatching(/^scrypt-/), lastUsedOn: TODAY }]);
    expect(await verify(CHOSEN)).toMatchObject({ valid: true });
  });

  it('is hashed as ours the next time if that failed the first time', async () => {
    const { register, repository, add, verify, stored } = secretsOf();
    await register(confidential);
    const digest = createHash('sha256').update(CHOSEN).digest();
    await add({ imported: { hash: { algorithm: 'sha256', salt: null, digest } } });
    const note = repository.noteUse.bind(repository);
    let failures = 0;
    repository.noteUse = async () => {
      failures += 1;
      throw new Error('away');
    };
    await verify(CHOSEN);
    await until('that has failed', () => failures === 1);
    repository.noteUse = note;
    await verify(CHOSEN);
    await until('it is hashed anew', () => stored()[0]!.algorithm !== 'sha256');
    expect(stored()).toMatchObject([{ algorithm: expect.stringMatching(/^scrypt-/) }]);
  });
});
