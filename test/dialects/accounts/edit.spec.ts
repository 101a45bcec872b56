import {
  API_CLIENT,
  asTheSdkPutsIt,
  auditRowsOf,
  expectProblem,
  LEGACY_CLIENT,
  PRIVATE_CLIENT,
  PUBLIC_CLIENT,
  secretsOf,
} from '../../support/accounts.js';
import { type Answer, startServer, type TestServer } from '../../support/test-server.js';

const A = 'https://a.example.com/callback';
const B = 'https://b.example.com/callback';
const C = 'https://c.example.com/callback';
const D = 'https://d.example.com/callback';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let count = 0;
const freshId = () => `client-${++count}`;
/** Creates a client under an id of its own. */
async function create(body: object): Promise<Answer> {
  const answer = await server.call('POST', '/client', { body: { ...body, clientID: freshId() } });
  expect(answer.status).toBe(201);
  return answer;
}
const get = (clientID: string) => server.call('GET', `/client?clientID=${clientID}`);
const put = (clientID: string, body: unknown, headers?: Record<string, string>) =>
  server.call('PUT', `/client?clientID=${clientID}`, { body, headers });
const total = async (): Promise<number> => (await server.call('GET', '/client?size=1')).body.total;

/** Lets time pass for a client: it was last changed at `modified`. */
async function changedAt(clientID: string, modified: string): Promise<void> {
  const sql = 'update clients set updated_at = $2, created_at = $2 where client_id = $1';
  await server.database.query(sql, [clientID, modified]);
}

describe('putting back what was read (GetPut)', () => {
  it.each([
    ['a legacy client', LEGACY_CLIENT],
    ['a client without anything', {}],
    ['a public client', PUBLIC_CLIENT],
    ['a private client', PRIVATE_CLIENT],
    ['an API client', API_CLIENT],
    [
      'a client with lists of everything',
      {
        redirectURIs: [A, B, 'com.example.app:/callback'],
        postLogoutRedirectURIs: [B, A],
        config: { tokenMethod: ['cookie', 'query'], disableStrategies: ['password', 'google'] },
        grantTypes: ['refresh_token', 'authorization_code'],
      },
    ],
  ])(
    '28. PUT of the whole GET representation of %s changes nothing: same modified, same ETag, no audit row',
    async (_, body) => {
      const created = await create(body);
      const { clientID } = created.body;
      await changedAt(clientID, '2020-02-02T02:02:02.222Z');
      const secrets = await secretsOf(server, clientID);
      const read = await get(clientID);
      for (const name of ['clientID', 'clientid']) {
        const answer = await server.call('PUT', `/client?${name}=${clientID}`, { body: asTheSdkPutsIt(read.body) });
        expect(answer.status).toBe(200);
        expect(answer.body).toEqual(read.body);
        expect(answer.headers.get('etag')).toBe(read.headers.get('etag'));
      }
      const again = await get(clientID);
      expect(again.body).toEqual(read.body);
      expect(again.body.modified).toBe('2020-02-02T02:02:02.222Z');
      expect(again.headers.get('etag')).toBe(read.headers.get('etag'));
      expect(await secretsOf(server, clientID)).toEqual(secrets);
      expect(await auditRowsOf(server, clientID)).toBe(1);
    },
  );

  it('28. PUT of an item of the list changes nothing', async () => {
    const { body, headers } = await create(PUBLIC_CLIENT);
    const list = await server.call('GET', `/client?clientID=${body.clientID}&_list=true`);
    const answer = await put(body.clientID, list.body._embedded['ec:acc/client'][0]);
    expect(answer.body).toEqual(body);
    expect(answer.headers.get('etag')).toBe(headers.get('etag'));
    expect(await auditRowsOf(server, body.clientID)).toBe(1);
  });

  it('28. PUT of the answer to the POST, secret included, changes nothing, and the secret stays valid', async () => {
    const { body, headers } = await create({ tokenEndpointAuthMethod: 'client_secret_basic' });
    const secrets = await secretsOf(server, body.clientID);
    const answer = await put(body.clientID, asTheSdkPutsIt(body));
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...body, clientSecret: null });
    expect(answer.headers.get('etag')).toBe(headers.get('etag'));
    expect(await secretsOf(server, body.clientID)).toEqual(secrets);
    expect(await auditRowsOf(server, body.clientID)).toBe(1);
  });

  it('PUT of {} changes nothing', async () => {
    const { body, headers } = await create(PUBLIC_CLIENT);
    const answer = await put(body.clientID, {});
    expect(answer.body).toEqual(body);
    expect(answer.headers.get('etag')).toBe(headers.get('etag'));
    expect(await auditRowsOf(server, body.clientID)).toBe(1);
  });
});

describe('editing a client', () => {
  it('what is put is what is read (PutGet), and modified and ETag move', async () => {
    const { body, headers } = await create(LEGACY_CLIENT);
    await changedAt(body.clientID, '2020-02-02T02:02:02.222Z');
    const edit = {
      config: { tokenMethod: ['body', 'query'], disableStrategies: ['facebook'] },
      clientName: 'Renamed – ünïcode ✓',
      grantTypes: ['authorization_code'],
      tokenEndpointAuthMethod: 'none',
      redirectURIs: [B, C],
      postLogoutRedirectURIs: [A],
      authUIOrigin: 'https://login.example.com',
      logoURI: 'https://example.com/logo.png',
    };
    const answer = await put(body.clientID, edit);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/hal\+json/);
    expect(answer.body).toMatchObject({ ...edit, callbackURL: B, clientType: 'Public Client' });
    expect(answer.body.created).toBe('2020-02-02T02:02:02.222Z');
    expect(Date.parse(answer.body.modified)).toBeGreaterThan(Date.parse(answer.body.created));
    expect(answer.headers.get('etag')).not.toBe(headers.get('etag'));
    const read = await get(body.clientID);
    expect(read.body).toEqual(answer.body);
    expect(read.headers.get('etag')).toBe(answer.headers.get('etag'));
    expect(await auditRowsOf(server, body.clientID)).toBe(2);
  });

  it('the second PUT decides (PutPut)', async () => {
    const [once, twice] = [(await create({})).body, (await create({})).body];
    const first = { clientName: 'First', redirectURIs: [A, B], config: { tokenMethod: 'cookie' } };
    const second = { clientName: null, redirectURIs: [C], config: { tokenMethod: ['body'] } };
    await put(twice.clientID, first);
    const { clientID, created, modified, _links, ...after } = (await put(twice.clientID, second)).body;
    expect((await put(once.clientID, second)).body).toMatchObject(after);
  });

  it('29. PUT {callbackURL} only → 200, all else kept', async () => {
    const { body } = await create({ ...LEGACY_CLIENT, clientName: 'Kept', grantTypes: ['authorization_code'] });
    const { status, body: edited } = await put(body.clientID, { callbackURL: B });
    expect(status).toBe(200);
    expect(edited).toEqual({ ...body, callbackURL: B, redirectURIs: [B], modified: edited.modified });
  });

  it('29. PUT changing clientID → 400/1311 detail clientID, nothing changed', async () => {
    const { body } = await create({ callbackURL: A });
    expectProblem(await put(body.clientID, { clientID: 'another', callbackURL: B }), 400, 1311, 'clientID');
    expect((await get(body.clientID)).body).toEqual(body);
    expect((await get('another')).status).toBe(404);
  });

  it('absent = unchanged, null = default', async () => {
    const { body } = await create({
      ...PUBLIC_CLIENT,
      config: { tokenMethod: ['cookie'], disableStrategies: ['google'] },
    });
    const nothing = {
      clientName: null,
      grantTypes: null,
      redirectURIs: null,
      postLogoutRedirectURIs: null,
      authUIOrigin: null,
      logoURI: null,
      config: null,
      tokenEndpointAuthMethod: null,
    };
    expect((await put(body.clientID, nothing)).body).toMatchObject({
      clientName: null,
      clientType: 'Legacy Client',
      grantTypes: [],
      tokenEndpointAuthMethod: 'none',
      callbackURL: null,
      redirectURIs: [],
      postLogoutRedirectURIs: [],
      authUIOrigin: null,
      logoURI: null,
      config: { tokenMethod: 'query', disableStrategies: null },
    });
  });

  it('27. PUT with unknown and read-only properties → accepted, ignored', async () => {
    const { body, headers } = await create({ callbackURL: A });
    const answer = await put(body.clientID, {
      created: '2001-01-01T00:00:00.000Z',
      modified: 'never',
      clientType: 'API Client',
      count: 1,
      unknown: [{}],
      toString: 'x',
      _links: 5,
      _embedded: null,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(body);
    expect(answer.headers.get('etag')).toBe(headers.get('etag'));
  });

  it('30. PUT /client without a query but with clientID in the body → 200 on that client', async () => {
    const { body } = await create({ callbackURL: A });
    for (const [path, callbackURL] of [
      ['/client', B],
      ['/clients', C],
    ]) {
      const { status, body: edited } = await server.call('PUT', path!, {
        body: { clientID: body.clientID, callbackURL },
      });
      expect(status).toBe(200);
      expect(edited).toMatchObject({ clientID: body.clientID, callbackURL });
    }
  });

  it('30. PUT without both → 400/1202 detail clientID', async () => {
    expectProblem(await server.call('PUT', '/client', { body: { callbackURL: A } }), 400, 1202, 'clientID');
    expectProblem(await server.call('PUT', '/client?clientID=', { body: { callbackURL: A } }), 400, 1202, 'clientID');
  });

  it('31. PUT of an unknown id → 404/1102 and nothing is created', async () => {
    const before = await total();
    expectProblem(await put('nobody', { clientID: 'nobody', callbackURL: A }), 404, 1102, 'clientID');
    expectProblem(await put('No%20Body', { callbackURL: A }), 404, 1102, 'clientID');
    expect(await total()).toBe(before);
    expect(await auditRowsOf(server, 'nobody')).toBe(0);
  });

  it('26. PUT with an empty body → 400/1200, with what is no JSON object → 400/1211', async () => {
    const { body } = await create({});
    expectProblem(await server.call('PUT', `/client?clientID=${body.clientID}`), 400, 1200);
    for (const bad of ['{bad', '[]', 'null', '1']) expectProblem(await put(body.clientID, bad), 400, 1211, '');
  });

  it('24. a value of the wrong form → 400/1211, nothing changed', async () => {
    const { body } = await create({ callbackURL: A });
    const edit = { clientName: 'New', config: { tokenMethod: 'header' } };
    expectProblem(await put(body.clientID, edit), 400, 1211, 'config/tokenMethod');
    expect((await get(body.clientID)).body).toEqual(body);
    expect(await auditRowsOf(server, body.clientID)).toBe(1);
  });

  it('rules come before state: a bad body for an unknown client → 400, not 404', async () => {
    expectProblem(await put('nobody', { config: { tokenMethod: 'header' } }), 400, 1211, 'config/tokenMethod');
  });

  it('many who edit different properties at once all succeed, and no edit is lost', async () => {
    const { body } = await create({});
    const edits = [
      { clientName: 'Name' },
      { redirectURIs: [A] },
      { postLogoutRedirectURIs: [B] },
      { logoURI: 'https://example.com/logo.png' },
      { authUIOrigin: 'https://login.example.com' },
      { config: { tokenMethod: 'cookie' } },
      { config: { disableStrategies: ['google'] } },
      { grantTypes: ['authorization_code'] },
    ];
    const answers = await Promise.all(edits.map((edit) => put(body.clientID, edit)));
    expect(answers.map(({ status }) => status)).toEqual(edits.map(() => 200));
    const config = { tokenMethod: 'cookie', disableStrategies: ['google'] };
    expect((await get(body.clientID)).body).toMatchObject(Object.assign({}, ...edits, { config }));
    expect(await auditRowsOf(server, body.clientID)).toBe(1 + edits.length);
  });
});

describe('what the accounts dialect cannot name (frame)', () => {
  const path = (clientID: string) => `/v1/domain/default/client/${clientID}`;
  const provision = {
    clientType: 'Public',
    grantType: 'AuthorizationCode',
    scope: 'openid profile',
    audiences: ['some-api'],
    redirectUris: [A],
    providers: ['google'],
    policies: ['policy-1'],
    allowedOrigins: ['https://example.com'],
    allowLocalLogin: true,
    accessTokenExpiry: 5,
  };

  it('a PUT leaves it alone', async () => {
    const clientID = freshId();
    expect((await server.call('PUT', path(clientID), { body: provision })).status).toBe(200);
    const before = (await server.call('GET', path(clientID))).body;
    const { body } = await get(clientID);
    const { status } = await put(clientID, { ...asTheSdkPutsIt(body), clientName: 'Renamed', config: null });
    expect(status).toBe(200);
    const { updatedAt, ...after } = (await server.call('GET', path(clientID))).body;
    expect(before).toMatchObject({ ...after, scope: 'openid profile', policies: ['policy-1'] });
  });

  it('putting back what was read here does not move the ETag there', async () => {
    const clientID = freshId();
    await server.call('PUT', path(clientID), { body: provision });
    const before = await server.call('GET', path(clientID));
    await put(clientID, asTheSdkPutsIt((await get(clientID)).body));
    const after = await server.call('GET', path(clientID));
    expect(after.body).toEqual(before.body);
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  });
});

describe('callbackURL and redirectURIs of a known client (item 3 of the decisions)', () => {
  it.each([
    ['callbackURL replaces the first entry', { callbackURL: C }, [C, B]],
    ['callbackURL that stands further down: the later equal entry is dropped', { callbackURL: B }, [B]],
    ['callbackURL null empties the list', { callbackURL: null }, []],
    ['callbackURL "" empties the list', { callbackURL: '' }, []],
    ['redirectURIs replaces the list', { redirectURIs: [C, A] }, [C, A]],
    ['redirectURIs [] empties the list', { redirectURIs: [] }, []],
    ['redirectURIs null empties the list', { redirectURIs: null }, []],
    ['a later equal entry is dropped', { redirectURIs: [C, D, C, D] }, [C, D]],
    ['both in agreement: the list', { callbackURL: C, redirectURIs: [C, D] }, [C, D]],
    ['both in agreement: none', { callbackURL: null, redirectURIs: [] }, []],
    ['both, callbackURL differs from the record and wins', { callbackURL: C, redirectURIs: [A, B] }, [C, B]],
    ['both, callbackURL null differs from the record and wins', { callbackURL: null, redirectURIs: [A, B] }, []],
    ['both, redirectURIs differs from the record and wins', { callbackURL: A, redirectURIs: [C, D] }, [C, D]],
    ['both, redirectURIs is emptied and wins', { callbackURL: A, redirectURIs: [] }, []],
    ['both, redirectURIs is reordered and wins', { callbackURL: A, redirectURIs: [B, A] }, [B, A]],
    ['both differ, callbackURL is in the list', { callbackURL: D, redirectURIs: [C, D] }, [D, C]],
    ['neither', { clientName: 'x' }, [A, B]],
  ])('of [A, B]: %s', async (_, edit, redirectURIs) => {
    const { body } = await create({ redirectURIs: [A, B] });
    const answer = await put(body.clientID, edit);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ callbackURL: redirectURIs[0] ?? null, redirectURIs });
    expect((await get(body.clientID)).body).toEqual(answer.body);
  });

  it.each([
    ['callbackURL makes a list of one', { callbackURL: C }, [C]],
    ['callbackURL beside the empty list that was read', { callbackURL: C, redirectURIs: [] }, [C]],
    ['redirectURIs beside the null that was read', { callbackURL: null, redirectURIs: [C, D] }, [C, D]],
  ])('of none: %s', async (_, edit, redirectURIs) => {
    const { body } = await create({});
    expect((await put(body.clientID, edit)).body).toMatchObject({ callbackURL: redirectURIs[0], redirectURIs });
  });

  it('both differ, callbackURL is not in the list → 400/1311 detail callbackURL, nothing changed', async () => {
    const { body } = await create({ redirectURIs: [A, B] });
    expectProblem(await put(body.clientID, { callbackURL: D, redirectURIs: [C] }), 400, 1311, 'callbackURL');
    expect((await get(body.clientID)).body).toEqual(body);
  });

  it('an edit of what the SDK had read is applied', async () => {
    const { body } = await create({ redirectURIs: [A, B] });
    const first = await put(body.clientID, { ...asTheSdkPutsIt(body), callbackURL: C });
    expect(first.body.redirectURIs).toEqual([C, B]);
    const second = await put(body.clientID, { ...asTheSdkPutsIt(first.body), redirectURIs: [D, B] });
    expect(second.body).toMatchObject({ callbackURL: D, redirectURIs: [D, B] });
  });

  it('such an edit is not applied twice: with a modified that is not the record’s → 412/1112', async () => {
    const { body } = await create({ redirectURIs: [A, B] });
    await changedAt(body.clientID, '2020-02-02T02:02:02.222Z');
    const edit = { ...(await get(body.clientID)).body, redirectURIs: [C, D] };
    expect((await put(body.clientID, edit)).status).toBe(200);
    const after = await get(body.clientID);
    expectProblem(await put(body.clientID, edit), 412, 1112);
    expect((await get(body.clientID)).body).toEqual(after.body);
    expect(await auditRowsOf(server, body.clientID)).toBe(2);
  });

  it('such an edit of what somebody else has changed since is no contradiction → 412/1112', async () => {
    const { body } = await create({ redirectURIs: [A, B] });
    await changedAt(body.clientID, '2020-02-02T02:02:02.222Z');
    const edit = { ...(await get(body.clientID)).body, callbackURL: C };
    const { body: current } = await put(body.clientID, { redirectURIs: [D, B] });
    expectProblem(await put(body.clientID, edit), 412, 1112);
    expectProblem(await put(body.clientID, { ...edit, modified: current.modified }), 400, 1311, 'callbackURL');
    expect((await get(body.clientID)).body).toEqual(current);
  });

  it('a modified that is not the record’s does not matter when the two agree, or only one is given', async () => {
    const { body } = await create({ redirectURIs: [A, B] });
    const modified = '2001-01-01T00:00:00.000Z';
    expect((await put(body.clientID, { modified, callbackURL: C, redirectURIs: [C, B] })).status).toBe(200);
    expect((await put(body.clientID, { modified, callbackURL: D })).status).toBe(200);
    expect((await put(body.clientID, { modified, redirectURIs: [A] })).status).toBe(200);
    expect((await get(body.clientID)).body.redirectURIs).toEqual([A]);
  });

  it('rules come before state: a bad body with a modified that is not the record’s → 400, not 412', async () => {
    const { body } = await create({ redirectURIs: [A, B] });
    const edit = { modified: '2001-01-01T00:00:00.000Z', callbackURL: C, redirectURIs: [A, B], clientName: 5 };
    expectProblem(await put(body.clientID, edit), 400, 1211, 'clientName');
  });

  it('what is on record is not refused again', async () => {
    const { body } = await create({ redirectURIs: [A] });
    const old = 'http://old.example.com/callback';
    await server.database.query('update clients set redirect_uris = array[$2] where client_id = $1', [
      body.clientID,
      old,
    ]);
    const read = (await get(body.clientID)).body;
    expect(read.callbackURL).toBe(old);
    expect((await put(body.clientID, asTheSdkPutsIt(read))).body).toEqual(read);
    expect((await put(body.clientID, { clientName: 'Renamed' })).body).toMatchObject({ redirectURIs: [old] });
    expect((await put(body.clientID, { redirectURIs: [A, old] })).body).toMatchObject({ redirectURIs: [A, old] });
    const another = await put(body.clientID, { redirectURIs: [A, old, 'http://new.example.com/callback'] });
    expectProblem(another, 400, 1311, 'redirectURIs/2');
  });

  it('a URI that may not be redirected to → 400/1311, one that cannot be parsed → 400/1211', async () => {
    const { body } = await create({ redirectURIs: [A, B] });
    expectProblem(await put(body.clientID, { callbackURL: 'javascript:alert(1)' }), 400, 1311, 'callbackURL');
    expectProblem(await put(body.clientID, { redirectURIs: [A, 'http://example.com'] }), 400, 1311, 'redirectURIs/1');
    expectProblem(await put(body.clientID, { callbackURL: 'nonsense' }), 400, 1211, 'callbackURL');
  });
});

describe('config of a known client merges key by key (item 10 of the decisions)', () => {
  it.each([
    [{ tokenMethod: 'body' }, { tokenMethod: 'body', disableStrategies: ['google'] }],
    [{ tokenMethod: ['cookie'] }, { tokenMethod: ['cookie'], disableStrategies: ['google'] }],
    [{ tokenMethod: null }, { tokenMethod: 'query', disableStrategies: ['google'] }],
    [{ disableStrategies: ['password'] }, { tokenMethod: 'cookie', disableStrategies: ['password'] }],
    [{ disableStrategies: null }, { tokenMethod: 'cookie', disableStrategies: null }],
    [{ disableStrategies: [] }, { tokenMethod: 'cookie', disableStrategies: null }],
    [{}, { tokenMethod: 'cookie', disableStrategies: ['google'] }],
    [null, { tokenMethod: 'query', disableStrategies: null }],
  ])('%j makes %j', async (config, expected) => {
    const { body } = await create({ config: { tokenMethod: 'cookie', disableStrategies: ['google'] } });
    expect((await put(body.clientID, { config })).body.config).toEqual(expected);
  });

  it('the form of tokenMethod is part of the record', async () => {
    const { body, headers } = await create({ config: { tokenMethod: 'cookie' } });
    const answer = await put(body.clientID, { config: { tokenMethod: ['cookie'] } });
    expect(answer.body.config.tokenMethod).toEqual(['cookie']);
    expect(answer.headers.get('etag')).not.toBe(headers.get('etag'));
  });

  it('tokenMethod [] → 400/1211 detail config/tokenMethod', async () => {
    const { body } = await create({});
    expectProblem(await put(body.clientID, { config: { tokenMethod: [] } }), 400, 1211, 'config/tokenMethod');
  });
});

describe('clientSecret of a known client (item 5 of the decisions)', () => {
  const confidential = { tokenEndpointAuthMethod: 'client_secret_basic' };

  it.each([{}, { clientSecret: null }, { clientSecret: '' }])('PUT with %j keeps it', async (given) => {
    const { body } = await create(confidential);
    const secrets = await secretsOf(server, body.clientID);
    const answer = await put(body.clientID, { clientName: 'Renamed', ...given });
    expect(answer.body).toMatchObject({ clientName: 'Renamed', clientSecret: null });
    expect(await secretsOf(server, body.clientID)).toEqual(secrets);
  });

  it.each([
    ['generated', {}],
    ['chosen', { clientSecret: 'chosen-secret' }],
  ])('PUT of the live %s secret is no change', async (_, given) => {
    const { body, headers } = await create({ ...confidential, ...given });
    const secrets = await secretsOf(server, body.clientID);
    const answer = await put(body.clientID, { clientSecret: body.clientSecret });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...body, clientSecret: null });
    expect(answer.headers.get('etag')).toBe(headers.get('etag'));
    expect(await secretsOf(server, body.clientID)).toEqual(secrets);
    expect(await auditRowsOf(server, body.clientID)).toBe(1);
  });

  it('another string replaces all live secrets, and is shown in that answer alone', async () => {
    const { body } = await create(confidential);
    const old = await secretsOf(server, body.clientID);
    const answer = await put(body.clientID, { clientSecret: 'another-secret' });
    expect(answer.body.clientSecret).toBe('another-secret');
    const live = await secretsOf(server, body.clientID);
    expect(live).toHaveLength(1);
    expect(live).not.toEqual(old);
    expect((await get(body.clientID)).body.clientSecret).toBeNull();
    const rows = await server.database.query('select * from audit_entries where client_id = $1', [body.clientID]);
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('another-secret');
  });

  it('the secret that was replaced is refused as a foreign one', async () => {
    const { body } = await create(confidential);
    await put(body.clientID, { clientSecret: 'another-secret' });
    expectProblem(await put(body.clientID, { clientSecret: body.clientSecret }), 400, 1311, 'clientSecret');
  });

  it('a cls_… string of another client → 400/1311 detail clientSecret, nothing changed', async () => {
    const [mine, other] = [await create(confidential), await create(confidential)];
    const { clientID } = mine.body;
    const secrets = await secretsOf(server, clientID);
    const answer = await put(clientID, { clientSecret: other.body.clientSecret });
    expectProblem(answer, 400, 1311, 'clientSecret');
    expect(answer.text).not.toContain(other.body.clientSecret);
    expect(await secretsOf(server, clientID)).toEqual(secrets);
  });

  it.each(['********', '•••••••••', '***'])('the mask %s → 400/1311 detail clientSecret', async (clientSecret) => {
    const { body } = await create(confidential);
    const secrets = await secretsOf(server, body.clientID);
    expectProblem(await put(body.clientID, { clientSecret }), 400, 1311, 'clientSecret');
    expect(await secretsOf(server, body.clientID)).toEqual(secrets);
  });

  it('a secret of 7 characters → 400', async () => {
    const { body } = await create(confidential);
    const answer = await put(body.clientID, { clientSecret: '7-chars' });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toBe('clientSecret');
  });

  it.each([
    [' '.repeat(8), 1311],
    ['correct horse\n', 1311],
    ['correct\ud800horse', 1211],
    ['correct\udfffhorse', 1211],
  ])('the secret %j → 400 detail clientSecret, nothing changed', async (clientSecret, code) => {
    const { body } = await create(confidential);
    const secrets = await secretsOf(server, body.clientID);
    expectProblem(await put(body.clientID, { clientSecret }), 400, code, 'clientSecret');
    expect(await secretsOf(server, body.clientID)).toEqual(secrets);
  });

  it('a secret for a client with method none → 400/1311 detail clientSecret', async () => {
    const { body } = await create({});
    expectProblem(await put(body.clientID, { clientSecret: 'chosen-secret' }), 400, 1311, 'clientSecret');
  });

  it('the live secret together with method none → 400/1311 detail clientSecret, nothing revoked', async () => {
    const { body } = await create(confidential);
    const edit = { clientSecret: body.clientSecret, tokenEndpointAuthMethod: 'none' };
    expectProblem(await put(body.clientID, edit), 400, 1311, 'clientSecret');
    expect(await secretsOf(server, body.clientID)).toHaveLength(1);
  });

  it('when the method becomes client_secret_basic and none is given, one is generated and shown in that answer', async () => {
    const { body } = await create({});
    const answer = await put(body.clientID, confidential);
    expect(answer.body.clientSecret).toMatch(/^cls_/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await get(body.clientID)).body).toEqual({ ...answer.body, clientSecret: null });
    expect(await secretsOf(server, body.clientID)).toHaveLength(1);
  });

  it('when the method becomes client_secret_basic and one is given, that is the one', async () => {
    const { body } = await create({});
    const answer = await put(body.clientID, { ...confidential, clientSecret: 'chosen-secret' });
    expect(answer.body.clientSecret).toBe('chosen-secret');
    expect(await secretsOf(server, body.clientID)).toHaveLength(1);
  });

  it('client_credentials without a method makes a public client one with client_secret_basic', async () => {
    const { body } = await create({});
    const answer = await put(body.clientID, { grantTypes: ['client_credentials'] });
    expect(answer.body).toMatchObject({ ...confidential, clientType: 'API Client' });
    expect(answer.body.clientSecret).toMatch(/^cls_/);
  });

  it('client_credentials with method none → 400/1311', async () => {
    const { body } = await create(API_CLIENT);
    expectProblem(await put(body.clientID, { tokenEndpointAuthMethod: 'none' }), 400, 1311);
    expectProblem(
      await put((await create({})).body.clientID, {
        grantTypes: ['client_credentials'],
        tokenEndpointAuthMethod: 'none',
      }),
      400,
      1311,
    );
    expect(await secretsOf(server, body.clientID)).toHaveLength(1);
  });

  it('method none revokes all, and the way back makes a new one', async () => {
    const { body } = await create(confidential);
    const old = await secretsOf(server, body.clientID);
    const revoked = await put(body.clientID, { tokenEndpointAuthMethod: 'none' });
    expect(revoked.body).toMatchObject({ tokenEndpointAuthMethod: 'none', clientSecret: null });
    expect(await secretsOf(server, body.clientID)).toEqual([]);
    const back = await put(body.clientID, confidential);
    expect(back.body.clientSecret).toMatch(/^cls_/);
    expect(back.body.clientSecret).not.toBe(body.clientSecret);
    expect(await secretsOf(server, body.clientID)).not.toEqual(old);
  });
});

describe('conditional edits (item 8 of the decisions)', () => {
  it('If-Match with the ETag that was read → 200, with an older one → 412/1112 and nothing changed', async () => {
    const { body, headers } = await create({ callbackURL: A });
    const etag = headers.get('etag')!;
    expect((await put(body.clientID, { callbackURL: B }, { 'if-match': etag })).status).toBe(200);
    expectProblem(await put(body.clientID, { callbackURL: C }, { 'if-match': etag }), 412, 1112);
    expect((await get(body.clientID)).body.callbackURL).toBe(B);
    expect(await auditRowsOf(server, body.clientID)).toBe(2);
  });

  it('If-Match takes a list, and * for any', async () => {
    const { body, headers } = await create({ callbackURL: A });
    const list = `"other", ${headers.get('etag')}`;
    expect((await put(body.clientID, { callbackURL: B }, { 'if-match': list })).status).toBe(200);
    expect((await put(body.clientID, { callbackURL: C }, { 'if-match': '*' })).status).toBe(200);
    expectProblem(await put(body.clientID, { callbackURL: A }, { 'if-match': '"other"' }), 412, 1112);
  });

  it('If-Match takes a tag that a compressing proxy changed', async () => {
    const { body, headers } = await create({ callbackURL: A });
    const weak = `W/${headers.get('etag')}`;
    expect((await put(body.clientID, { callbackURL: B }, { 'if-match': weak })).status).toBe(200);
    expectProblem(await put(body.clientID, { callbackURL: C }, { 'if-match': weak }), 412, 1112);
  });

  it('If-Match that does not hold → 412 even when the body would change nothing', async () => {
    const { body } = await create({ callbackURL: A });
    expectProblem(await put(body.clientID, {}, { 'if-match': '"other"' }), 412, 1112);
  });

  it('If-None-Match: * on a client that exists → 412/1112', async () => {
    const { body } = await create({ callbackURL: A });
    expectProblem(await put(body.clientID, { callbackURL: B }, { 'if-none-match': '*' }), 412, 1112);
    expect((await get(body.clientID)).body).toEqual(body);
  });

  it('of many edits on the same ETag exactly one is applied', async () => {
    const { body, headers } = await create({});
    const condition = { 'if-match': headers.get('etag')! };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => put(body.clientID, { clientName: `Name ${index}` }, condition)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
    const [won] = answers.filter(({ status }) => status === 200);
    expect((await get(body.clientID)).body).toEqual(won!.body);
  });

  it('32. If-Unmodified-Since equal to modified cut to seconds → 200; one second older → 412/1112', async () => {
    const { body } = await create({ callbackURL: A });
    const since = (time: string) => ({ 'if-unmodified-since': new Date(time).toUTCString() });
    await changedAt(body.clientID, '2024-05-06T07:08:09.987Z');
    expectProblem(await put(body.clientID, { callbackURL: B }, since('2024-05-06T07:08:08Z')), 412, 1112);
    expect((await get(body.clientID)).body.callbackURL).toBe(A);
    expect((await put(body.clientID, { callbackURL: B }, since('2024-05-06T07:08:09Z'))).status).toBe(200);
    expectProblem(await put(body.clientID, { callbackURL: C }, since('2024-05-06T07:08:09Z')), 412, 1112);
    expect((await get(body.clientID)).body.callbackURL).toBe(B);
  });

  it('If-Unmodified-Since is not looked at beside If-Match, nor when it is no date', async () => {
    const { body, headers } = await create({ callbackURL: A });
    const etag = headers.get('etag')!;
    const old = 'Mon, 01 Jan 2001 00:00:00 GMT';
    const both = { 'if-match': etag, 'if-unmodified-since': old };
    expect((await put(body.clientID, { callbackURL: B }, both)).status).toBe(200);
    expect((await put(body.clientID, { callbackURL: C }, { 'if-unmodified-since': 'soon' })).status).toBe(200);
  });

  it('a refused body is refused before a condition that does not hold', async () => {
    const { body } = await create({ callbackURL: A });
    expectProblem(await put(body.clientID, { clientName: 1 }, { 'if-match': '"other"' }), 400, 1211, 'clientName');
  });
});
