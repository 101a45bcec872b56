import type { DueClient } from '../client.repository.js';
import { DEFAULT_LIFE } from '../client-life.js';
import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aSecret, changeOfLife, creation, removal } from './writes.js';

const HOUR_MS = 3_600_000;

/** Which clients of every ClientRepository have expired; `make` is called once. */
export function describeClientExpiry(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, what has expired:`, () => {
    const its = new FreshDomains(make);
    const { refTo } = its;

    const inTime = (ms: number) => new Date(Date.now() + ms);
    const insert = async (clientId: string, expiresAt: Date | null, secret = aSecret()) =>
      (await its.repository.insert(
        creation(refTo(clientId), {}, { action: 'replace', secret }, { ...DEFAULT_LIFE, expiresAt }),
      ))!;
    /** Those of the domain of this test, page by page. */
    async function expired(limit: number): Promise<DueClient[]> {
      const found: DueClient[] = [];
      for (let page: readonly DueClient[] | undefined; page?.length !== 0; found.push(...page)) {
        page = await its.repository.due('expiresAt', { after: found.at(-1), limit });
        expect(page.length).toBeLessThanOrEqual(limit);
      }
      return found.filter(({ domainId }) => domainId === its.domainId);
    }
    const idsOf = (clients: readonly DueClient[]) => clients.map(({ clientId }) => clientId);

    it('none that stays for good, or whose time is still to come', async () => {
      await insert('for-good', null);
      await insert('later', inTime(HOUR_MS));
      expect(await expired(10)).toEqual([]);
    });

    it('those whose time has passed, with that time, the earliest first', async () => {
      const [late, early] = [await insert('late', inTime(-1000)), await insert('early', inTime(-HOUR_MS))];
      expect(await expired(10)).toEqual(
        [early, late].map(({ domainId, clientId, expiresAt: dueAt }) => ({ domainId, clientId, dueAt })),
      );
    });

    it('each once, page by page, also where many end at the same moment', async () => {
      const atOnce = inTime(-HOUR_MS);
      for (const id of ['c', 'a', 'd', 'b', 'e']) await insert(id, atOnce);
      expect(idsOf(await expired(2))).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('none that has been removed', async () => {
      await insert('gone', inTime(-1000));
      await its.repository.remove(refTo('gone'), removal);
      expect(await expired(10)).toEqual([]);
    });

    it('and no secret of theirs is live, until they are renewed', async () => {
      const secret = aSecret();
      await insert('my-app', inTime(-1000), secret);
      expect(await its.repository.liveSecrets(refTo())).toEqual([]);
      await its.repository.update(refTo(), async (current) => changeOfLife(current, { expiresAt: inTime(HOUR_MS) }));
      expect((await its.repository.liveSecrets(refTo())).map(({ id }) => id)).toEqual([secret.id]);
      expect(await expired(10)).toEqual([]);
    });
  });
}
