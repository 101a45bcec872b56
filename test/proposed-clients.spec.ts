import { expectAccountsError, expectProblem } from './support/refusals.js';
import { type Answer, startServer, type TestServer } from './support/test-server.js';

const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };
const NIL = '00000000-0000-4000-8000-000000000000';

interface Key {
  readonly id: string;
  readonly apiKey: string;
}

/** How clients are created and changed in a dialect, and how it answers whoever lacks the right. */
interface Door {
  readonly name: string;
  create(id: string, key?: string): Promise<Answer>;
  change(id: string, scopeOrName: string, key?: string): Promise<Answer>;
  expectRefused(answer: Answer): void;
}

let one: TestServer;
let other: TestServer;
let proposer: Key;
let approver: Key;
/** Another proposer. */
let stranger: Key;
let counter = 0;
const newId = () => `proposed-${++counter}`;

const v1Path = (id: string) => `/v1/domain/default/client/${id}`;
const whole = (id: string) => `/admin/domains/default/clients/${id}`;
const suspension = (id: string) => `${whole(id)}/suspension`;
const suspend = (id: string, body: object = {}) => one.call('PUT', suspension(id), { body });
const resume = (id: string, headers: Record<string, string> = {}) =>
  one.call('DELETE', suspension(id), { key: approver.apiKey, headers });
const verify = async (id: string, secret: string) =>
  (await one.call('POST', `${v1Path(id)}/secrets/verify`, { body: { secret } })).body;
const auditOf = (id: string) =>
  one.database.query<{ action: string; credential_id: string; changes: Record<string, unknown> }>(
    'select action, credential_id, changes from audit_entries where client_id = $1 order by position',
    [id],
  );

const v1: Door = {
  name: 'v1',
  create: (id, key) => one.call('PUT', v1Path(id), { key, body: MACHINE }),
  change: (id, scope, key) => one.call('PUT', v1Path(id), { key, body: { ...MACHINE, scope } }),
  expectRefused: (answer) => expectProblem(answer, 401),
};
const accounts: Door = {
  name: 'accounts',
  create: (id, key) => one.call('POST', '/client', { key, body: { clientID: id, grantTypes: ['client_credentials'] } }),
  change: (id, clientName, key) => one.call('PUT', `/client?clientID=${id}`, { key, body: { clientName } }),
  expectRefused: (answer) => {
    expectAccountsError(answer, 401, 1410);
    expect(answer.body.detail).toBe('clients:write');
  },
};
const DOORS = [v1, accounts];

beforeAll(async () => {
  one = await startServer();
  other = await startServer({}, { database: one.database });
  const issue = (name: string, ...permissions: string[]) => one.issue({ name, domain: 'default', permissions });
  proposer = await issue('proposer', 'clients:propose', 'clients:read');
  stranger = await issue('stranger', 'clients:propose', 'clients:read');
  approver = await issue('approver', 'clients:write');
});
afterAll(async () => {
  await other.stop();
  await one.stop();
});

describe.each(DOORS)('a client that is proposed through $name', (door) => {
  const [elsewhere] = DOORS.filter(({ name }) => name !== door.name) as [Door];

  it('is created as for clients:write, but suspended until somebody who may write clients resumes it', async () => {
    const [id, twin] = [newId(), newId()];
    const answer = await door.create(id, proposer.apiKey);
    const written = await door.create(twin);
    expect(answer.status).toBe(written.status);
    expect(Object.keys(answer.body)).toEqual(Object.keys(written.body));
    const { clientSecret } = answer.body;
    expect(clientSecret).toMatch(/^cls_/);

    expect((await one.call('GET', suspension(id))).body).toMatchObject({
      reason: 'proposed',
      until: null,
      by: proposer.id,
    });
    expect((await one.call('GET', suspension(twin))).status).toBe(404);
    expect(await verify(id, clientSecret)).toEqual({ valid: false, suspended: true });

    expect((await resume(id)).status).toBe(204);
    expect(await verify(id, clientSecret)).toMatchObject({ valid: true });
  });

  it('is one entry in the audit, which says so', async () => {
    const id = newId();
    await door.create(id, proposer.apiKey);
    const [entry, ...others] = await auditOf(id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      action: 'client.created',
      credential_id: proposer.id,
      changes: {
        suspendedAt: { before: null, after: expect.any(String) },
        suspensionReason: { before: null, after: 'proposed' },
        suspendedBy: { before: null, after: proposer.id },
      },
    });
  });

  it('can be changed by its proposer through both dialects until it is resumed, and then no more', async () => {
    const id = newId();
    await door.create(id, proposer.apiKey);
    expect((await door.change(id, 'first', proposer.apiKey)).status).toBe(200);
    expect((await elsewhere.change(id, 'second', proposer.apiKey)).status).toBe(200);
    expect((await one.call('GET', suspension(id))).body.reason).toBe('proposed');

    await resume(id);
    for (const { change, expectRefused } of DOORS) expectRefused(await change(id, 'third', proposer.apiKey));
    expect((await auditOf(id)).map(({ action }) => action)).toEqual([
      'client.created',
      'client.changed',
      'client.changed',
      'client.resumed',
    ]);
  });

  it('stays suspended, and its proposer’s, when somebody else changes it', async () => {
    const id = newId();
    await door.create(id, proposer.apiKey);
    expect((await door.change(id, 'improved', approver.apiKey)).status).toBe(200);
    expect((await one.call('GET', suspension(id))).body).toMatchObject({
      reason: 'proposed',
      by: proposer.id,
    });
    expect((await door.change(id, 'again', proposer.apiKey)).status).toBe(200);
  });

  it('is resumed as it was read: If-Match fails when it was changed since', async () => {
    const id = newId();
    await door.create(id, proposer.apiKey);
    const read = async () => (await one.call('GET', whole(id))).headers.get('etag')!;
    const seen = await read();
    await door.change(id, 'slipped in', proposer.apiKey);
    expect((await resume(id, { 'if-match': seen })).status).toBe(412);
    expect((await one.call('GET', suspension(id))).status).toBe(200);
    expect((await resume(id, { 'if-match': await read() })).status).toBe(204);
  });
});

describe('a client that a proposer did not propose, or no longer', () => {
  const CASES: Record<string, (id: string) => Promise<unknown>> = {
    'that somebody registered': (id) => v1.create(id),
    'that another one proposed': (id) => v1.create(id, stranger.apiKey),
    'that somebody suspended as proposed': async (id) => {
      await v1.create(id);
      await suspend(id, { reason: 'proposed' });
    },
    'that was resumed': async (id) => {
      await v1.create(id, proposer.apiKey);
      await resume(id);
    },
    'that was resumed, and suspended later': async (id) => {
      await v1.create(id, proposer.apiKey);
      await resume(id);
      await suspend(id, { reason: 'proposed' });
    },
    'that somebody suspended for another reason meanwhile': async (id) => {
      await v1.create(id, proposer.apiKey);
      await suspend(id, { reason: 'under review' });
    },
    'that somebody suspended for another reason, and as proposed again': async (id) => {
      await v1.create(id, proposer.apiKey);
      await suspend(id, { reason: 'under review' });
      await suspend(id, { reason: 'proposed' });
    },
    'that was deleted, and registered again': async (id) => {
      await v1.create(id, proposer.apiKey);
      await one.call('DELETE', v1Path(id));
      await v1.create(id);
    },
  };

  it.each(Object.entries(CASES))('%s, is none that it may change: as for a missing right', async (_, make) => {
    const id = newId();
    await make(id);
    const before = await one.database.query(`select to_jsonb(c) as row from clients c where client_id = '${id}'`);
    const entries = (await auditOf(id)).length;
    const { apiKey: key } = proposer;
    const reader = await one.issue({ domain: 'default', permissions: ['clients:read'] });
    const headers = { 'x-request-id': 'the-same-for-all' };
    const words = ({ status, text }: Answer) => ({ status, text });
    const ask = async (method: string, path: string, body?: unknown, more = {}) => {
      const send = (by: string) => one.call(method, path, { key: by, body, headers: { ...headers, ...more } });
      expect(words(await send(key))).toEqual(words(await send(reader.apiKey)));
    };
    // What would change nothing, what breaks rules and what has a condition that fails, too: it is told of none.
    await ask('PUT', v1Path(id), MACHINE);
    await ask('PUT', v1Path(id), { ...MACHINE, scope: 'other' });
    await ask('PUT', v1Path(id), { ...MACHINE, redirectUris: ['not a uri'] });
    await ask('PUT', v1Path(id), { ...MACHINE, scope: 'other' }, { 'if-match': '"0"' });
    await ask('PUT', `${v1Path(id)}?dryRun=true`, { ...MACHINE, scope: 'other' });
    await ask('PUT', v1Path(id), { ...MACHINE, scope: 'other' }, { prefer: 'validate-only' });
    await ask('PUT', v1Path(id), { ...MACHINE, scope: 'o' }, { 'idempotency-key': `a-key-for-the-client-${id}` });
    await ask('PUT', `/client?clientID=${id}`, { clientName: 'other' });
    await ask('PUT', `/client?clientID=${id}`, {});
    await ask('PUT', `/client?clientID=${id}`, { redirectURIs: ['not a uri'] });
    await ask('PUT', `/client?clientID=${id}`, { clientSecret: 'a secret that is a guess' });
    await ask('PUT', '/clients', { clientID: id, clientName: 'other' });
    expect((await accounts.create(id, key)).status).toBe(409);
    expect(await one.database.query(`select to_jsonb(c) as row from clients c where client_id = '${id}'`)).toEqual(
      before,
    );
    expect(await auditOf(id)).toHaveLength(entries);
  });
});

describe('a credential with clients:propose', () => {
  it('may do nothing else to clients, also not to its own', async () => {
    const id = newId();
    const { clientSecret } = (await v1.create(id, proposer.apiKey)).body;
    const [secret] = (await one.call('GET', `${v1Path(id)}/secrets`)).body;
    const { version } = (await one.call('GET', `${whole(id)}/versions`)).body[0];
    const before = await auditOf(id);
    const ask = (method: string, path: string, body?: unknown) =>
      one.call(method, path, { key: proposer.apiKey, body });
    v1.expectRefused(await ask('DELETE', v1Path(id)));
    accounts.expectRefused(await ask('DELETE', `/client?clientID=${id}`));
    v1.expectRefused(await ask('POST', `${v1Path(id)}/secrets`, {}));
    v1.expectRefused(await ask('DELETE', `${v1Path(id)}/secrets/${secret.id}`));
    v1.expectRefused(await ask('POST', `${v1Path(id)}/secrets/verify`, { secret: clientSecret }));
    for (const [method, path, body] of [
      ['PUT', suspension(id), {}],
      ['DELETE', suspension(id)],
      ['POST', `${whole(id)}/restore`],
      ['POST', `${whole(id)}/versions/${version}/restore`],
      ['POST', '/admin/domains/default/import', { clientId: newId(), ...MACHINE }],
      ['POST', '/admin/domains/default/import?dryRun=true', { clientId: newId(), ...MACHINE }],
      ['POST', '/admin/credentials', { name: 'x', domain: 'default', permissions: ['clients:propose'] }],
      ['DELETE', `/admin/credentials/${NIL}`],
    ] as const) {
      expectProblem(await ask(method, path, body), 403);
    }
    expect(await auditOf(id)).toEqual(before);
    expect((await one.call('GET', suspension(id))).status).toBe(200);
  });

  it('reads nothing: it is told of what it writes as whoever may write and not read', async () => {
    const id = newId();
    const grant = { domain: 'default', permissions: ['clients:propose'] };
    const { apiKey: key } = await one.issue(grant);
    expect(Object.keys((await v1.create(id, key)).body)).toEqual(['clientSecret']);
    expect((await v1.change(id, 'a', key)).body).toEqual({ clientSecret: null });
    expect((await accounts.change(id, 'My app', key)).body).toMatchObject({ clientID: id, clientName: 'My app' });
    v1.expectRefused(await one.call('GET', v1Path(id), { key }));
    expect((await one.call('GET', `/client?clientID=${id}`, { key })).body).toMatchObject({
      code: 1410,
      detail: 'clients:read',
    });
    expectProblem(await one.call('GET', suspension(id), { key }), 403);
  });

  it('may also say what would come of it', async () => {
    const id = newId();
    const dryRun = { key: proposer.apiKey, body: MACHINE };
    const { status, body } = await one.call('PUT', `${v1Path(id)}?dryRun=true`, dryRun);
    expect([status, body.created, body.clientSecret]).toEqual([200, true, 'created']);
    expect((await one.call('GET', v1Path(id))).status).toBe(404);
    expect(await auditOf(id)).toEqual([]);
  });

  it('gets the same answer again for the same Idempotency-Key, secret included', async () => {
    const id = newId();
    const again = () =>
      one.call('PUT', v1Path(id), {
        key: proposer.apiKey,
        body: MACHINE,
        headers: { 'idempotency-key': `the-proposal-of-${id}` },
      });
    const first = await again();
    expect(first.body.clientSecret).toMatch(/^cls_/);
    expect((await again()).body).toEqual(first.body);
    expect(await auditOf(id)).toHaveLength(1);
    await resume(id);
    // It repeats what was said, and writes nothing.
    expect((await again()).body).toEqual(first.body);
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['client.created', 'client.resumed']);
  });

  it('proposes nothing when it has clients:write, too', async () => {
    const permissions = ['clients:propose', 'clients:write'];
    const { apiKey } = await one.issue({ domain: 'default', permissions });
    for (const door of DOORS) {
      const id = newId();
      await door.create(id, apiKey);
      expect((await one.call('GET', suspension(id))).status).toBe(404);
      expect((await door.change(id, 'other', apiKey)).status).toBe(200);
    }
  });

  it('changes nothing once it is revoked; its clients wait for whoever may write', async () => {
    const id = newId();
    const gone = await one.issue({ domain: 'default', permissions: ['clients:propose'] });
    const { clientSecret } = (await v1.create(id, gone.apiKey)).body;
    await one.call('DELETE', `/admin/credentials/${gone.id}`);
    v1.expectRefused(await v1.change(id, 'other', gone.apiKey));
    expect((await v1.change(id, 'other', approver.apiKey)).status).toBe(200);
    await resume(id);
    expect(await verify(id, clientSecret)).toMatchObject({ valid: true });
  });

  it('is granted, seen and revoked by whoever may write clients and issue credentials, and never the reverse', async () => {
    const issue = (key: string | undefined, ...permissions: string[]) =>
      one.call('POST', '/admin/credentials', { key, body: { name: 'x', domain: 'default', permissions } });
    const clerk = (await issue(undefined, 'credentials:write', 'clients:write')).body;
    const weak = (await issue(undefined, 'credentials:write', 'clients:propose')).body;
    const granted = (await issue(clerk.apiKey, 'clients:propose')).body;
    expect(granted.permissions).toEqual(['clients:propose']);
    const seenBy = async (key: string) =>
      ((await one.call('GET', '/admin/credentials', { key })).body as Key[]).map(({ id }) => id);
    expect(await seenBy(clerk.apiKey)).toEqual(expect.arrayContaining([granted.id, weak.id, clerk.id]));
    const seen = await seenBy(weak.apiKey);
    expect(seen).toEqual(expect.arrayContaining([granted.id, weak.id]));
    expect(seen).not.toContain(clerk.id);
    expectProblem(await issue(weak.apiKey, 'clients:write'), 403);
    expectProblem(await issue(weak.apiKey, 'clients:propose', 'clients:read'), 403);
    const revoked = await one.call('DELETE', `/admin/credentials/${granted.id}`, { key: clerk.apiKey });
    expect(revoked.status).toBe(204);
  });
});

describe('at the same moment, on two instances', () => {
  const ROUNDS = 10;

  it('changes by the proposer come before the resumption, or are refused', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = newId();
      await v1.create(id, proposer.apiKey);
      const change = (server: TestServer, n: number) =>
        n % 2 === 0
          ? server.call('PUT', v1Path(id), { key: proposer.apiKey, body: { ...MACHINE, scope: `s${n}` } })
          : server.call('PUT', `/client?clientID=${id}`, { key: proposer.apiKey, body: { clientName: `n${n}` } });
      // Both remember it as it was before.
      await Promise.all([one, other].map((server) => server.call('GET', v1Path(id))));
      const changes = Array.from({ length: 8 }, (_, n) => change(n % 4 < 2 ? one : other, n));
      const [resumed, ...answers] = await Promise.all([resume(id), ...changes]);
      expect(resumed.status).toBe(204);
      for (const { status } of answers) expect([200, 401]).toContain(status);
      for (const server of [one, other]) {
        for (const n of [98, 99]) expect((await change(server, n)).status).toBe(401);
      }
      const actions = (await auditOf(id)).map(({ action }) => action);
      expect(actions.indexOf('client.resumed')).toBe(actions.length - 1);
      expect(actions.filter((action) => action === 'client.changed')).toHaveLength(
        answers.filter(({ status }) => status === 200).length,
      );
    }
  });

  it('one proposes a client, others register it: it is one client, suspended only if the proposal came first', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = newId();
      const put = (server: TestServer, key: string) => server.call('PUT', v1Path(id), { key, body: MACHINE });
      const [proposed, ...others] = await Promise.all([
        put(one, proposer.apiKey),
        put(other, approver.apiKey),
        put(one, stranger.apiKey),
      ]);
      const made = [proposed, ...others].filter(({ status, body }) => status === 200 && body.clientSecret !== null);
      expect(made).toHaveLength(1);
      const [creation] = await auditOf(id);
      const { status, text } = await one.call('GET', suspension(id));
      const isWritten = creation!.credential_id === approver.id;
      expect(status).toBe(isWritten ? 404 : 200);
      if (!isWritten) expect(JSON.parse(text).by).toBe(creation!.credential_id);
      expect([proposed.status, ...others.map((answer) => answer.status)]).toEqual(
        [proposer, approver, stranger].map(({ id: by }) =>
          by === creation!.credential_id || by === approver.id ? 200 : 401,
        ),
      );
    }
  });
});
