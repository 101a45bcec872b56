import { expectViolations } from '../../support/refusals.js';
import { aMoment, CONFIDENTIAL, etagOf, MACHINE, PUBLIC, URI, v1Clients } from '../../support/v1-clients.js';

const { audit, expectOnRecord, get, inAccounts, newId, put, register } = v1Clients();

describe('what is on record is never refused', () => {
  const withQuery = 'https://legacy.example.com/callback?source=legacy';

  it('so a client with ?query, registered through the accounts dialect, passes GET → PUT', async () => {
    const id = newId();
    expect((await register({ clientID: id, callbackURL: withQuery })).status).toBe(201);
    const read = await get(id);
    expect(read.body.redirectUris).toEqual([withQuery]);
    const answer = await put(id, read.body);
    expect([answer.status, etagOf(answer)]).toEqual([200, etagOf(read)]);
    expect(await audit(id)).toHaveLength(1);
  });

  it('nor when something else changes', async () => {
    const id = newId();
    await register({ clientID: id, callbackURL: withQuery });
    const { body } = await get(id);
    expect((await put(id, { ...body, scope: 'openid' })).status).toBe(200);
    await expectOnRecord(id, { ...PUBLIC, redirectUris: [withQuery], scope: 'openid' });
    expect((await put(id, { ...PUBLIC, redirectUris: [URI, withQuery] })).status).toBe(200);
    await expectOnRecord(id, { ...PUBLIC, redirectUris: [URI, withQuery] });
  });

  it('but what a body adds or changes is', async () => {
    const id = newId();
    await register({ clientID: id, callbackURL: withQuery });
    const { body } = await get(id);
    const answer = await put(id, { ...body, redirectUris: [withQuery, `${withQuery}-2`] });
    expectViolations(answer, ['redirectUris[1]']);
    await put(id, PUBLIC);
    expectViolations(await put(id, { ...PUBLIC, redirectUris: [withQuery] }), ['redirectUris[0]']);
  });

  it('so a legacy client without redirect URIs passes, also when its scope changes', async () => {
    const id = newId();
    expect((await register({ clientID: id, callbackURL: null })).status).toBe(201);
    const read = await get(id);
    expect(read.body).toMatchObject({ grantType: 'AuthorizationCode', redirectUris: [] });
    expect(etagOf(await put(id, read.body))).toBe(etagOf(read));
    expect((await put(id, { ...read.body, scope: 'openid' })).status).toBe(200);
    expect((await inAccounts(id)).grantTypes).toEqual([]);
  });

  it('so a private-use scheme passes', async () => {
    const id = newId();
    const uri = 'com.example.app:/callback';
    await register({ clientID: id, redirectURIs: [uri], postLogoutRedirectURIs: [uri] });
    const read = await get(id);
    expect(read.body).toMatchObject({ redirectUris: [uri], postSignOutRedirectUris: [uri] });
    expect(etagOf(await put(id, read.body))).toBe(etagOf(read));
  });
});

describe('fields that this dialect cannot name', () => {
  it('are left alone', async () => {
    const id = newId();
    await register({
      clientID: id,
      callbackURL: URI,
      clientName: 'My App',
      config: { tokenMethod: ['cookie'], disableStrategies: ['facebook'] },
      authUIOrigin: 'https://login.example.com',
      logoURI: 'https://example.com/logo.png',
    });
    const before = await inAccounts(id);
    await aMoment();
    expect((await put(id, { ...PUBLIC, scope: 'openid' })).status).toBe(200);
    const { modified, ...after } = await inAccounts(id);
    expect(after).toEqual({ ...before, modified: undefined });
    expect(Date.parse(modified)).toBeGreaterThan(Date.parse(before.modified));
  });

  it('grants beyond the two words are kept while the word that is shown is put, and replaced by another', async () => {
    const id = newId();
    await register({
      clientID: id,
      callbackURL: URI,
      grantTypes: ['authorization_code', 'client_credentials'],
      tokenEndpointAuthMethod: 'client_secret_basic',
    });
    expect((await get(id)).body.grantType).toBe('AuthorizationCode');
    await put(id, { ...CONFIDENTIAL, scope: 'openid' });
    expect((await inAccounts(id)).grantTypes).toEqual(['authorization_code', 'client_credentials']);
    await put(id, MACHINE);
    expect((await inAccounts(id)).grantTypes).toEqual(['client_credentials']);
    await put(id, CONFIDENTIAL);
    expect((await inAccounts(id)).grantTypes).toEqual(['authorization_code', 'refresh_token']);
  });
});

describe('nothing that is accepted depends on what this dialect cannot show:', () => {
  const open = { clientType: 'Public', grantType: 'AuthorizationCode', redirectUris: [URI] };
  const registered = async (grantTypes: string[], more: object = {}): Promise<string> => {
    const id = newId();
    const body = { clientID: id, grantTypes, tokenEndpointAuthMethod: 'client_secret_basic', ...more };
    expect((await register(body)).status).toBe(201);
    return id;
  };

  it('a client becomes Public, and loses the client credentials that it had beside authorization_code', async () => {
    const id = await registered(['authorization_code', 'client_credentials'], { callbackURL: URI });
    expect((await get(id)).body).toMatchObject({ clientType: 'Confidential', grantType: 'AuthorizationCode' });
    const answer = await put(id, open);
    expect([answer.status, answer.body]).toEqual([200, { clientSecret: null }]);
    await expectOnRecord(id, open);
    expect(await inAccounts(id)).toMatchObject({
      grantTypes: ['authorization_code'],
      tokenEndpointAuthMethod: 'none',
      clientType: 'Public Client',
    });
    expect((await audit(id)).at(-1)!.changes).toEqual({
      clientType: { before: 'confidential', after: 'public' },
      grantTypes: { before: ['authorization_code', 'client_credentials'], after: ['authorization_code'] },
      clientSecret: { before: null, after: 'revoked' },
    });
  });

  it('also without redirect URIs, which a client that is shown in the same way may go without', async () => {
    for (const grantTypes of [['authorization_code'], ['authorization_code', 'client_credentials']]) {
      const id = await registered(grantTypes);
      const { body } = await get(id);
      expect((await put(id, { ...body, clientType: 'Public' })).status).toBe(200);
      expect((await inAccounts(id)).grantTypes).toEqual(['authorization_code']);
    }
  });

  it('two clients that look alike here are refused and accepted alike, whatever else they have', async () => {
    const hidden = {
      clientName: 'x'.repeat(1000),
      config: { tokenMethod: ['body'], disableStrategies: ['password'], own: { a: [1] } },
      authUIOrigin: 'com.example.app:/login',
      logoURI: 'https://a.example.com/logo.png?size=1',
    };
    const grants = [
      ['authorization_code'],
      ['refresh_token'],
      ['refresh_token', 'client_credentials'],
      ['client_credentials', 'authorization_code', 'refresh_token'],
      [],
    ];
    const bodies = [open, { ...open, redirectUris: [] }, { ...open, clientType: 'Confidential' }, MACHINE, {}];
    for (const body of bodies) {
      const statuses = await Promise.all(
        grants.flatMap((grantTypes) =>
          [{}, hidden].map(async (more) => (await put(await registered(grantTypes, more), body)).status),
        ),
      );
      expect(new Set(statuses).size).toBe(1);
    }
  });
});
