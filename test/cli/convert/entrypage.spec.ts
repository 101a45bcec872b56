import { conversionOf, oneOf } from '../../support/conversion.js';

const CLIENT = {
  clientId: 'portal',
  clientType: 'Confidential',
  grantType: 'AuthorizationCode',
  scope: 'openid profile',
  audiences: ['orders'],
  redirectUris: ['https://portal.example.com/cb'],
  postSignOutRedirectUris: ['https://portal.example.com/bye'],
  allowLocalLogin: null,
  providers: ['https://login.example.com'],
  policies: ['policy.staff'],
  allowedOrigins: ['https://portal.example.com'],
  accessTokenExpiry: 0,
  idTokenExpiry: 30,
  refreshTokenExpiry: 1440,
};

describe('converting from Entrypage', () => {
  it('takes a client as it is; 0 is the default of a lifetime', async () => {
    const { line, told } = await oneOf('entrypage', CLIENT);
    const { allowLocalLogin, accessTokenExpiry, ...others } = CLIENT;
    const withoutSecret = {
      what: 'assumed',
      field: 'secret',
      message: 'is not in the file: the import makes a new one',
    };
    expect([line, told.notes, told.unknown]).toEqual([others, [withoutSecret], []]);
  });

  it('reads lists, lines, and the body of a PUT, which is called as its file', async () => {
    const { clientId, ...body } = CLIENT;
    const { lines, report } = await conversionOf('entrypage', {
      'list.json': [CLIENT],
      'lines.ndjson': `${JSON.stringify({ ...CLIENT, clientId: 'one' })}\n${JSON.stringify({ ...CLIENT, clientId: 'two' })}\n`,
      'my-app.json': body,
    });
    expect(lines.map((line) => line.clientId)).toEqual(['portal', 'one', 'two', 'my-app']);
    expect(report[2]!.place).toBe('document 2');
    expect(report[3]!.notes).toMatchObject([
      { what: 'assumed', field: 'clientId' },
      { what: 'assumed', field: 'secret' },
    ]);
  });

  it('reads a line of our own export, its suspension included', async () => {
    const line = {
      ...CLIENT,
      clientName: 'Portal',
      grantTypes: ['authorization_code'],
      tokenMethod: 'cookie',
      disableStrategies: null,
      additionalConfig: { a: 1 },
      authUIOrigin: null,
      logoURI: null,
      suspension: {
        reason: 'Found in a log',
        until: '2030-01-01T00:00:00.000Z',
        since: '2026-01-01T00:00:00.000Z',
        by: null,
      },
      expiresAt: '2031-01-01T00:00:00.000Z',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    };
    const converted = await oneOf('entrypage', line);
    expect(converted.line).toMatchObject({
      grantTypes: ['authorization_code'],
      tokenMethod: 'cookie',
      additionalConfig: { a: 1 },
      suspension: { reason: 'Found in a log', until: '2030-01-01T00:00:00.000Z' },
      expiresAt: '2031-01-01T00:00:00.000Z',
    });
    expect(converted.notes).toEqual([
      'left createdAt: the registry sets it',
      'left updatedAt: the registry sets it',
      'assumed secret: is not in the file: the import makes a new one',
    ]);
  });

  it('carries over what is said of a client, and leaves out what no import takes', async () => {
    const about = {
      ...{ owner: 'Team Shop', contact: null, description: 'The checkout', managedBy: 'terraform', locked: true },
      labels: { team: 'shop', stage: '' },
    };
    expect((await oneOf('entrypage', { ...CLIENT, about })).line).toMatchObject({
      about: {
        ...{ owner: 'Team Shop', description: 'The checkout', managedBy: 'terraform', locked: true },
        labels: { team: 'shop', stage: '' },
      },
    });
    const broken = { owner: 'x'.repeat(201), managedBy: '*', labels: { team: 'a b', '-': 'c', ok: 'd' }, locked: true };
    const converted = await oneOf('entrypage', { ...CLIENT, about: broken });
    expect(converted.line).toMatchObject({ about: { labels: { ok: 'd' } } });
    expect(converted.notes.filter((note) => note.includes('about'))).toEqual([
      expect.stringMatching(/^left about\.owner .*must be 1 to 200 characters/),
      expect.stringMatching(/^left about\.managedBy .*must be 1 to 100 letters/),
      expect.stringMatching(/^left about\.labels\.team .*must be at most 63 letters/),
      expect.stringMatching(/^left about\.labels\.- .*its name must be 1 to 63 letters/),
      expect.stringMatching(/^left about\.locked: must not be true without managedBy/),
    ]);
  });

  it('leaves out dates that do not exist, as an import does', async () => {
    const suspension = { reason: 'Found in a log', until: '0000-01-01T00:00:00Z' };
    const converted = await oneOf('entrypage', { ...CLIENT, expiresAt: '2027-02-30T00:00:00Z', suspension });
    expect(converted.line).not.toHaveProperty('expiresAt');
    expect(converted.line).toMatchObject({ suspension: { reason: 'Found in a log', until: null } });
  });

  it('refuses what is neither Public nor Confidential, and tells of fields of a wrong type', async () => {
    const { lines, report } = await conversionOf('entrypage', {
      'a.json': [
        { ...CLIENT, clientType: 'Secret' },
        {
          ...CLIENT,
          scope: 7,
          audiences: 'orders',
          redirectUris: ['https://a.example.com/', 1],
          domain: 'x.example.com',
        },
      ],
    });
    expect(report[0]!.leftOut).toBe('clientType must be one of Public, Confidential');
    expect(lines).toMatchObject([{ redirectUris: ['https://a.example.com/'] }]);
    expect(report[1]!.notes.map(({ field, message }) => `${field} ${message}`)).toEqual([
      'scope must be text, and is a number',
      'audiences must be a list, each entry a text, and is a text',
      'redirectUris[1] must be a text, and is a number',
      'secret is not in the file: the import makes a new one',
    ]);
    expect(report[1]!.unknown).toEqual(['domain']);
  });
});
