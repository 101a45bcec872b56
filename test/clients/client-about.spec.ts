import fc from 'fast-check';
import { ANY_MANAGER, byTheServer, type Origin } from '#audit';
import {
  type AboutPatch,
  ClientAbouts,
  ClientExpiry,
  type ClientImport,
  ClientImports,
  ClientSecrets,
  ClientSuspensions,
  ClientVersions,
  isLabelKey,
  isLabelValue,
  isManager,
  NOTHING_SAID,
  patched,
} from '#clients';
import { about, aboutPatch } from '../support/arbitraries.js';
import {
  broken,
  codeOf,
  confidential,
  hasher,
  never,
  origin,
  problemOf,
  proposal,
  ref,
  registry,
  unseen,
  violationsOf,
} from '../support/registry.js';

const TERRAFORM: Origin = { ...origin, manager: 'terraform' };
const LOCKED = { managedBy: 'terraform', locked: true };

function abouts() {
  const registered = registry();
  const { repository } = registered;
  const its = new ClientAbouts(repository);
  const describe = (patch: AboutPatch, by = origin) => its.describe(ref, by, patch);
  const last = () => repository.audit.at(-1)!;
  return { ...registered, its, describe, last, find: async () => (await repository.find(ref))! };
}

/** A client that terraform has locked. */
async function locked() {
  const its = abouts();
  await its.register(confidential);
  await its.describe(LOCKED, TERRAFORM);
  return its;
}

describe('what is said of a client', () => {
  it('is told in the audit, field by field, and changes neither record nor version', async () => {
    const { register, describe, last, find } = abouts();
    await register();
    const before = await find();
    await describe({ owner: 'Team Shop', labels: { team: 'shop' } });
    const after = await find();
    expect([after.version, after.updatedAt, after.metadata()]).toEqual([
      before.version,
      before.updatedAt,
      before.metadata(),
    ]);
    expect(last()).toMatchObject({ action: 'client.described' });
    expect(last().changes).toEqual({
      owner: { before: null, after: 'Team Shop' },
      labels: { before: null, after: { team: 'shop' } },
    });
  });

  it('stays as it is where nothing else is said, and then nothing is written', async () => {
    const { register, describe, repository } = abouts();
    await register();
    const said = await describe({ owner: 'Team Shop', labels: { b: '2', a: '1' } });
    expect(await describe({})).toEqual(said);
    expect(await describe({ owner: 'Team Shop', labels: { a: '1', b: '2' }, contact: null })).toEqual(said);
    expect(repository.audit).toHaveLength(2);
  });

  it('is merged field by field and label by label, whatever is said and in whatever order (RFC 7396)', () => {
    const merge = (target: unknown, patch: unknown): unknown => {
      if (typeof patch !== 'object' || patch === null) return patch;
      const result: Record<string, unknown> = typeof target === 'object' && target !== null ? { ...target } : {};
      for (const [key, value] of Object.entries(patch)) {
        if (value === null) delete result[key];
        else result[key] = merge(result[key], value);
      }
      return result;
    };
    /** As JSON has it: what is empty is absent. */
    const said = ({ labels, ...others }: Record<string, unknown>) => ({
      ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null && value !== false)),
      ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    });
    fc.assert(
      fc.property(about, fc.array(aboutPatch, { maxLength: 4 }), (first, patches) => {
        const all = [first, ...patches] as AboutPatch[];
        const result = all.reduce(patched, NOTHING_SAID);
        const expected = all.reduce(merge, {}) as Record<string, unknown>;
        expect(said({ ...result })).toEqual(said(expected));
        // Said once more, the last changes nothing.
        expect(patched(result, all.at(-1)!)).toEqual(result);
        // Equal labels look equal, in whatever order they came.
        const turned = Object.fromEntries(Object.entries(result.labels ?? {}).reverse());
        expect(JSON.stringify(patched(NOTHING_SAID, { labels: turned }).labels)).toBe(JSON.stringify(result.labels));
        expect(Object.keys(result)).toEqual(Object.keys(NOTHING_SAID));
      }),
    );
  });

  it('must not lock without a manager, nor have too many labels in all', async () => {
    const { register, describe } = abouts();
    await register();
    expect(await problemOf(describe({ locked: true }))).toMatchObject({
      violations: [{ property: 'locked', rule: 'value', message: 'must not be true without managedBy' }],
    });
    await describe(LOCKED, TERRAFORM);
    expect(await violationsOf(describe({ managedBy: null }, TERRAFORM))).toEqual(['locked value']);
    const labels = (from: number) => Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`l${from + n}`, '']));
    await describe({ labels: labels(0) }, TERRAFORM);
    expect(await problemOf(describe({ labels: labels(20) }, TERRAFORM))).toMatchObject({
      violations: [{ property: 'labels', rule: 'limit', message: 'must be at most 32' }],
    });
    expect((await describe({ labels: labels(12) }, TERRAFORM)).labels).toMatchObject({ l0: '', l31: '' });
  });

  it('has its labels in the order of their keys, and stays where undefined is said', () => {
    const said = patched(NOTHING_SAID, { labels: { b: '2', c: '3', a: '1' }, owner: 'Shop' });
    expect(Object.keys(said.labels!)).toEqual(['a', 'b', 'c']);
    expect(patched(said, { owner: undefined, labels: undefined, locked: undefined })).toEqual(said);
  });

  it.each<[string, (text: string) => boolean, string[], string[]]>([
    [
      'the key of a label',
      isLabelKey,
      ['a', '1', 'team', 'example.com/cost-center_2', 'A.b', 'x'.repeat(63)],
      ['', '-a', 'a-', '/a', 'a/', '.a', 'a b', 'ä', 'a:b', 'a\n', 'x'.repeat(64)],
    ],
    [
      'the value of a label',
      isLabelValue,
      ['', 'a', '1', 'v1.2_3-x', 'x'.repeat(63)],
      ['-a', 'a-', 'a/b', 'a b', 'ä', 'a\n', 'x'.repeat(64)],
    ],
    [
      'a manager',
      isManager,
      ['a', 'terraform:github.com/acme/infra@main', 'x'.repeat(100)],
      ['', '-a', 'a-', 'a@', 'a b', 'ä', 'a\n', 'x'.repeat(101)],
    ],
  ])('holds %s to its form', (_, isRight, right, wrong) => {
    expect([right.filter((text) => !isRight(text)), wrong.filter(isRight)]).toEqual([[], []]);
  });

  it('finds clients by it, in the order of their ids', async () => {
    const { register, describe, its } = abouts();
    for (const clientId of ['a', ref.clientId]) await register({}, {}, { ...ref, clientId });
    await describe({ owner: 'Team Shop' });
    expect(await its.list(ref.domainId, { owner: 'Team Shop', limit: 10 })).toMatchObject({
      clients: [{ clientId: ref.clientId }],
    });
  });

  it('is of a client that exists', async () => {
    expect(await codeOf(abouts().describe({ owner: 'x' }))).toBe('client_not_found');
  });

  it('comes back with a client that is restored, and its lock, too', async () => {
    const { clients, describe, last, find } = await locked();
    await describe({ owner: 'Team Shop', labels: { team: 'shop' } }, TERRAFORM);
    const before = await find();
    await clients.remove(ref, TERRAFORM);
    const deletion = { ...last(), position: '1', at: new Date() };
    expect(deletion.changes).toMatchObject({ owner: { before: 'Team Shop', after: null }, locked: { before: true } });
    const trail = { outline: async () => [deletion], entries: async () => [deletion] };
    const { client } = await new ClientVersions(clients, trail as never).restoreDeleted(ref, origin, Date.now());
    const { owner, labels, managedBy, locked: isLocked } = before;
    expect(client).toMatchObject({ owner, labels, managedBy, locked: isLocked });
  });

  it('is told of a creation or a deletion only if there is any', async () => {
    const { register, clients, last } = abouts();
    await register();
    expect(last().changes).not.toHaveProperty('locked');
    await clients.remove(ref, origin);
    expect(last().changes).not.toHaveProperty('locked');
  });
});

type Locked = Awaited<ReturnType<typeof locked>>;
const secretsOf = ({ repository }: Locked) => new ClientSecrets(repository, hasher, unseen);
const WRITES: readonly [string, (its: Locked, by: Origin) => Promise<unknown>][] = [
  ['a provision', ({ clients }, by) => clients.provision(ref, by, 'write', () => proposal({ scope: 'openid' }))],
  ['its plan', ({ clients }, by) => clients.plan(ref, by, 'write', () => proposal({ scope: 'openid' }))],
  ['a change', ({ clients }, by) => clients.change(ref, by, 'write', () => proposal({ scope: 'openid' }))],
  [
    'an end, with the record as it is',
    ({ clients }, by) =>
      clients.provision(ref, by, 'write', (current) =>
        proposal(current!.metadata(), { life: { expiresAt: new Date('2999-01-01') } }),
      ),
  ],
  [
    'a secret that is set',
    ({ clients }, by) => clients.change(ref, by, 'write', () => proposal(confidential, { secret: 'a long secret' })),
  ],
  ['a removal', ({ clients }, by) => clients.remove(ref, by)],
  ['a new secret', (its, by) => secretsOf(its).add(ref, by, { name: null, expiresAt: null, overlapSeconds: 60 })],
  [
    'the end of a secret',
    async (its, by) => {
      await secretsOf(its).add(ref, TERRAFORM, { name: null, expiresAt: null, overlapSeconds: 60 });
      return secretsOf(its).remove(ref, by, its.secretIds()[0]!);
    },
  ],
  [
    'a suspension',
    ({ repository }, by) => new ClientSuspensions(repository).suspend(ref, by, { reason: null, until: null }, 0),
  ],
  [
    'a resumption',
    async ({ repository }, by) => {
      await new ClientSuspensions(repository).suspend(ref, TERRAFORM, { reason: null, until: null }, 0);
      return new ClientSuspensions(repository).resume(ref, by);
    },
  ],
  ['what is said of it', ({ describe }, by) => describe({ owner: 'somebody else' }, by)],
  ['another manager', ({ describe }, by) => describe({ managedBy: 'pulumi' }, by)],
  ['its lock', ({ describe }, by) => describe({ locked: false }, by)],
];

describe('a locked client', () => {
  it.each(WRITES)('is not changed in another name than that of its manager: %s', async (_, write) => {
    for (const manager of [undefined, 'pulumi', 'Terraform', '']) {
      const its = await locked();
      const before = its.repository.audit.length;
      expect(await problemOf(write(its, { ...origin, manager }))).toEqual({
        code: 'client_locked',
        clients: [{ clientId: ref.clientId, managedBy: 'terraform' }],
      });
      const others = its.repository.audit.slice(before).filter(({ origin: by }) => by.manager !== 'terraform');
      expect(others).toEqual([]);
    }
  });

  it.each(WRITES)('is changed in the name of its manager, and in that of any: %s', async (_, write) => {
    for (const by of [TERRAFORM, { ...origin, manager: ANY_MANAGER }]) {
      await expect(write(await locked(), by)).resolves.not.toThrow();
    }
  });

  it.each(WRITES)('is changed in anybody’s name once it is not locked any more: %s', async (_, write) => {
    const its = await locked();
    await its.describe({ locked: false }, TERRAFORM);
    await expect(write(its, origin)).resolves.not.toThrow();
  });

  it('may be written where that changes nothing', async () => {
    const { provision, change, describe, repository } = await locked();
    const { length } = repository.audit;
    await provision(confidential);
    await change({});
    await describe({ ...LOCKED, owner: null });
    await new ClientSuspensions(repository).resume(ref, origin);
    expect(repository.audit).toHaveLength(length);
  });

  it('is refused after broken rules, and before a condition', async () => {
    const { change, clients, describe, its, repository } = await locked();
    expect(await codeOf(change(broken))).toBe('invalid_client_metadata');
    expect(await codeOf(describe({ managedBy: null }))).toBe('invalid_client_metadata');
    expect(await codeOf(change({ scope: 'openid' }, {}, never))).toBe('client_locked');
    expect(await codeOf(clients.remove(ref, origin, never))).toBe('client_locked');
    expect(await codeOf(its.describe(ref, origin, { owner: 'x' }, never))).toBe('client_locked');
    const terms = { reason: null, until: null };
    expect(await codeOf(new ClientSuspensions(repository).suspend(ref, origin, terms, 0, never))).toBe('client_locked');
    expect(await codeOf(its.describe(ref, TERRAFORM, { owner: 'x' }, never))).toBe('precondition_failed');
    expect(await codeOf(change({}, {}, never))).toBe('precondition_failed');
  });

  it('is not refused to a proposer in other words than any that is not its own', async () => {
    const { clients } = await locked();
    const right = { credentialId: 'me', at: new Date() };
    expect(await codeOf(clients.change(ref, TERRAFORM, right, () => proposal({ scope: 'openid' })))).toBe(
      'not_proposed_by_caller',
    );
  });

  it('is another client once it was deleted: the next one under its id is not locked', async () => {
    const { clients, register, change } = await locked();
    await clients.remove(ref, TERRAFORM);
    await register();
    expect((await change({ scope: 'openid' })).client).toMatchObject({ scope: 'openid', managedBy: null });
  });

  it('does not hold up what the server does by itself', async () => {
    const { repository, clients, find } = await locked();
    const past = new Date('2026-01-31T12:00:00Z');
    await new ClientSuspensions(repository).suspend(ref, TERRAFORM, { reason: null, until: past }, 0);
    await new ClientSuspensions(repository).endDue();
    expect(await find()).toMatchObject({ suspendedAt: null, locked: true });
    await clients.change(ref, TERRAFORM, 'write', (current) =>
      proposal(current!.metadata(), { life: { expiresAt: past } }),
    );
    await new ClientExpiry(repository, clients).removeExpired();
    expect(await repository.find(ref)).toBeUndefined();
    expect(repository.audit.at(-1)).toMatchObject({ action: 'client.deleted', origin: { credentialName: 'server' } });
    expect(byTheServer('test').manager).toBe(ANY_MANAGER);
  });
});

describe('an import', () => {
  const importing = async (its: Locked, by: Origin, fill: (open: ClientImport) => Promise<unknown>, prune = false) => {
    const imports = new ClientImports(its.repository, hasher, { allowPlainHttp: false, strictAudiences: false });
    const open = await imports.open(ref.domainId, by);
    try {
      await fill(open);
      await open.check({ prune });
      await open.commit();
    } finally {
      await open.close();
    }
  };
  const line = (metadata: Parameters<typeof proposal>[0], clientId = ref.clientId, number = 1) => ({
    number,
    clientId,
    proposal: proposal(metadata),
  });

  it('changes no client that is locked in another name, and then none at all', async () => {
    const its = await locked();
    const work = (by: Origin) =>
      importing(its, by, (open) => open.add([line({ ...confidential, scope: 'openid' }), line({}, 'new', 2)]));
    expect(await problemOf(work(origin))).toEqual({
      code: 'client_locked',
      clients: [{ clientId: ref.clientId, managedBy: 'terraform' }],
    });
    expect(await its.repository.find({ ...ref, clientId: 'new' })).toBeUndefined();
    await work(TERRAFORM);
    expect(await its.find()).toMatchObject({ scope: 'openid', locked: true });
  });

  it('prunes none either, but passes over one that stays as it is', async () => {
    const its = await locked();
    expect(await codeOf(importing(its, origin, async () => {}, true))).toBe('client_locked');
    await importing(its, origin, (open) => open.add([line(confidential), line({}, 'new', 2)]), true);
    expect(await its.repository.find({ ...ref, clientId: 'new' })).toBeDefined();
    await importing(its, TERRAFORM, async () => {}, true);
    expect(await its.repository.find(ref)).toBeUndefined();
  });

  it('writes nothing if a client is locked after it was looked at', async () => {
    const its = abouts();
    await its.register(confidential);
    const work = importing(its, origin, async (open) => {
      await open.add([line({ ...confidential, scope: 'openid' })]);
      await its.describe(LOCKED);
    });
    expect(await codeOf(work)).toBe('changed_meanwhile');
    expect(await its.find()).toMatchObject({ scope: '', locked: true });
  });
});
