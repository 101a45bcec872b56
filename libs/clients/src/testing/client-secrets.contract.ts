import { randomBytes } from 'node:crypto';
import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { anOrigin, aSecret } from './writes.js';

const CALLERS = 16;

/** What becomes of secrets in every ClientRepository; `make` is called once. */
export function describeClientSecrets(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, its secrets:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, change, liveSecrets } = its;

    const SALTS = [
      ['with a salt', randomBytes(16)],
      ['without a salt', null],
    ] as const;

    it.each(SALTS)('come in with a new client, %s, field by field', async (_, salt) => {
      const secret = { ...aSecret(), salt };
      await insert(refTo(), {}, { action: 'replace', secret });
      const live = await liveSecrets(refTo());
      expect(live).toHaveLength(1);
      expect(live[0]).toMatchObject({
        ...refTo(),
        id: secret.id,
        algorithm: secret.algorithm,
        hint: secret.hint,
        name: null,
        expiresAt: null,
        lastUsedOn: null,
      });
      expect(live[0]?.createdAt).toEqual(expect.any(Date));
      expect(hex(live[0]?.hash)).toBe(hex(secret.hash));
      expect(hex(live[0]?.salt)).toBe(hex(salt));
    });

    it('are none on a client that was made without', async () => {
      await insert(refTo());
      expect(await liveSecrets(refTo())).toEqual([]);
    });

    it('stay when the write says none', async () => {
      const secret = aSecret();
      await insert(refTo(), {}, { action: 'replace', secret });
      const changed = await change(refTo(), () => ({ clientName: 'new' }), { action: 'none' });
      expect((await liveSecrets(refTo())).map(({ id }) => id)).toEqual([secret.id]);
      expect(changed?.secretsVersion).toBe(1);
    });

    it('are replaced by the one that is given', async () => {
      const secret = aSecret();
      await insert(refTo(), {}, { action: 'replace', secret: aSecret() });
      const changed = await change(refTo(), () => ({}), { action: 'replace', secret });
      expect((await liveSecrets(refTo())).map(({ id }) => id)).toEqual([secret.id]);
      expect(changed?.secretsVersion).toBe(2);
    });

    it('are revoked, all of them', async () => {
      await insert(refTo(), {}, { action: 'replace', secret: aSecret() });
      const changed = await change(refTo(), () => ({ clientType: 'public' }), { action: 'revoke' });
      expect(await liveSecrets(refTo())).toEqual([]);
      expect(changed?.secretsVersion).toBe(2);
    });

    it('get a new hash, once: another one that was made of the first hash comes too late', async () => {
      await insert(refTo(), {}, { action: 'replace', secret: { ...aSecret(), algorithm: 'sha256' } });
      const [secret] = await liveSecrets(refTo());
      const [one, other] = [aSecret(), aSecret()];
      await Promise.all([its.repository.noteUse(secret!, one), its.repository.noteUse(secret!, other)]);
      const [now] = await liveSecrets(refTo());
      const first = [one, other].find(({ hash }) => hex(hash) === hex(now?.hash));
      expect(now).toMatchObject({ id: secret!.id, algorithm: first?.algorithm, lastUsedOn: expect.any(String) });
      for (const late of [aSecret(), undefined]) await its.repository.noteUse(secret!, late);
      expect(hex((await liveSecrets(refTo()))[0]?.hash)).toBe(hex(now?.hash));
      expect((await its.repository.find(refTo()))?.secretsVersion).toBe(1);
    });

    it('do not come back when one of them has ended or was replaced, and then gets a new hash', async () => {
      const ended = async (write: Parameters<typeof change>[2], live: number) => {
        await insert(refTo(), {}, { action: 'replace', secret: aSecret() });
        const [secret] = await liveSecrets(refTo());
        await change(refTo(), () => ({}), write);
        await its.repository.noteUse(secret!, aSecret());
        expect((await liveSecrets(refTo())).map(({ id }) => id)).not.toContain(secret!.id);
        expect(await liveSecrets(refTo())).toHaveLength(live);
        await its.repository.remove(refTo(), () => ({ changes: {}, origin: anOrigin() }));
        await its.repository.noteUse(secret!, aSecret());
        expect(await liveSecrets(refTo())).toEqual([]);
      };
      await ended({ action: 'revoke' }, 0);
      await ended({ action: 'replace', secret: aSecret() }, 1);
      await ended({ action: 'add', secret: aSecret(), overlapSeconds: 0 }, 1);
    });

    it(`are one after ${CALLERS} callers have replaced them at once`, async () => {
      await insert(refTo(), {}, { action: 'replace', secret: aSecret() });
      const given = Array.from({ length: CALLERS }, aSecret);
      await Promise.all(given.map((secret) => change(refTo(), () => ({}), { action: 'replace', secret })));
      const live = await liveSecrets(refTo());
      expect(live).toHaveLength(1);
      expect(given.map(({ id }) => id)).toContain(live[0]?.id);
      expect((await its.repository.find(refTo()))?.secretsVersion).toBe(1 + CALLERS);
    });
  });
}

const hex = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes).toString('hex') : bytes);
