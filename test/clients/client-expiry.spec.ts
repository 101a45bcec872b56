import { ClientExpiry, type ClientRef } from '#clients';
import { origin, proposal, registry } from '../support/registry.js';

const HOUR_MS = 3_600_000;
const PAST = new Date(Date.now() - HOUR_MS);
const FUTURE = new Date(Date.now() + HOUR_MS);

/** A registry whose clients end, and who ends them. */
function expiring() {
  const { repository, clients } = registry();
  const refTo = (clientId: string, domainId = '1'): ClientRef => ({ domainId, clientId });
  return {
    repository,
    clients,
    refTo,
    expiry: new ClientExpiry(repository, clients),
    register: (ref: ClientRef, expiresAt: Date | null) =>
      clients.register(ref, origin, 'write', proposal({}, { life: { expiresAt } })),
    renew: (ref: ClientRef, expiresAt: Date | null) =>
      clients.provision(ref, origin, 'write', () => proposal({}, { life: { expiresAt } })),
    ids: (domainId = '1') => repository.ids(domainId, { limit: 10_000 }),
    actionsOn: ({ domainId, clientId }: ClientRef) =>
      repository.audit
        .filter((entry) => entry.domainId === domainId && entry.clientId === clientId)
        .map(({ action }) => action),
  };
}

describe('a client that ends by itself', () => {
  it('is removed when its time has come, and no other is', async () => {
    const { register, refTo, expiry, ids } = expiring();
    await register(refTo('due'), PAST);
    await register(refTo('later'), FUTURE);
    await register(refTo('for-good'), null);
    await expiry.removeExpired();
    expect(await ids()).toEqual(['for-good', 'later']);
  });

  it('is deleted as any other, with an origin that says why, and when that was', async () => {
    const { repository, register, refTo, expiry, actionsOn } = expiring();
    await register(refTo('due'), PAST);
    await expiry.removeExpired();
    expect(actionsOn(refTo('due'))).toEqual(['client.created', 'client.deleted']);
    const { origin: by, changes } = repository.audit.at(-1)!;
    expect(by).toMatchObject({ credentialId: null, credentialName: 'server', dialect: 'expiry' });
    expect(changes).toMatchObject({
      clientType: { before: 'public', after: null },
      expiresAt: { before: PAST.toISOString(), after: null },
    });
  });

  it('stays when it is renewed after it was found due', async () => {
    const { repository, register, renew, refTo, expiry, ids } = expiring();
    await register(refTo('renewed'), PAST);
    const { due } = repository;
    repository.due = async (date, page) => {
      const found = await due.call(repository, date, page);
      await renew(refTo('renewed'), FUTURE);
      return found;
    };
    await expiry.removeExpired();
    expect(await ids()).toEqual(['renewed']);
  });

  it('is not missed when another instance, or a caller, was first; and a new one with its id stays', async () => {
    const { repository, clients, register, refTo, expiry, ids } = expiring();
    await register(refTo('again'), PAST);
    await register(refTo('gone'), PAST);
    const { due } = repository;
    repository.due = async (date, page) => {
      const found = await due.call(repository, date, page);
      for (const id of ['again', 'gone']) await clients.remove(refTo(id), origin);
      await register(refTo('again'), null);
      return found;
    };
    await expiry.removeExpired();
    expect(await ids()).toEqual(['again']);
  });

  it('ends however many others do, piece by piece', async () => {
    const { register, refTo, expiry, ids } = expiring();
    for (let n = 0; n < 2500; n += 1) await register(refTo(`client-${n}`), PAST);
    const left: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      await expiry.removeExpired();
      left.push((await ids()).length);
    }
    expect(left).toEqual([1500, 500, 0]);
  });

  it('ends with at most 15 others of its domain at once, and those of two domains at once', async () => {
    const { repository, register, refTo, expiry } = expiring();
    for (const domain of ['1', '2', '3']) {
      for (let n = 0; n < 40; n += 1) await register(refTo(`client-${n}`, domain), PAST);
    }
    const atOnce = { all: 0, most: 0, domains: new Map<string, number>(), mostDomains: 0, mostOfOne: 0 };
    const { remove } = repository;
    repository.remove = async (ref, allow) => {
      const { domains } = atOnce;
      domains.set(ref.domainId, (domains.get(ref.domainId) ?? 0) + 1);
      atOnce.mostOfOne = Math.max(atOnce.mostOfOne, domains.get(ref.domainId)!);
      atOnce.mostDomains = Math.max(atOnce.mostDomains, [...domains.values()].filter((count) => count > 0).length);
      await new Promise(setImmediate);
      domains.set(ref.domainId, domains.get(ref.domainId)! - 1);
      return remove.call(repository, ref, allow);
    };
    await expiry.removeExpired();
    expect([atOnce.mostOfOne, atOnce.mostDomains]).toEqual([16, 2]);
  });

  it('ends although those of another domain cannot, which are tried again', async () => {
    const { repository, register, refTo, expiry, ids } = expiring();
    for (let n = 0; n < 1100; n += 1) await register(refTo(`client-${n}`, 'locked'), PAST);
    await register(refTo('free'), new Date(PAST.getTime() + 1));
    const { remove } = repository;
    repository.remove = async (ref, allow) => {
      if (ref.domainId === 'locked') throw new Error('locked');
      return remove.call(repository, ref, allow);
    };
    await expect(expiry.removeExpired()).rejects.toThrow('locked');
    await expect(expiry.removeExpired()).rejects.toThrow('locked');
    expect([await ids(), (await ids('locked')).length]).toEqual([[], 1100]);
    repository.remove = remove;
    for (let call = 0; call < 2; call += 1) await expiry.removeExpired();
    expect(await ids('locked')).toEqual([]);
  });
});

describe('when a client ends', () => {
  it('changes neither version nor dates, but what guards writes', async () => {
    const { register, renew, refTo } = expiring();
    const { client: before } = await register(refTo('my-app'), FUTURE);
    const { client: after } = await renew(refTo('my-app'), null);
    expect(after).toMatchObject({ version: before.version, updatedAt: before.updatedAt, expiresAt: null });
    expect(after.secretsVersion).not.toBe(before.secretsVersion);
  });

  it('is told as a renewal, or with what else changes; and what stays as it was is not told', async () => {
    const { repository, clients, register, renew, refTo, actionsOn } = expiring();
    await register(refTo('my-app'), FUTURE);
    await renew(refTo('my-app'), FUTURE);
    await clients.provision(refTo('my-app'), origin, 'write', () => proposal({}));
    await renew(refTo('my-app'), null);
    await clients.provision(refTo('my-app'), origin, 'write', () =>
      proposal({ scope: 'a' }, { life: { expiresAt: FUTURE } }),
    );
    expect(actionsOn(refTo('my-app'))).toEqual(['client.created', 'client.renewed', 'client.changed']);
    expect(repository.audit.map(({ changes }) => changes.expiresAt)).toEqual([
      { before: null, after: FUTURE.toISOString() },
      { before: FUTURE.toISOString(), after: null },
      { before: null, after: FUTURE.toISOString() },
    ]);
  });
});
