import type { Client } from '../client.entity.js';
import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, aSecret, changeOf, creation, removal } from './writes.js';

const CALLERS = 16;

/** What every ClientRepository does with a client that may not be there; `make` is called once. */
export function describeClientPuts(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, its put`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, auditOf, actionsOn, liveSecrets } = its;

    it('inserts what is decided for a client that is not there', async () => {
      const seen: (Client | undefined)[] = [];
      const write = creation(refTo(), aFullClient(), { action: 'replace', secret: aSecret() });
      const put = await its.repository.put(refTo(), async (current) => {
        seen.push(current);
        return write;
      });
      expect(seen).toEqual([undefined]);
      const [secret, ...others] = await liveSecrets(refTo());
      expect(put).toEqual({ client: await its.repository.find(refTo()), created: true, secret });
      expect(put?.client.metadata()).toEqual(aFullClient());
      expect(others).toEqual([]);
      expect(await auditOf(refTo())).toEqual([
        { ...refTo(), action: 'client.created', origin: write.origin, changes: write.changes },
      ]);
    });

    it('writes nothing for a client that is not there when there is nothing to write', async () => {
      expect(await its.repository.put(refTo(), async () => undefined)).toBeUndefined();
      expect(await its.repository.find(refTo())).toBeUndefined();
      expect(await auditOf(refTo())).toEqual([]);
    });

    it.each(['', ' that nobody has read since it was written'])(
      'decides on a client that is there%s',
      async (unread) => {
        const before = await insert(refTo(), { clientName: 'old' }, { action: 'replace', secret: aSecret() });
        if (unread) its.forget();
        const [secret] = await liveSecrets(refTo());
        const unchanged = await its.repository.put(refTo(), async (current) =>
          current ? undefined : creation(refTo(), {}, { action: 'replace', secret: aSecret() }),
        );
        expect(unchanged).toEqual({ client: before, created: false });
        if (unread) its.forget();
        const changed = await its.repository.put(refTo(), async (current) =>
          current ? changeOf(current, { clientName: `${current.clientName}, new` }) : creation(refTo(), {}),
        );
        expect(changed).toMatchObject({ client: { clientName: 'old, new' }, created: false });
        expect(await its.repository.find(refTo())).toEqual(changed?.client);
        expect(await liveSecrets(refTo())).toEqual([secret]);
        expect(await actionsOn(refTo())).toEqual(['client.created', 'client.changed']);
      },
    );

    it('passes on why the decision on the record fails, and writes nothing', async () => {
      const before = await insert(refTo());
      const decide = async (current: Client | undefined) => {
        if (current) throw new Error('there is one already');
        return creation(refTo(), { clientName: 'mine' });
      };
      its.forget();
      await expect(its.repository.put(refTo(), decide)).rejects.toThrow('there is one already');
      expect(await its.repository.find(refTo())).toEqual(before);
      expect(await actionsOn(refTo())).toEqual(['client.created']);
    });

    it(`creates once and changes for all others of ${CALLERS} callers at once`, async () => {
      const additions = Array.from({ length: CALLERS }, (_, index) => `policy-${index}`);
      const puts = await Promise.all(
        additions.map((addition) =>
          its.repository.put(refTo(), async (current) =>
            current
              ? changeOf(current, { policies: [...current.policies, addition] })
              : creation(refTo(), { policies: [addition] }),
          ),
        ),
      );
      expect(puts.filter((put) => put?.created)).toHaveLength(1);
      const client = await its.repository.find(refTo());
      expect([...client!.policies].sort()).toEqual([...additions].sort());
      expect(await actionsOn(refTo())).toEqual(['client.created', ...additions.slice(1).map(() => 'client.changed')]);
    });

    it('makes a client anew that somebody else removed meanwhile', async () => {
      await insert(refTo(), { clientName: 'old' });
      const seen: (string | null | undefined)[] = [];
      const put = await its.repository.put(refTo(), async (current) => {
        seen.push(current?.clientName);
        if (!current) return creation(refTo(), { clientName: 'anew' });
        await its.repository.remove(refTo(), removal);
        return changeOf(current, { clientName: 'changed' });
      });
      expect(seen.slice(-2)).toEqual(['old', undefined]);
      expect(put).toMatchObject({ client: { clientName: 'anew' }, created: true });
      expect(await actionsOn(refTo())).toEqual(['client.created', 'client.deleted', 'client.created']);
    });
  });
}
