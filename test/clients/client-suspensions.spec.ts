import { ClientSecrets, ClientSuspensions, ClientVersions } from '#clients';
import { codeOf, hasher, origin, ref, registry, unseen } from '../support/registry.js';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const later = (hours: number) => new Date(NOW + hours * HOUR_MS);

function suspensions() {
  const { repository, register, change, clients } = registry();
  const suspensions = new ClientSuspensions(repository);
  const suspend = (reason: string | null = null, until: Date | null = null, now = NOW, by: string | null = null) =>
    suspensions.suspend(ref, { ...origin, credentialId: by }, { reason, until }, now);
  const last = () => repository.audit.at(-1)!;
  return { repository, register, change, clients, suspensions, suspend, last };
}

describe('suspending a client', () => {
  it('says since when, until when, why and by whom, in the client and in the audit', async () => {
    const { register, suspend, last } = suspensions();
    await register();
    const client = await suspend('leaked', later(1), NOW, 'me');
    const life = {
      suspendedAt: new Date(NOW),
      suspendedUntil: later(1),
      suspensionReason: 'leaked',
      suspendedBy: 'me',
    };
    expect(client).toMatchObject(life);
    expect(last()).toMatchObject({
      action: 'client.suspended',
      changes: {
        suspendedAt: { before: null, after: '2026-01-31T12:00:00.000Z' },
        suspendedUntil: { before: null, after: '2026-01-31T13:00:00.000Z' },
        suspensionReason: { before: null, after: 'leaked' },
        suspendedBy: { before: null, after: 'me' },
      },
    });
  });

  it('again on the same terms changes nothing, whoever asks', async () => {
    const { register, suspend, repository } = suspensions();
    await register();
    const first = await suspend('leaked', later(1), NOW, 'me');
    expect(await suspend('leaked', later(1), NOW + 1, 'you')).toEqual(first);
    expect(repository.audit).toHaveLength(2);
  });

  it('again on other terms changes those and who has set them; it has been suspended since the first time', async () => {
    const { register, suspend, last } = suspensions();
    await register();
    await suspend('leaked', later(1), NOW, 'me');
    expect(await suspend(null, null, NOW + 1, 'you')).toMatchObject({
      suspendedAt: new Date(NOW),
      suspendedUntil: null,
      suspensionReason: null,
      suspendedBy: 'you',
    });
    expect(last()).toMatchObject({ action: 'client.suspended' });
    expect(Object.keys(last().changes).sort()).toEqual(['suspendedBy', 'suspendedUntil', 'suspensionReason']);
  });

  it('after an earlier suspension has come to its end is another suspension', async () => {
    const { register, suspend } = suspensions();
    await register();
    await suspend('leaked', later(1), NOW, 'me');
    expect(await suspend('leaked', later(3), later(2).getTime(), 'you')).toMatchObject({
      suspendedAt: later(2),
      suspendedBy: 'you',
    });
  });

  it('heeds the caller’s condition', async () => {
    const { register, repository } = suspensions();
    await register();
    const terms = { reason: null, until: null };
    const work = new ClientSuspensions(repository).suspend(ref, origin, terms, NOW, () => false);
    expect(await codeOf(work)).toBe('precondition_failed');
    expect(await repository.find(ref)).toMatchObject({ suspendedAt: null });
  });

  it('puts it on the list of those that are suspended in its domain', async () => {
    const { register, suspend, repository } = suspensions();
    for (const clientId of ['a', 'my-app']) await register({}, {}, { ...ref, clientId });
    await suspend('leaked');
    const found = await new ClientSuspensions(repository).list(ref.domainId, { limit: 10 });
    expect(found.map(({ clientId }) => clientId)).toEqual(['my-app']);
  });

  it('or resuming or reading one that there is not fails', async () => {
    const { suspensions: its, suspend } = suspensions();
    expect(await codeOf(suspend())).toBe('client_not_found');
    expect(await codeOf(its.resume(ref, origin))).toBe('client_not_found');
    expect(await codeOf(its.find(ref, NOW))).toBe('client_not_found');
  });
});

describe('a suspended client', () => {
  it('is found suspended until the end that was set, by the time that is given', async () => {
    const { register, suspensions: its, suspend } = suspensions();
    await register();
    expect(await its.find(ref, NOW)).toBeUndefined();
    await suspend(null, later(1));
    expect(await its.find(ref, later(1).getTime() - 1)).toMatchObject({ suspendedUntil: later(1) });
    expect(await its.find(ref, later(1).getTime())).toBeUndefined();
  });

  it('has no secret that verifies, and only the right one is told why', async () => {
    const { register, repository, suspensions: its, suspend } = suspensions();
    const secrets = new ClientSecrets(repository, hasher, unseen);
    const { secret } = await register({ clientType: 'confidential' });
    const verdicts = async () => [
      await secrets.verify(ref, secret!, null),
      await secrets.verify(ref, `${secret}x`, null),
      await secrets.verify({ ...ref, clientId: 'nobody' }, secret!, null),
    ];
    await suspend();
    expect(await verdicts()).toEqual([
      { valid: false, isSuspended: true },
      { valid: false, isSuspended: false },
      { valid: false, isSuspended: false },
    ]);
    expect(repository.secretsOf(ref)[0]?.lastUsedOn).toBeNull();
    await its.resume(ref, origin);
    expect(await verdicts()).toMatchObject([{ valid: true }, { valid: false }, { valid: false }]);
  });

  it('is resumed once: resuming one that is not suspended changes nothing', async () => {
    const { register, repository, suspensions: its, suspend, last } = suspensions();
    await register();
    await suspend('leaked');
    await its.resume(ref, origin);
    expect(last()).toMatchObject({
      action: 'client.resumed',
      changes: { suspendedAt: { after: null }, suspensionReason: { before: 'leaked', after: null } },
    });
    await its.resume(ref, origin);
    expect(repository.audit).toHaveLength(3);
  });
});

describe('the end of a suspension', () => {
  it('comes once, however many look for it, and not before its time', async () => {
    const { register, repository, suspensions: its, suspend, last } = suspensions();
    await register();
    await suspend(null, later(1));
    await register({}, {}, { ...ref, clientId: 'later' });
    await its.suspend({ ...ref, clientId: 'later' }, origin, { reason: null, until: new Date('2999-01-01') }, NOW);
    await Promise.all(Array.from({ length: 8 }, () => new ClientSuspensions(repository).endDue()));
    const ended = repository.audit.filter(({ action }) => action === 'client.resumed');
    expect(ended.map(({ clientId }) => clientId)).toEqual([ref.clientId]);
    expect(last()).toMatchObject({ origin: { credentialId: null, credentialName: 'server', dialect: 'timekeeper' } });
  });

  it('does not come to one that was given another end meanwhile', async () => {
    const { register, repository, suspensions: its, suspend } = suspensions();
    await register();
    await suspend(null, later(1));
    const due = await repository.due('suspendedUntil', { limit: 10 });
    await suspend(null, later(2));
    repository.due = async () => due;
    await its.endDue();
    expect(await repository.find(ref)).toMatchObject({ suspendedUntil: later(2) });
    expect(repository.audit.map(({ action }) => action)).not.toContain('client.resumed');
  });

  it('comes to the others although one cannot be written', async () => {
    const { register, repository, suspensions: its } = suspensions();
    const refs = ['a', 'b'].map((clientId) => ({ ...ref, clientId }));
    for (const each of refs) {
      await register({}, {}, each);
      await its.suspend(each, origin, { reason: null, until: later(1) }, NOW);
    }
    const update = repository.update.bind(repository);
    repository.update = async (each, decide) => {
      if (each.clientId === 'a') throw new Error('not this one');
      return update(each, decide);
    };
    await expect(its.endDue()).rejects.toThrow('not this one');
    expect(await repository.find(refs[1]!)).toMatchObject({ suspendedAt: null });
  });
});

describe('what stands beside the record', () => {
  it('outlives a change of the record, and belongs to none of its versions', async () => {
    const { register, change, suspend, repository } = suspensions();
    await register({ scope: 'openid' });
    const before = await suspend('leaked');
    expect(before.version).toBe((await repository.find(ref))!.version);
    await change({ scope: 'profile' });
    expect(await repository.find(ref)).toMatchObject({ suspensionReason: 'leaked', scope: 'profile' });
    expect(Object.keys(repository.audit.at(-1)!.changes)).toEqual(['scope']);
  });

  it('is in the audit of a deletion, from which the client comes back suspended; unless that is over', async () => {
    const { register, suspend, clients, repository } = suspensions();
    for (const [now, isBack] of [
      [NOW, true],
      [later(2).getTime(), false],
    ] as const) {
      await register();
      await suspend('leaked', later(1), NOW, 'me');
      await clients.remove(ref, origin);
      const { changes, ...entry } = repository.audit.at(-1)!;
      expect(changes).toMatchObject({ suspensionReason: { before: 'leaked', after: null } });
      const deletion = { ...entry, changes, position: '1', at: new Date(now) };
      const trail = { outline: async () => [deletion], entries: async () => [deletion] };
      const { client } = await new ClientVersions(clients, trail as never).restoreDeleted(ref, origin, now);
      const back = {
        suspendedAt: new Date(NOW),
        suspendedUntil: later(1),
        suspensionReason: 'leaked',
        suspendedBy: 'me',
      };
      const gone = { suspendedAt: null, suspendedUntil: null, suspensionReason: null, suspendedBy: null };
      expect(client).toMatchObject(isBack ? back : gone);
      await clients.remove(ref, origin);
    }
  });
});
