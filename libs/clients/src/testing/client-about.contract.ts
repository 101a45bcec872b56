import type { AboutQuery } from '../client.repository.js';
import { type ClientAbout, NOTHING_SAID } from '../client-about.js';
import { DEFAULT_LIFE, lifeChanges } from '../client-life.js';
import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, aLife, changeOf, changeOfLife, creation } from './writes.js';

/** What every ClientRepository does with what is said of clients; `make` is called once. */
export function describeClientAbout(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, what is said of clients:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, auditOf, forget } = its;
    const say = (about: Partial<ClientAbout>) =>
      its.repository.update(refTo(), async (current) => ({
        ...changeOfLife(current, about),
        action: 'client.described',
      }));

    it('is written by itself: the version of the record and its date stay, and the audit names what changed', async () => {
      const before = await insert(refTo(), aFullClient());
      const about = { owner: 'Team Shop', labels: { a: '1', b: '' }, managedBy: 'terraform', locked: true };
      const after = await say(about);
      expect(after).toEqual({ ...before, ...about, secretsVersion: before!.secretsVersion + 1 });
      forget();
      expect(await its.repository.find(refTo())).toEqual(after);
      const [, entry] = await auditOf(refTo());
      expect(entry).toMatchObject({ action: 'client.described', changes: lifeChanges(DEFAULT_LIFE, after) });
      expect(entry!.changes).toEqual({
        owner: { before: null, after: 'Team Shop' },
        labels: { before: null, after: { a: '1', b: '' } },
        managedBy: { before: null, after: 'terraform' },
        locked: { before: false, after: true },
      });
    });

    it.each([
      ['alone', { ...NOTHING_SAID, description: 'one thing' }],
      ['beside a suspension and an end', { ...aLife(), description: 'one thing' }],
    ])('is read as it was written, %s', async (_, life) => {
      const made = await its.repository.insert(creation(refTo(), {}, undefined, { ...DEFAULT_LIFE, ...life }));
      forget();
      expect(await its.repository.find(refTo())).toEqual(made);
      expect(made).toMatchObject(life);
    });

    it('lets a change be decided again that was decided before a client was locked', async () => {
      await insert(refTo());
      const seen: boolean[] = [];
      const write = its.repository.update(refTo(), async (current) => {
        seen.push(current.locked);
        if (seen.length === 1) await say({ managedBy: 'terraform', locked: true });
        if (current.locked) throw new Error('locked');
        return changeOf(current, { clientName: 'new' });
      });
      await expect(write).rejects.toThrow('locked');
      expect(seen).toEqual([false, true]);
      expect(await its.repository.find(refTo())).toMatchObject({ clientName: null, locked: true });
    });

    const ABOUTS: Readonly<Record<string, Partial<ClientAbout>>> = {
      a: { owner: 'Shop', labels: { team: 'shop' } },
      b: { owner: 'Shop', managedBy: 'terraform', labels: { team: 'shop', tier: 'gold' } },
      c: { owner: 'shop', managedBy: 'terraform' },
      d: { owner: 'Shop', managedBy: 'terraform', labels: { team: 'billing', tier: '' } },
      e: { contact: 'somebody' },
      f: {},
    };
    const register = async () => {
      // Not in the order of the ids.
      for (const [id, about] of Object.entries(ABOUTS).reverse()) {
        await its.repository.insert(creation(refTo(id), {}, undefined, { ...DEFAULT_LIFE, ...about }));
      }
      await its.repository.insert(
        creation({ domainId: `${its.domainId}0`, clientId: 'aa' }, {}, undefined, { ...DEFAULT_LIFE, ...ABOUTS.b }),
      );
    };
    const idsOf = async (query: Omit<AboutQuery, 'limit'>, limit = 10) => {
      const { clients, after } = await its.repository.described(its.domainId, { ...query, limit });
      return [clients.map(({ clientId }) => clientId).join(''), after];
    };

    it.each<[string, Omit<AboutQuery, 'limit'>, string]>([
      ['nothing: all clients', {}, 'abcdef'],
      ['an owner, as it is written', { owner: 'Shop' }, 'abd'],
      ['a manager', { managedBy: 'terraform' }, 'bcd'],
      ['a label, whatever its value', { label: { key: 'tier' } }, 'bd'],
      ['a label with a value', { label: { key: 'team', value: 'shop' } }, 'ab'],
      ['a label with the empty value', { label: { key: 'tier', value: '' } }, 'd'],
      ['a label that nobody has, called as a property of every object', { label: { key: 'constructor' } }, ''],
      ['an owner and a manager', { owner: 'Shop', managedBy: 'terraform' }, 'bd'],
      ['an owner and a label', { owner: 'Shop', label: { key: 'team', value: 'shop' } }, 'ab'],
      ['all of it', { owner: 'Shop', managedBy: 'terraform', label: { key: 'tier', value: 'gold' } }, 'b'],
      ['what comes after an id', { owner: 'Shop', after: 'a' }, 'bd'],
      ['an owner that nobody has', { owner: 'nobody' }, ''],
    ])('finds clients in the order of their ids, by %s', async (_, query, ids) => {
      await register();
      expect(await idsOf(query)).toEqual([ids, undefined]);
    });

    it.each<[string, Omit<AboutQuery, 'limit'>, string[]]>([
      ['all', {}, ['ab', 'cd', 'ef']],
      ['by owner', { owner: 'Shop' }, ['ab', 'd']],
      ['by label', { label: { key: 'team' } }, ['ab', 'd']],
      ['by manager and label', { managedBy: 'terraform', label: { key: 'tier' } }, ['bd']],
    ])('finds them page by page, %s', async (_, query, pages) => {
      await register();
      const found: string[] = [];
      for (let after: string | undefined; ; ) {
        const [ids, next] = await idsOf({ ...query, after }, 2);
        found.push(ids!);
        if (next === undefined) break;
        after = next;
      }
      expect(found).toEqual(pages);
    });

    it('shows whole clients, as a read does', async () => {
      await register();
      const { clients } = await its.repository.described(its.domainId, { managedBy: 'terraform', limit: 1 });
      expect(clients).toEqual([await its.repository.find(refTo('b'))]);
    });
  });
}
