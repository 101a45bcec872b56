import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { changesBetween } from '#audit';
import { Client, type ClientRef } from '../client.entity.js';
import { DEFAULT_METADATA, METADATA_FIELDS } from '../client-metadata.js';
import type { ClientSecret } from '../client-secret.entity.js';
import { everything } from './client-lists.contract.js';
import { FreshDomains } from './fresh-domains.js';
import type { RepositoryUnderTest } from './repository-under-test.js';
import { aFullClient, anOrigin, aSecret, changeOf, creation, removal } from './writes.js';

const CALLERS = 16;

/** What every ClientRepository does; `make` is called once. */
export function describeClientRepository(name: string, make: () => Promise<RepositoryUnderTest>): void {
  describe(`${name} keeps the contract of ClientRepository:`, () => {
    const its = new FreshDomains(make);
    const { refTo, insert, change, auditOf } = its;

    async function liveSecrets(ref: ClientRef): Promise<ClientSecret[]> {
      let found: ClientSecret[] = [];
      await its.repository.update(ref, async (_, live) => {
        found = await live();
        return undefined;
      });
      return found;
    }

    const actionsOn = async (ref: ClientRef) => (await auditOf(ref)).map(({ action }) => action);

    describe('find', () => {
      it('knows no client that nobody registered', async () => {
        expect(await its.repository.find(refTo())).toBeUndefined();
      });

      it('takes the same id in two domains for two clients', async () => {
        const elsewhere = { domainId: `${its.domainId}0`, clientId: 'my-app' };
        await insert(refTo(), { clientName: 'here' });
        expect(await its.repository.find(elsewhere)).toBeUndefined();
        await insert(elsewhere, { clientName: 'there' });
        expect((await its.repository.find(refTo()))?.clientName).toBe('here');
        expect((await its.repository.find(elsewhere))?.clientName).toBe('there');
      });
    });

    describe('insert', () => {
      it.each(METADATA_FIELDS)('is shown a client that does not have the default in %s', (field) => {
        expect(aFullClient()[field]).not.toEqual(DEFAULT_METADATA[field]);
      });

      it.each(METADATA_FIELDS)('stores %s', async (field) => {
        await insert(refTo(), aFullClient());
        expect((await its.repository.find(refTo()))?.[field]).toEqual(aFullClient()[field]);
      });

      it('stores a client that has every default', async () => {
        await insert(refTo());
        expect((await its.repository.find(refTo()))?.metadata()).toEqual(DEFAULT_METADATA);
      });

      it('returns the client as it is stored, first version and dates included', async () => {
        const client = await insert(refTo(), aFullClient());
        expect(client).toBeInstanceOf(Client);
        expect(client).toMatchObject({ ...refTo(), ...aFullClient(), secretsVersion: 1 });
        expect(client?.version).toMatch(/^\d+$/);
        expect(client?.createdAt).toEqual(expect.any(Date));
        expect(client?.updatedAt).toEqual(client?.createdAt);
        expect(await its.repository.find(refTo())).toEqual(client);
      });

      it('writes one audit entry that says who created what', async () => {
        const write = creation(refTo(), aFullClient());
        await its.repository.insert(write);
        expect(await auditOf(refTo())).toEqual([
          { ...refTo(), action: 'client.created', origin: write.origin, changes: write.changes },
        ]);
      });

      it('returns undefined on a taken id and writes nothing', async () => {
        const secret = aSecret();
        const before = await insert(refTo(), aFullClient(), { action: 'replace', secret });
        const again = await insert(refTo(), { clientName: 'other' }, { action: 'replace', secret: aSecret() });
        expect(again).toBeUndefined();
        expect(await its.repository.find(refTo())).toEqual(before);
        expect((await liveSecrets(refTo())).map(({ id }) => id)).toEqual([secret.id]);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });

      it(`lets exactly one of ${CALLERS} callers win who create the same client at once`, async () => {
        const secrets = Array.from({ length: CALLERS }, aSecret);
        const answers = await Promise.all(
          secrets.map((secret, index) =>
            insert(refTo(), { clientName: `caller ${index}` }, { action: 'replace', secret }),
          ),
        );
        const winners = answers.flatMap((client, index) => (client ? [index] : []));
        expect(winners).toHaveLength(1);
        expect((await its.repository.find(refTo()))?.clientName).toBe(`caller ${winners[0]}`);
        expect((await liveSecrets(refTo())).map(({ id }) => id)).toEqual([secrets[winners[0]!]!.id]);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });
    });

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

      it('are handed out to whoever reads the client', async () => {
        const inserted = await insert(refTo());
        expect((await its.repository.find(refTo()))?.version).toBe(inserted?.version);
        const changed = await change(refTo(), () => ({ clientName: 'new' }));
        expect((await its.repository.find(refTo()))?.version).toBe(changed?.version);
        expect((await its.repository.list(its.domainId, everything())).clients[0]?.version).toBe(changed?.version);
      });
    });

    describe('remove', () => {
      it('deletes the client, returns it as it was, and says so in the audit', async () => {
        const client = await insert(refTo(), aFullClient());
        const shown: Client[] = [];
        const entry = removal(client!);
        const removed = await its.repository.remove(refTo(), (current) => {
          shown.push(current);
          return entry;
        });
        expect(removed).toEqual(client);
        expect(shown).toEqual([client]);
        expect(await its.repository.find(refTo())).toBeUndefined();
        expect((await auditOf(refTo())).at(-1)).toEqual({ ...refTo(), action: 'client.deleted', ...entry });
      });

      it('leaves nothing to a client that is registered under the same id again', async () => {
        await insert(refTo(), aFullClient(), { action: 'replace', secret: aSecret() });
        await its.repository.remove(refTo(), removal);
        const again = await insert(refTo());
        expect(again?.metadata()).toEqual(DEFAULT_METADATA);
        expect(await liveSecrets(refTo())).toEqual([]);
      });

      it('returns undefined for a client that is not there, without asking', async () => {
        let asked = 0;
        const removed = await its.repository.remove(refTo(), (current) => {
          asked += 1;
          return removal(current);
        });
        expect(removed).toBeUndefined();
        expect(asked).toBe(0);
        expect(await auditOf(refTo())).toEqual([]);
      });

      it('deletes nothing when it is not allowed', async () => {
        const secret = aSecret();
        const client = await insert(refTo(), aFullClient(), { action: 'replace', secret });
        const refusal = new Error('refused');
        const removed = its.repository.remove(refTo(), () => {
          throw refusal;
        });
        await expect(removed).rejects.toBe(refusal);
        expect(await its.repository.find(refTo())).toEqual(client);
        expect(await liveSecrets(refTo())).toHaveLength(1);
        expect(await actionsOn(refTo())).toEqual(['client.created']);
      });

      it('touches neither another client of the domain nor the same id in another domain', async () => {
        const elsewhere = { domainId: `${its.domainId}0`, clientId: 'my-app' };
        for (const other of [refTo('other'), elsewhere, refTo()]) {
          await insert(other, aFullClient(), { action: 'replace', secret: aSecret() });
        }
        await its.repository.remove(refTo(), removal);
        for (const other of [refTo('other'), elsewhere]) {
          expect(await its.repository.find(other)).toBeDefined();
          expect(await liveSecrets(other)).toHaveLength(1);
        }
      });

      it(`tells exactly one of ${CALLERS} callers that it removed the client`, async () => {
        await insert(refTo());
        const removed = await Promise.all(
          Array.from({ length: CALLERS }, () => its.repository.remove(refTo(), removal)),
        );
        expect(removed.filter((client) => client !== undefined)).toHaveLength(1);
        expect(await actionsOn(refTo())).toEqual(['client.created', 'client.deleted']);
      });
    });

    describe('secrets', () => {
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
  });
}

const hex = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes).toString('hex') : bytes);
