import { expectProblem } from '../../support/refusals.js';
import { aMoment, CONFIDENTIAL, etagOf, MACHINE, PUBLIC, SECRET, v1Clients } from '../../support/v1-clients.js';

const { audit, call, expectOnRecord, get, inAccounts, isLive, newId, put, query, remove } = v1Clients();

describe('secrets', () => {
  it('absent → Confidential: one secret is made, shown this once, and stored hashed', async () => {
    const id = newId();
    const { clientSecret } = (await put(id, CONFIDENTIAL)).body;
    expect(clientSecret).toMatch(SECRET);
    expect(await isLive(id, clientSecret)).toBe(true);
    expect((await get(id)).text).not.toContain(clientSecret);
    expect((await get(id)).body).not.toHaveProperty('clientSecret');
    expect((await inAccounts(id)).clientSecret).toBeNull();
    const rows = await query<{ stored: string }>(
      'select to_jsonb(s) #>> $2 as stored from client_secrets s where client_id = $1',
      [id, '{}'],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.stored).not.toContain(clientSecret);
    expect(rows[0]!.stored).not.toContain(Buffer.from(clientSecret).toString('hex'));
  });

  it('absent → Public: none', async () => {
    const id = newId();
    expect((await put(id, PUBLIC)).body).toEqual({ clientSecret: null });
    expect(await query('select 1 from client_secrets where client_id = $1', [id])).toEqual([]);
  });

  it('Confidential → Confidential: kept untouched, whether or not anything else changes', async () => {
    const id = newId();
    const { clientSecret } = (await put(id, CONFIDENTIAL)).body;
    expect((await put(id, CONFIDENTIAL)).body).toEqual({ clientSecret: null });
    expect((await put(id, { ...CONFIDENTIAL, scope: 'more' })).body).toEqual({ clientSecret: null });
    expect((await put(id, MACHINE)).body).toEqual({ clientSecret: null });
    expect(await isLive(id, clientSecret)).toBe(true);
  });

  it('Public → Confidential: a new one, never an old one revived', async () => {
    const id = newId();
    const first = (await put(id, CONFIDENTIAL)).body.clientSecret;
    expect((await put(id, PUBLIC)).body).toEqual({ clientSecret: null });
    const second = (await put(id, CONFIDENTIAL)).body.clientSecret;
    expect(second).toMatch(SECRET);
    expect(second).not.toBe(first);
    expect([await isLive(id, first), await isLive(id, second)]).toEqual([false, true]);
  });

  it('Confidential → Public: all are revoked at once', async () => {
    const id = newId();
    await put(id, CONFIDENTIAL);
    await put(id, PUBLIC);
    expect(await query('select 1 from client_secrets where client_id = $1', [id])).toEqual([]);
    await expectOnRecord(id, PUBLIC);
  });

  it('Public → Public: none', async () => {
    const id = newId();
    await put(id, PUBLIC);
    expect((await put(id, { ...PUBLIC, scope: 'more' })).body).toEqual({ clientSecret: null });
  });

  it('deleted earlier, same id → Confidential: a new client, nothing is inherited', async () => {
    const id = newId();
    const first = (await put(id, { ...CONFIDENTIAL, scope: 'old', policies: ['old'] })).body.clientSecret;
    await call('PUT', `/client?clientID=${id}`, { body: { clientName: 'Old' } });
    const before = (await get(id)).body;
    expect((await remove(id)).status).toBe(204);
    await aMoment();
    const second = (await put(id, CONFIDENTIAL)).body.clientSecret;
    expect(second).toMatch(SECRET);
    expect([await isLive(id, first), await isLive(id, second)]).toEqual([false, true]);
    await expectOnRecord(id, CONFIDENTIAL);
    expect((await inAccounts(id)).clientName).toBeNull();
    expect(Date.parse((await get(id)).body.createdAt)).toBeGreaterThan(Date.parse(before.createdAt));
  });

  it('a refused PUT makes and revokes none', async () => {
    const id = newId();
    const { clientSecret } = (await put(id, CONFIDENTIAL)).body;
    expectProblem(await put(id, { ...PUBLIC, scope: 'a a' }), 400);
    expect(await isLive(id, clientSecret)).toBe(true);
  });

  it('no two are alike', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => put(newId(), CONFIDENTIAL)));
    expect(new Set(answers.map(({ body }) => body.clientSecret)).size).toBe(10);
  });

  it('raced by 16 callers creating one client: exactly one gets the secret, and it is the one in force', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = newId();
      const answers = await Promise.all(Array.from({ length: 16 }, () => put(id, CONFIDENTIAL)));
      expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200));
      const secrets = answers.map(({ body }) => body.clientSecret).filter((secret) => secret !== null);
      expect(secrets).toEqual([expect.stringMatching(SECRET)]);
      expect(await isLive(id, secrets[0])).toBe(true);
      expect((await audit(id)).map(({ action }) => action)).toEqual(['client.created']);
      expect(new Set(answers.map(etagOf)).size).toBe(1);
    }
  });

  it('raced by 16 callers who make a Public client Confidential: exactly one gets the secret', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = newId();
      await put(id, PUBLIC);
      const answers = await Promise.all(Array.from({ length: 16 }, () => put(id, CONFIDENTIAL)));
      const secrets = answers.map(({ body }) => body.clientSecret).filter((secret) => secret !== null);
      expect(secrets).toEqual([expect.stringMatching(SECRET)]);
      expect(await isLive(id, secrets[0])).toBe(true);
    }
  });
});
