import { setTimeout } from 'node:timers/promises';
import type { DueClient } from '../client.repository.js';
import { DEFAULT_LIFE, LIFE_FIELDS, lifeChanges, lifeOf } from '../client-life.js';
import { FreshDomains } from './fresh-domains.js';
import { everything } from './listed-clients.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, aLife, aSecret, changeOf, changeOfLife, creation, removal } from './writes.js';

const CALLERS = 8;

/** What every ClientRepository does with what is kept beside a client's record; `make` is called once. */
export function describeClientLife(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, what stands beside the record:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, change, auditOf, actionsOn, liveSecrets, forget } = its;
    const suspend = (life = aLife()) => its.repository.update(refTo(), async (current) => changeOfLife(current, life));

    it('is nothing for a client that is created without', async () => {
      expect(lifeOf((await insert(refTo(), aFullClient()))!)).toEqual(DEFAULT_LIFE);
      forget();
      expect(lifeOf((await its.repository.find(refTo()))!)).toEqual(DEFAULT_LIFE);
    });

    it('is there from the beginning if the creation says so, in its one audit entry', async () => {
      const secret = aSecret();
      const write = creation(refTo(), aFullClient(), { action: 'replace', secret }, aLife());
      const made = await its.repository.insert(write);
      forget();
      const found = await its.repository.find(refTo());
      expect(found).toEqual(made);
      expect(lifeOf(found!)).toEqual(aLife());
      expect(found!.metadata()).toEqual(aFullClient());
      expect(await liveSecrets(refTo())).toMatchObject([{ id: secret.id }]);
      expect(await auditOf(refTo())).toEqual([
        { ...refTo(), action: 'client.created', origin: write.origin, changes: write.changes },
      ]);
      expect(Object.keys(write.changes)).toEqual(expect.arrayContaining([...LIFE_FIELDS]));
    });

    it('changes by itself: secrets, the version of the record and its date stay', async () => {
      const before = await insert(refTo(), aFullClient(), { action: 'replace', secret: aSecret() });
      const secrets = await liveSecrets(refTo());
      expect(secrets).toHaveLength(1);
      await setTimeout(5);
      const after = await suspend();
      expect(await liveSecrets(refTo())).toEqual(secrets);
      expect(after).toEqual({ ...before, ...aLife(), secretsVersion: before!.secretsVersion + 1 });
      expect(await its.repository.find(refTo())).toEqual(after);
      forget();
      expect(await its.repository.find(refTo())).toEqual(after);
      expect((await its.repository.list(its.domainId, everything())).clients).toEqual([after]);
      const [, entry] = await auditOf(refTo());
      expect(entry).toMatchObject({ action: 'client.suspended', changes: lifeChanges(DEFAULT_LIFE, aLife()) });
    });

    it.each(LIFE_FIELDS)('changes back to nothing: %s', async (field) => {
      await its.repository.insert(creation(refTo(), {}, { action: 'none' }, aLife()));
      const without = { ...aLife(), [field]: DEFAULT_LIFE[field] };
      await suspend(without);
      forget();
      expect(lifeOf((await its.repository.find(refTo()))!)).toEqual(without);
    });

    it('leaves the secrets alone when it changes', async () => {
      const secret = aSecret();
      await insert(refTo(), {}, { action: 'replace', secret });
      await suspend({ ...DEFAULT_LIFE, suspendedAt: aLife().suspendedAt });
      expect((await liveSecrets(refTo())).map(({ id }) => id)).toEqual([secret.id]);
    });

    it('changes together with record and secrets, in one write', async () => {
      const before = await insert(refTo());
      const secret = aSecret();
      const after = await its.repository.update(refTo(), async (current) => {
        const write = changeOf(current.living(aLife()), aFullClient(), { action: 'replace', secret });
        return { ...write, changes: { ...write.changes, ...lifeChanges(current, aLife()) } };
      });
      forget();
      expect(await its.repository.find(refTo())).toEqual(after);
      expect(after).toMatchObject({ ...aFullClient(), ...aLife(), secretsVersion: before!.secretsVersion + 1 });
      expect(after!.version).not.toBe(before!.version);
      expect(await liveSecrets(refTo())).toMatchObject([{ id: secret.id }]);
      expect(await actionsOn(refTo())).toEqual(['client.created', 'client.changed']);
    });

    it.each(['', ' that nobody has read since'])('stays when record or secrets change%s', async (unread) => {
      await its.repository.insert(creation(refTo(), {}, { action: 'replace', secret: aSecret() }, aLife()));
      for (const secrets of [{ action: 'none' }, { action: 'replace', secret: aSecret() }] as const) {
        if (unread) forget();
        const changed = await change(refTo(), () => ({ clientName: secrets.action }), secrets);
        expect(lifeOf(changed!)).toEqual(aLife());
        forget();
        expect(await its.repository.find(refTo())).toEqual(changed);
      }
    });

    it('lets a change be decided again that was decided before it changed', async () => {
      await insert(refTo());
      const seen: (Date | null)[] = [];
      const changed = await its.repository.update(refTo(), async (current) => {
        seen.push(current.suspendedAt);
        if (seen.length === 1) await suspend();
        return changeOf(current, { clientName: 'new' });
      });
      expect(seen).toEqual([null, aLife().suspendedAt]);
      expect(changed).toMatchObject({ ...aLife(), clientName: 'new' });
      expect(await actionsOn(refTo())).toEqual(['client.created', 'client.suspended', 'client.changed']);
    });

    it(`is changed once when ${CALLERS} callers want the same`, async () => {
      await insert(refTo());
      const suspendOnce = () =>
        its.repository.update(refTo(), async (current) =>
          current.suspendedAt ? undefined : changeOfLife(current, aLife()),
        );
      await Promise.all(Array.from({ length: CALLERS }, suspendOnce));
      expect(await actionsOn(refTo())).toEqual(['client.created', 'client.suspended']);
    });

    it('tells whether a client is suspended together with its secrets', async () => {
      const past = new Date('2026-01-31T12:00:00.123Z');
      await insert(refTo(), {}, { action: 'replace', secret: aSecret() });
      const isSuspended = async () => (await its.repository.secretsToVerify(refTo())).isSuspended;
      expect(await isSuspended()).toBe(false);
      await suspend();
      expect(await isSuspended()).toBe(true);
      await suspend({ ...aLife(), suspendedUntil: null });
      expect(await isSuspended()).toBe(true);
      await suspend({ ...aLife(), suspendedUntil: past });
      expect(await isSuspended()).toBe(false);
    });

    it('lists who is suspended now, page by page', async () => {
      const life = { ...DEFAULT_LIFE, suspendedAt: aLife().suspendedAt };
      const lives = {
        b: aLife(),
        over: { ...life, suspendedUntil: life.suspendedAt },
        c: life,
        a: life,
        no: DEFAULT_LIFE,
      };
      for (const [id, each] of Object.entries(lives)) {
        await its.repository.insert(creation(refTo(id), {}, { action: 'none' }, each));
      }
      await its.repository.insert(creation({ ...refTo('d'), domainId: `${its.domainId}0` }, {}, undefined, life));
      const idsAfter = async (after: string | undefined, limit: number) =>
        (await its.repository.suspended(its.domainId, { after, limit })).map(({ clientId }) => clientId);
      expect(await idsAfter(undefined, 10)).toEqual(['a', 'b', 'c']);
      expect(await idsAfter(undefined, 2)).toEqual(['a', 'b']);
      expect(await idsAfter('b', 2)).toEqual(['c']);
      const [, b] = await its.repository.suspended(its.domainId, { limit: 10 });
      expect(b).toEqual(await its.repository.find(refTo('b')));
    });

    it('tells which suspensions have come to their end, in all domains, the earliest first', async () => {
      const until = [3, 1, 2].map((day) => new Date(`1999-12-0${day}T00:00:00.001Z`));
      const refs = until.map((_, index) => ({ domainId: `${its.domainId}${index}`, clientId: 'my-app' }));
      for (const [index, ref] of refs.entries()) {
        const life = { ...aLife(), suspendedUntil: until[index]! };
        await its.repository.insert(creation(ref, {}, { action: 'none' }, life));
      }
      await its.repository.insert(creation(refTo(), {}, { action: 'none' }, aLife()));
      const inOrder = [1, 2, 0].map((index) => ({ ...refs[index]!, dueAt: until[index]! }));
      const due = (limit: number, after?: DueClient) => its.repository.due('suspendedUntil', { after, limit });
      expect(await due(2)).toEqual(inOrder.slice(0, 2));
      expect((await due(100)).slice(0, 3)).toEqual(inOrder);
      expect(await due(1, inOrder[1])).toEqual([inOrder[2]]);
      for (const ref of refs) await its.repository.remove(ref, removal);
      expect(await due(100)).not.toContainEqual(expect.objectContaining(refs[0]!));
    });

    it('ends with the client: one that is made anew under the same id has none of it', async () => {
      await its.repository.insert(creation(refTo(), {}, { action: 'none' }, aLife()));
      await its.repository.remove(refTo(), removal);
      expect(lifeOf((await insert(refTo()))!)).toEqual(DEFAULT_LIFE);
      forget();
      expect(lifeOf((await its.repository.find(refTo()))!)).toEqual(DEFAULT_LIFE);
    });
  });
}
