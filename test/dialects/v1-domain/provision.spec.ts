import { readFileSync } from 'node:fs';
import { expectProblem } from '../../support/refusals.js';
import {
  aMoment,
  CONFIDENTIAL,
  DEFAULTS,
  etagOf,
  MACHINE,
  PUBLIC,
  SECRET,
  URI,
  v1Clients,
} from '../../support/v1-clients.js';

const { audit, call, expectOnRecord, get, newId, path, put, query, remove } = v1Clients();

describe('PUT of a client', () => {
  it('with what is required gives every other field its default', async () => {
    const [user, machine] = [newId(), newId()];
    expect((await put(user, PUBLIC)).body).toEqual({ clientSecret: null });
    await expectOnRecord(user, PUBLIC);
    expect((await put(machine, MACHINE)).body).toEqual({ clientSecret: expect.stringMatching(SECRET) });
    await expectOnRecord(machine, MACHINE);
  });

  it('puts every field on record as it is given', async () => {
    const id = newId();
    const body = {
      clientType: 'Confidential',
      grantType: 'AuthorizationCode',
      scope: 'openid profile orders:read',
      audiences: ['orders-api', 'billing-api', id],
      redirectUris: [URI, 'http://localhost:3000/cb'],
      postSignOutRedirectUris: ['https://app.example.com/bye', 'https://app.example.com'],
      allowLocalLogin: false,
      providers: ['https://login.partner.example.com', 'google'],
      policies: ['policy.employees', 'p:1/2_3-4'],
      allowedOrigins: ['https://app.example.com', 'http://localhost:3000'],
      accessTokenExpiry: 5,
      idTokenExpiry: 10,
      refreshTokenExpiry: 525_600,
    };
    expect((await put(id, body)).status).toBe(200);
    await expectOnRecord(id, body);
  });

  it('configures the client to the state in the body: what was set before and is absent now is the default again', async () => {
    const id = newId();
    const full = { ...PUBLIC, scope: 'a b', policies: ['p'], allowLocalLogin: true, accessTokenExpiry: 5 };
    await put(id, full);
    await put(id, { ...PUBLIC, redirectUris: ['https://other.example.com/'] });
    await expectOnRecord(id, { ...PUBLIC, redirectUris: ['https://other.example.com/'] });
  });

  it('answers 200 for a new client and for a known one, with an ETag and a request id, not to be stored', async () => {
    const id = newId();
    for (const scope of ['one', 'two']) {
      const answer = await put(id, { ...CONFIDENTIAL, scope });
      expect(answer.status).toBe(200);
      expect(Object.keys(answer.body)).toEqual(['clientSecret']);
      expect(etagOf(answer)).toMatch(/^"[^"]+"$/);
      expect(etagOf(answer)).toBe(etagOf(await get(id)));
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-request-id')).toMatch(/\S/);
      await expectOnRecord(id, { ...CONFIDENTIAL, scope });
    }
  });

  it('moves updatedAt, and never createdAt', async () => {
    const id = newId();
    await put(id, PUBLIC);
    const before = (await get(id)).body;
    await aMoment();
    await put(id, { ...PUBLIC, scope: 'more' });
    const after = (await get(id)).body;
    expect(after.createdAt).toBe(before.createdAt);
    expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
  });

  it('takes a reordered list as a change', async () => {
    const id = newId();
    const uris = [URI, 'https://app.example.com/second'];
    const first = await put(id, { ...PUBLIC, redirectUris: uris });
    const second = await put(id, { ...PUBLIC, redirectUris: uris.toReversed() });
    expect(etagOf(second)).not.toBe(etagOf(first));
    await expectOnRecord(id, { ...PUBLIC, redirectUris: uris.toReversed() });
  });
});

describe('an unchanged PUT', () => {
  it('writes nothing: same ETag, same updatedAt, no audit row', async () => {
    const id = newId();
    const body = { ...CONFIDENTIAL, scope: 'a b', audiences: ['x'], allowLocalLogin: true, accessTokenExpiry: 5 };
    const first = await put(id, body);
    const before = await get(id);
    for (let round = 0; round < 3; round += 1) {
      const again = await put(id, body);
      expect([again.status, etagOf(again)]).toEqual([200, etagOf(first)]);
    }
    const after = await get(id);
    expect([after.text, etagOf(after)]).toEqual([before.text, etagOf(before)]);
    expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created']);
  });

  it('is one also when it says the same in other words', async () => {
    const id = newId();
    const first = await put(id, PUBLIC);
    for (const body of [
      { ...PUBLIC, ...DEFAULTS, redirectUris: [URI] },
      { ...PUBLIC, accessTokenExpiry: 90, idTokenExpiry: 0, refreshTokenExpiry: null },
      { ...PUBLIC, scope: null, audiences: null, providers: [], allowLocalLogin: null },
      { redirect_uris: [URI], grantType: 'AuthorizationCode', clientType: 'Public' },
    ]) {
      expect(etagOf(await put(id, body))).toBe(etagOf(first));
    }
    expect(await audit(id)).toHaveLength(1);
  });

  it('is one when it puts back what GET returned', async () => {
    const id = newId();
    await put(id, { ...CONFIDENTIAL, scope: 'a', policies: ['p'], refreshTokenExpiry: 7 });
    const read = await get(id);
    const answer = await put(id, read.body);
    expect([answer.status, answer.body, etagOf(answer)]).toEqual([200, { clientSecret: null }, etagOf(read)]);
    expect((await get(id)).text).toBe(read.text);
    expect(await audit(id)).toHaveLength(1);
  });
});

describe('what infrastructure code sends, and reads again', () => {
  const document = readFileSync('docs/infrastructure-code.md', 'utf8');
  const rows = [...document.matchAll(/^\| `(\{.*?\})` \| `(\{.*?\})` \|$/gm)].map(
    ([, sent, read]) => [sent!, read!] as const,
  );

  it('is in the document, first of all which values come back where nothing was sent', () => {
    const values = Object.entries(DEFAULTS).filter(([, value]) => typeof value === 'number');
    expect(rows[0]?.map((text) => JSON.parse(text))).toEqual([{}, Object.fromEntries(values)]);
  });

  it.each(rows)('%s → %s', async (sent, read) => {
    const id = newId();
    const body = { ...MACHINE, ...JSON.parse(sent) };
    const first = await put(id, body);
    expect((await get(id)).body).toMatchObject(JSON.parse(read));
    const again = await put(id, body);
    expect([again.status, etagOf(again), again.body]).toEqual([200, etagOf(first), { clientSecret: null }]);
  });

  it('a plan for what is on record already is empty', async () => {
    const id = newId();
    for (const [sent] of rows) {
      const body = { ...MACHINE, ...JSON.parse(sent) };
      await put(id, body);
      const { body: plan } = await call('PUT', `${path(id)}?dryRun=true`, { body });
      expect(plan).toEqual({ dryRun: true, created: false, changes: [], clientSecret: 'kept' });
    }
  });
});

describe('the audit', () => {
  it('has one row for each change, and none holds a secret', async () => {
    const id = newId();
    const headers = { 'x-request-id': 'request-of-the-test' };
    const { clientSecret } = (await put(id, CONFIDENTIAL, { headers })).body;
    await put(id, { ...CONFIDENTIAL, scope: 'openid' }, { headers });
    await put(id, { ...PUBLIC, scope: 'openid' }, { headers });
    const second = (await put(id, { ...CONFIDENTIAL, scope: 'openid' }, { headers })).body.clientSecret;
    await remove(id, { headers });
    const rows = await audit(id);
    expect(rows.map(({ action }) => action)).toEqual([
      'client.created',
      'client.changed',
      'client.changed',
      'client.changed',
      'client.deleted',
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ dialect: 'v1', request_id: 'request-of-the-test', credential_name: 'operator' });
    }
    expect(rows[1]!.changes).toEqual({ scope: { before: '', after: 'openid' } });
    expect(rows[2]!.changes.clientType).toEqual({ before: 'confidential', after: 'public' });
    expect(rows[4]!.changes.scope).toEqual({ before: 'openid', after: null });
    const everything = JSON.stringify(rows);
    for (const secret of [clientSecret, second]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(secret.slice('cls_'.length, -10));
    }
    expect(everything).not.toContain('cls_');
  });

  it('has none for a request that was refused', async () => {
    const id = newId();
    await put(id, PUBLIC);
    await put(id, { ...PUBLIC, scope: 'a a' });
    await put(id, { ...PUBLIC, scope: 'b' }, { headers: { 'if-match': '"other"' } });
    await remove(id, { headers: { 'if-match': '"other"' } });
    await remove('never-registered');
    expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created']);
    expect(await audit('never-registered')).toEqual([]);
  });
});

describe('DELETE of a client', () => {
  it('answers 204 without a body, and the client is gone', async () => {
    const id = newId();
    await put(id, CONFIDENTIAL);
    const answer = await remove(id);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expectProblem(await get(id), 404);
    const rows = await query('select 1 from client_secrets where client_id = $1', [id]);
    expect(rows).toEqual([]);
    expect((await call('GET', '/v1/domain/default/client')).text).not.toContain(`"${id}"`);
  });

  it('of a client that does not exist is a 404, so that a mistyped id does not look like success', async () => {
    const id = newId();
    expectProblem(await remove(id), 404);
    await put(id, PUBLIC);
    await remove(id);
    expectProblem(await remove(id), 404);
  });

  it('by 16 callers at once succeeds once', async () => {
    const id = newId();
    await put(id, PUBLIC);
    const answers = await Promise.all(Array.from({ length: 16 }, () => remove(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(15).fill(404)]);
    expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created', 'client.deleted']);
  });
});
