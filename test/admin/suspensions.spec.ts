import { setTimeout as sleep } from 'node:timers/promises';
import { FeedReader } from '../support/feed-reader.js';
import { until } from '../support/processes.js';
import { expectProblem, expectViolations } from '../support/refusals.js';
import { type Answer, startServer, type TestServer } from '../support/test-server.js';

const SECOND_MS = 1000;
const MACHINE = { clientType: 'Confidential', grantType: 'ClientCredentials' };

let one: TestServer;
let other: TestServer;
let clients = 0;
let id: string;
let secret: string;

beforeAll(async () => {
  one = await startServer();
  other = await startServer({}, { database: one.database });
});
afterAll(async () => {
  await other.stop();
  await one.stop();
});
beforeEach(async () => {
  clients += 1;
  id = `app-${clients}`;
  secret = (await v1('PUT', MACHINE)).body.clientSecret;
});

const v1 = (method: string, body?: unknown, headers = {}) =>
  one.call(method, `/v1/domain/default/client/${id}`, { body, headers });
const ofClient = (path: string) => `/admin/domains/default/clients/${id}${path}`;
const suspend = (body: unknown = {}, key?: string, headers = {}) =>
  one.call('PUT', ofClient('/suspension'), { body, key, headers });
const resume = (headers = {}) => one.call('DELETE', ofClient('/suspension'), { headers });
const suspension = (on = one) => on.call('GET', ofClient('/suspension'));
const whole = (headers = {}, on = one) => on.call('GET', ofClient(''), { headers });
const verify = async (presented = secret, on = one) =>
  (await on.call('POST', `/v1/domain/default/client/${id}/secrets/verify`, { body: { secret: presented } })).body;
const audit = async () =>
  (await one.call('GET', `/admin/audit?domain=default&clientId=${id}`)).body as {
    id: string;
    action: string;
    // biome-ignore lint/suspicious/noExplicitAny: changes of whatever fields
    changes: any;
    credential: { id: string | null; name: string };
  }[];
const actions = async () => (await audit()).map(({ action }) => action);
const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString();
const etagOf = ({ headers }: Answer) => headers.get('etag')!;
const importLines = (lines: readonly object[], query = '') =>
  one.call('POST', `/admin/domains/default/import${query}`, {
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    headers: { 'content-type': 'application/x-ndjson' },
  });
const changed = ({ text }: Answer) =>
  text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line));

describe('a client that is suspended', () => {
  it('says so where administrators and authorization servers ask: why, since when, until when, and by whom', async () => {
    const { id: by, apiKey } = await one.issue({ domain: 'default', permissions: ['clients:write'] });
    const terms = { reason: 'Its secret was found in a repository 🦉', until: inFuture(3_600_000) };
    const answer = await suspend(terms, apiKey);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...terms, since: expect.stringMatching(/^\d{4}-.*Z$/), by });
    expect(Math.abs(Date.parse(answer.body.since) - Date.now())).toBeLessThan(60_000);
    expect((await suspension()).body).toEqual(answer.body);
    expect((await whole()).body).toMatchObject({ clientId: id, suspension: answer.body });
    expect(await resume()).toMatchObject({ status: 204, text: '' });
    expectProblem(await suspension(), 404);
    expect((await whole()).body).toMatchObject({ suspension: null });
  });

  it('needs no reason and no end, and not even a body', async () => {
    const answer = await one.call('PUT', ofClient('/suspension'));
    expect([answer.status, answer.body]).toMatchObject([200, { reason: null, until: null }]);
    expect((await suspend({ reason: null, until: null })).body).toEqual(answer.body);
  });

  it('says nothing of it in either API: bodies, lists and ETags are what they were', async () => {
    const seen = async () => {
      const answers = [
        await v1('GET'),
        await one.call('GET', `/client?clientID=${id}`),
        await one.call('GET', `/clients?clientID=${id}`),
        await one.call('GET', `/v1/domain/default/client?search=${id}`),
        await one.call('GET', `/v1/domain/default/client/${id}/secrets`),
      ];
      return answers.map((answer) => [answer.status, answer.headers.get('etag'), answer.text]);
    };
    const before = await seen();
    await suspend({ reason: 'leaked' });
    expect(await seen()).toEqual(before);
    expect((await v1('PUT', MACHINE)).status).toBe(200);
    expect(await seen()).toEqual(before);
  });

  it('changes as ever, in either API, under the ETag that it had, and stays suspended', async () => {
    const etag = etagOf(await v1('GET'));
    await suspend();
    expect((await v1('PUT', { ...MACHINE, scope: 'openid' }, { 'if-match': etag })).status).toBe(200);
    const named = await one.call('PUT', `/client?clientID=${id}`, { body: { clientName: 'New' } });
    expect(named.status).toBe(200);
    expect((await one.call('POST', `/v1/domain/default/client/${id}/secrets`)).status).toBe(201);
    expect((await whole()).body).toMatchObject({ scope: 'openid', clientName: 'New', suspension: { reason: null } });
    expect(await actions()).toEqual([
      'client.created',
      'client.suspended',
      'client.changed',
      'client.changed',
      'client.secret_added',
    ]);
  });

  it('has no secret that verifies, on any instance from that moment on, until it is resumed', async () => {
    expect(await verify(secret, other)).toMatchObject({ valid: true });
    await suspend();
    for (const server of [one, other]) expect(await verify(secret, server)).toEqual({ valid: false, suspended: true });
    const { body: added } = await one.call('POST', `/v1/domain/default/client/${id}/secrets`);
    expect(await verify(added.clientSecret, other)).toEqual({ valid: false, suspended: true });
    await resume();
    for (const server of [one, other]) expect(await verify(secret, server)).toMatchObject({ valid: true });
  });

  it('tells that only to who presents the right secret; others learn nothing', async () => {
    await suspend();
    expect(await verify('a wrong guess')).toEqual({ valid: false });
  });

  it('counts no secret as used that it presents', async () => {
    await suspend();
    await verify();
    const { body } = await one.call('GET', `/v1/domain/default/client/${id}/secrets`);
    expect(body).toMatchObject([{ lastUsedAt: null }]);
  });

  it('is told to who follows the changes on another instance, and so is that it is resumed', async () => {
    const reader = await FeedReader.open(other, { query: '?domain=default' });
    await until('the stream has begun', () => reader.events.length > 0);
    const told = () =>
      reader
        .changes()
        .filter(({ data }) => data.clientId === id)
        .map(({ data }) => data);
    for (const [call, action] of [
      [() => suspend({ reason: 'leaked' }), 'client.suspended'],
      [() => resume(), 'client.resumed'],
    ] as const) {
      await whole({}, other);
      await call();
      await until(`${action} is told`, () => told().some((entry) => entry.action === action));
      // Who is told and asks finds it so.
      const { body } = await whole({}, other);
      expect(body.suspension?.reason).toBe(action === 'client.suspended' ? 'leaked' : undefined);
    }
    reader.close();
    expect(told()).toMatchObject([
      { action: 'client.suspended', changes: { suspensionReason: { before: null, after: 'leaked' } } },
      { action: 'client.resumed', changes: { suspensionReason: { before: 'leaked', after: null } } },
    ]);
  });

  it('has another ETag where the suspension is shown, for each of its terms', async () => {
    const tags = [etagOf(await whole())];
    expect(tags[0]).toBe(etagOf(await v1('GET')));
    for (const terms of [{ reason: 'a' }, { reason: 'b' }, { reason: 'a' }]) {
      await suspend(terms);
      const answer = await whole({ 'if-none-match': tags.join(', ') });
      expect([answer.status, answer.body.suspension.reason]).toEqual([200, terms.reason]);
      tags.push(etagOf(answer));
      expect((await whole({ 'if-none-match': `"x", W/${etagOf(answer)}` })).status).toBe(304);
    }
    expect(new Set(tags).size).toBe(4);
    // The tag names the record, too: a write may be bound to it.
    expect((await v1('PUT', { ...MACHINE, scope: 'a' }, { 'if-match': tags.at(-2)! })).status).toBe(412);
    expect((await v1('PUT', { ...MACHINE, scope: 'a' }, { 'if-match': tags.at(-1)! })).status).toBe(200);
    await resume();
    const resumed = await whole({ 'if-none-match': tags.join(', ') });
    expect([resumed.status, resumed.body.suspension, etagOf(resumed)]).toEqual([200, null, etagOf(await v1('GET'))]);
  });

  it('is suspended and resumed only as it was seen, if the caller asks for that', async () => {
    const seen = { 'if-match': etagOf(await v1('GET')) };
    const suspended = await suspend({ reason: 'leaked' }, undefined, seen);
    expect([suspended.status, etagOf(suspended)]).toEqual([200, etagOf(await whole())]);
    const [read, known] = [await suspension(), { 'if-none-match': etagOf(suspended) }];
    expect(etagOf(read)).toBe(etagOf(suspended));
    expect((await one.call('GET', ofClient('/suspension'), { headers: known })).status).toBe(304);
    await suspend({ reason: 'worse' });
    expectProblem(await resume({ 'if-match': etagOf(suspended) }), 412);
    expectProblem(await suspend({}, undefined, { 'if-match': etagOf(suspended) }), 412);
    // Seen before anybody suspended it, or in a dialect, which shows no suspension.
    expectProblem(await resume(seen), 412);
    expectProblem(await suspend({ reason: 'mine' }, undefined, { 'if-match': etagOf(await v1('GET')) }), 412);
    expect((await suspension()).body).toMatchObject({ reason: 'worse' });
    expect((await resume({ 'if-match': etagOf(await whole()) })).status).toBe(204);
  });

  it('is suspended once, whoever asks again for the same; other terms are another change', async () => {
    const { body } = await suspend({ reason: 'leaked' });
    const key = (await one.issue({ domain: 'default', permissions: ['clients:write'] })).apiKey;
    expect((await suspend({ reason: 'leaked' }, key)).body).toEqual(body);
    expect(await actions()).toEqual(['client.created', 'client.suspended']);
    const again = (await suspend({}, key)).body;
    expect(again).toEqual({
      reason: null,
      until: null,
      since: body.since,
      by: expect.not.stringMatching(`^${body.by}$`),
    });
    await resume();
    await resume();
    expect(await actions()).toEqual(['client.created', 'client.suspended', 'client.suspended', 'client.resumed']);
  });

  it('ends the suspension by itself at the time that was set last, told once by all instances together', async () => {
    const end = inFuture(1200);
    const renewed = `${id}-renewed`;
    await one.call('PUT', `/v1/domain/default/client/${renewed}`, { body: MACHINE });
    await suspend({ until: end });
    const ofRenewed = `/admin/domains/default/clients/${renewed}/suspension`;
    for (const each of [end, inFuture(3_600_000)]) await one.call('PUT', ofRenewed, { body: { until: each } });
    expect(await verify()).toEqual({ valid: false, suspended: true });
    await until('the secret verifies', async () => (await verify(secret, other)).valid);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(end));
    expectProblem(await suspension(other), 404);
    expect((await whole({}, other)).body).toMatchObject({ suspension: null });
    await until('the end is told', async () => (await actions()).includes('client.resumed'));
    // Both instances have the time to tell it again.
    await sleep(SECOND_MS);
    const [, , ...entries] = await audit();
    expect(entries).toMatchObject([
      { action: 'client.resumed', credential: { id: null, name: 'server' }, dialect: 'timekeeper' },
    ]);
    expect(entries[0]!.changes).toMatchObject({ suspendedUntil: { before: end, after: null } });
    expect(etagOf(await whole())).toBe(etagOf(await v1('GET')));
    id = renewed;
    expect((await suspension()).status).toBe(200);
    expect(await actions()).toEqual(['client.created', 'client.suspended', 'client.suspended']);
  });
});

describe('a suspension', () => {
  it.each([
    ['an end that has passed', { until: '2026-01-31T12:00:00Z' }, 'until'],
    ['an end without a time', { until: '2999-01-31' }, 'until'],
    ['an end that is none', { until: 5 }, 'until'],
    ['an empty reason', { reason: '' }, 'reason'],
    ['a reason of two lines', { reason: 'one\ntwo' }, 'reason'],
    ['a reason that cannot be seen', { reason: 'a\u202eb' }, 'reason'],
    ['a reason that is too long', { reason: 'x'.repeat(501) }, 'reason'],
    ['a field that does not exist', { since: '2026-01-31T12:00:00Z' }, 'since'],
  ])('is refused with %s', async (_, body, property) => {
    expectViolations(await suspend(body), [property]);
    expect(await actions()).toEqual(['client.created']);
  });

  it('is one of a client that exists: any other, or one that is not suspended, has none', async () => {
    const missing = await suspension();
    expectProblem(missing, 404);
    expect(missing.body.detail).toBe('There is no such suspension.');
    id = 'nobody';
    for (const answer of [await suspend(), await resume(), await suspension()]) {
      expectProblem(answer, 404);
      expect(answer.body.detail).toBe('There is no such client.');
    }
  });

  it('is of this client: the next one under its id has none', async () => {
    await suspend();
    await v1('DELETE');
    const { clientSecret } = (await v1('PUT', MACHINE)).body;
    expectProblem(await suspension(), 404);
    expect(await verify(clientSecret)).toMatchObject({ valid: true });
  });

  it.each([
    ['through v1', () => v1('DELETE')],
    ['through accounts', () => one.call('DELETE', `/client?clientID=${id}`)],
    ['by an import', () => importLines([], '?prune=true&empty=true')],
  ])('comes back with a client that is restored after it was deleted %s', async (_, remove) => {
    const { body } = await suspend({ reason: 'leaked', until: inFuture(3_600_000) });
    await remove();
    const restored = await one.call('POST', ofClient('/restore'));
    expect(restored.status).toBe(201);
    expect((await suspension()).body).toEqual(body);
    expect(await verify(restored.body.clientSecret)).toEqual({ valid: false, suspended: true });
  });

  it('is no version of the client, and stays when one is restored', async () => {
    const versions = async () =>
      (await one.call('GET', ofClient('/versions'))).body as { id: string; action: string }[];
    await suspend();
    await v1('PUT', { ...MACHINE, scope: 'openid' });
    await suspend({ reason: 'b' });
    const [first, second, ...others] = await versions();
    expect([first!.action, second!.action, others]).toEqual(['client.created', 'client.changed', []]);
    const diff = await one.call('GET', ofClient(`/versions/${first!.id}/diff/${second!.id}`));
    expect(Object.keys(diff.body.changes)).toEqual(['scope']);
    expect((await one.call('POST', ofClient(`/versions/${first!.id}/restore`))).status).toBe(200);
    expect((await suspension()).body).toMatchObject({ reason: 'b' });
    const [, ofSuspension] = await audit();
    expectProblem(await one.call('GET', ofClient(`/versions/${ofSuspension!.id}`)), 404);
  });
});

describe('the list of suspensions', () => {
  it('shows who is suspended in the domain, in the order of the ids, page by page', async () => {
    await one.call('POST', '/v1/domain', { body: { domain: 'list.example.com' } });
    const list = (query = '') => one.call('GET', `/admin/domains/list.example.com/suspensions${query}`);
    expect((await list()).body).toEqual([]);
    for (const each of ['c', 'a', 'b', 'd']) {
      await one.call('PUT', `/v1/domain/list.example.com/client/${each}`, { body: MACHINE });
      if (each !== 'd') {
        await one.call('PUT', `/admin/domains/list.example.com/clients/${each}/suspension`, { body: { reason: each } });
      }
    }
    const first = await list('?limit=2');
    expect(first.body).toEqual(
      ['a', 'b'].map((each) => ({
        clientId: each,
        clientName: null,
        reason: each,
        until: null,
        since: expect.any(String),
        by: expect.any(String),
      })),
    );
    const [, next] = /<([^>]*)>; rel="next"/.exec(first.headers.get('link')!)!;
    const rest = await one.call('GET', new URL(next!).pathname + new URL(next!).search);
    expect(rest.body).toMatchObject([{ clientId: 'c' }]);
    expect(rest.headers.get('link')).toBeNull();
    await one.call('DELETE', '/admin/domains/list.example.com/clients/a/suspension');
    expect((await list()).body).toMatchObject([{ clientId: 'b' }, { clientId: 'c' }]);
  });
});

describe('an export and an import', () => {
  const exported = async () => {
    const { text } = await one.call('GET', '/admin/domains/default/export');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return lines.find(({ clientId }) => clientId === id);
  };

  it('lose no suspension: the line says it, and makes it so again', async () => {
    const { body } = await suspend({ reason: 'leaked', until: inFuture(3_600_000) });
    const line = await exported();
    expect(line.suspension).toEqual(body);
    expect(changed(await importLines([line]))).toEqual([]);
    await v1('DELETE');
    await importLines([line]);
    expect((await suspension()).body).toMatchObject({ reason: body.reason, until: body.until });
    expect((await suspension()).body.since).not.toBe(body.since);
    expect((await audit()).at(-1)).toMatchObject({
      action: 'client.created',
      changes: { suspensionReason: { before: null, after: 'leaked' } },
    });
  });

  it('resume nobody of whom the line says nothing, and whoever the line says is not suspended', async () => {
    const { body } = await suspend({ reason: 'leaked' });
    const { suspension: _, ...line } = await exported();
    expect(changed(await importLines([{ ...line, scope: 'openid' }]))).toMatchObject([{ action: 'changed' }]);
    expect((await suspension()).body).toEqual(body);
    const dry = await importLines([{ ...line, scope: 'openid', suspension: null }], '?dryRun=true');
    const difference = [{ field: 'suspension', before: body, after: null }];
    expect(changed(dry)).toEqual([{ action: 'changed', clientId: id, changes: difference }]);
    expect((await suspension()).status).toBe(200);
    const etag = etagOf(await v1('GET'));
    await importLines([{ ...line, scope: 'openid', suspension: null }]);
    expect((await suspension()).status).toBe(404);
    expect(etagOf(await v1('GET'))).toBe(etag);
    expect(await verify()).toMatchObject({ valid: true });
    await importLines([{ ...line, scope: 'openid', suspension: { reason: 'again' } }]);
    expect(await verify()).toEqual({ valid: false, suspended: true });
    expect((await actions()).slice(2)).toEqual(['client.changed', 'client.resumed', 'client.suspended']);
  });

  it('take a suspension that is over for none', async () => {
    const { suspension: _, ...line } = await exported();
    const over = { reason: 'leaked', until: '2026-01-31T12:00:00.000Z', since: '2026-01-30T12:00:00.000Z', by: null };
    expect(changed(await importLines([{ ...line, suspension: over }]))).toEqual([]);
  });

  it('refuse a suspension that is none', async () => {
    const line = { clientId: id, ...MACHINE };
    const refused = await importLines([
      { ...line, suspension: { reason: '', until: 'soon', who: 'me' } },
      { ...line, clientId: 'x', suspension: true },
    ]);
    expectViolations(refused, [
      'line 1: suspension.reason',
      'line 1: suspension.until',
      'line 1: suspension.who',
      'line 2: suspension',
    ]);
  });
});
