import { setTimeout } from 'node:timers/promises';
import { changesBetween } from '#audit';
import { DEFAULT_METADATA, METADATA_FIELDS } from '../client-metadata.js';
import { FreshDomains } from './fresh-domains.js';
import { everything } from './listed-clients.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, anOrigin, aSecret, changeOf, removal } from './writes.js';

const CALLERS = 16;

/** What changes are in every ClientRepository; `make` is called once. */
export function describeClientChanges(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository, its changes:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, change, auditOf, actionsOn, liveSecrets } = its;

    describe('update', () => {
      it.each(METADATA_FIELDS)('changes %s', async (field) => {
        await insert(refTo());
        const changed = await change(refTo(), () => ({ [field]: aFullClient()[field] }));
        const expected = { ...DEFAULT_METADATA, [field]: aFullClient()[field] };
        expect(changed?.metadata()).toEqual(expected);
        expect((await its.repository.find(refTo()))?.metadata()).toEqual(expected);
      });

      it.each(METADATA_FIELDS)('brings %s back to its default', async (field) => {
        await insert(refTo(), aFullClient());
        await change(refTo(), () => ({ [field]: DEFAULT_METADATA[field] }));
        const expected = { ...aFullClient(), [field]: DEFAULT_METADATA[field] };
        expect((await its.repository.find(refTo()))?.metadata()).toEqual(expected);
      });

      it('moves the version and the date of the change, and no other', async () => {
        const before = await insert(refTo());
        await setTimeout(5);
        const after = await change(refTo(), () => ({ clientName: 'new' }));
        expect(after?.version).not.toBe(before?.version);
        expect(after!.updatedAt.getTime()).toBeGreaterThan(before!.updatedAt.getTime());
        expect(after?.createdAt).toEqual(before?.createdAt);
        expect(after?.secretsVersion).toBe(before?.secretsVersion);
        expect(await its.repository.find(refTo())).toEqual(after);
      });

      it('leaves version and date alone when only the secret changes', async () => {
        const before = await insert(refTo());
        await setTimeout(5);
        const after = await change(refTo(), () => ({}), { action: 'replace', secret: aSecret() });
        expect(after).toEqual({ ...before, secretsVersion: before!.secretsVersion + 1 });
      });

      it('writes one audit entry with the change', async () => {
        await insert(refTo());
        const origin = anOrigin();
        await its.repository.update(refTo(), async (current) => ({ ...changeOf(current, aFullClient()), origin }));
        const changes = changesBetween(DEFAULT_METADATA, aFullClient(), METADATA_FIELDS);
        expect((await auditOf(refTo())).at(-1)).toEqual({
          ...refTo(),
          action: 'client.changed',
          origin,
          changes,
        });
        expect(await actionsOn(refTo())).toEqual(['client.created', 'client.changed']);
      });

      it('writes nothing when there is nothing to write', async () => {
        const before = await insert(refTo(), aFullClient(), { action: 'replace', secret: aSecret() });
        expect(await its.repository.update(refTo(), async () => undefined)).toEqual(before);
        expect(await its.repository.find(refTo())).toEqual(before);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });

      it('writes nothing when the decision fails, and passes the reason on', async () => {
        const before = await insert(refTo(), aFullClient());
        const refusal = new Error('refused');
        await expect(its.repository.update(refTo(), () => Promise.reject(refusal))).rejects.toBe(refusal);
        expect(await its.repository.find(refTo())).toEqual(before);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });

      it('returns undefined for a client that is not there, without asking for a decision', async () => {
        let asked = 0;
        const answer = await its.repository.update(refTo(), async () => {
          asked += 1;
          return undefined;
        });
        expect(answer).toBeUndefined();
        expect(asked).toBe(0);
        expect(await auditOf(refTo())).toEqual([]);
      });

      it('touches neither another client of the domain nor the same id in another domain', async () => {
        const elsewhere = { domainId: `${its.domainId}0`, clientId: 'my-app' };
        const others = [refTo('other'), elsewhere];
        for (const other of others) await insert(other, aFullClient(), { action: 'replace', secret: aSecret() });
        const before = await Promise.all(
          others.map(async (other) => [await its.repository.find(other), await liveSecrets(other)]),
        );
        await insert(refTo());
        await change(refTo(), () => ({ clientName: 'new' }), { action: 'revoke' });
        const after = await Promise.all(
          others.map(async (other) => [await its.repository.find(other), await liveSecrets(other)]),
        );
        expect(after).toEqual(before);
      });

      it(`keeps the work of ${CALLERS} callers who each append something at once`, async () => {
        await insert(refTo(), { policies: [] });
        const additions = Array.from({ length: CALLERS }, (_, index) => `policy-${index}`);
        const answers = await Promise.all(
          additions.map((addition) => change(refTo(), ({ policies }) => ({ policies: [...policies, addition] }))),
        );
        const client = await its.repository.find(refTo());
        expect([...client!.policies].sort()).toEqual([...additions].sort());
        answers.forEach((answer, index) => {
          expect(answer?.policies).toContain(additions[index]);
        });
        expect(new Set(answers.map((answer) => answer?.version)).size).toBe(CALLERS);
        expect(await actionsOn(refTo())).toEqual(['client.created', ...additions.map(() => 'client.changed')]);
      });

      it('decides again on the new record when somebody else changed it meanwhile', async () => {
        await insert(refTo(), { policies: ['mine'] });
        const seen: (readonly string[])[] = [];
        await its.repository.update(refTo(), async (current) => {
          seen.push(current.policies);
          if (seen.length === 1) await change(refTo(), () => ({ policies: ['theirs'] }));
          return changeOf(current, { policies: [...current.policies, 'added'] });
        });
        expect(seen).toEqual([['mine'], ['theirs']]);
        expect((await its.repository.find(refTo()))?.policies).toEqual(['theirs', 'added']);
        expect(await actionsOn(refTo())).toEqual(['client.created', 'client.changed', 'client.changed']);
      });

      it('decides again when somebody else rotated the secret meanwhile', async () => {
        await insert(refTo(), {}, { action: 'replace', secret: aSecret() });
        const theirs = aSecret();
        const seen: string[][] = [];
        await its.repository.update(refTo(), async (current, live) => {
          seen.push((await live()).map(({ id }) => id));
          if (seen.length === 1) await change(refTo(), () => ({}), { action: 'replace', secret: theirs });
          return changeOf(current, { clientType: 'public' }, { action: 'revoke' });
        });
        expect(seen).toHaveLength(2);
        expect(seen[1]).toEqual([theirs.id]);
        expect(await liveSecrets(refTo())).toEqual([]);
      });

      it('does not bring back a client that somebody else removed meanwhile', async () => {
        await insert(refTo());
        const answer = await its.repository.update(refTo(), async (current) => {
          await its.repository.remove(refTo(), removal);
          return changeOf(current, { clientName: 'back from the dead' });
        });
        expect(answer).toBeUndefined();
        expect(await its.repository.find(refTo())).toBeUndefined();
        expect(await actionsOn(refTo())).toEqual(['client.created', 'client.deleted']);
      });

      it('decides again when somebody else removed the client and made it anew meanwhile', async () => {
        await insert(refTo(), { scope: 'old' });
        const seen: string[] = [];
        await its.repository.update(refTo(), async (current) => {
          seen.push(current.scope);
          if (seen.length === 1) {
            await its.repository.remove(refTo(), removal);
            await insert(refTo(), { scope: 'new' });
          }
          return changeOf(current, { clientName: 'changed' });
        });
        expect(seen).toEqual(['old', 'new']);
        expect(await its.repository.find(refTo())).toMatchObject({ scope: 'new', clientName: 'changed' });
      });
    });

    describe('findNow', () => {
      it('gives the record that a decision would be handed, or none', async () => {
        expect(await its.repository.findNow(refTo())).toBeUndefined();
        await insert(refTo(), aFullClient());
        const changed = await change(refTo(), () => ({ clientName: 'new' }));
        expect(await its.repository.findNow(refTo())).toEqual(changed);
        await its.repository.remove(refTo(), removal);
        expect(await its.repository.findNow(refTo())).toBeUndefined();
        expect(await actionsOn(refTo())).toEqual(['client.created', 'client.changed', 'client.deleted']);
      });
    });

    describe('versions', () => {
      it('never recur for an id, not even after delete and create', async () => {
        const versions: (string | undefined)[] = [];
        for (let life = 0; life < 3; life += 1) {
          versions.push((await insert(refTo()))?.version);
          for (const clientName of ['a', 'b', 'c']) {
            versions.push((await change(refTo(), () => ({ clientName })))?.version);
          }
          await its.repository.remove(refTo(), removal);
        }
        expect(new Set(versions).size).toBe(12);
      });

      it('are returned to everybody who reads the client', async () => {
        const inserted = await insert(refTo());
        expect((await its.repository.find(refTo()))?.version).toBe(inserted?.version);
        const changed = await change(refTo(), () => ({ clientName: 'new' }));
        expect((await its.repository.find(refTo()))?.version).toBe(changed?.version);
        expect((await its.repository.list(its.domainId, everything())).clients[0]?.version).toBe(changed?.version);
      });
    });
  });
}
