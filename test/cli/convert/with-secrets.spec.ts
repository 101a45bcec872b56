import { createHash, pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hashSync } from '@node-rs/bcrypt';
import type { KindName } from '../../../src/cli/vocabulary.js';
import { warmCommandLine } from '../../support/command-line.js';
import { conversionOf, noteText } from '../../support/conversion.js';
import { startServer, type TestServer } from '../../support/test-server.js';

const SECRET = 'q7XzT4mV9bLr2KcW8sHd3NfJ6pGy1AeU';
const OTHER = 'correct horse battery';
const sha256 = (secret: string) => createHash('sha256').update(secret).digest('base64');
const ory = (secret: string) => {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const salt = Buffer.from('0123456789abcdef');
  return `$pbkdf2-sha256$i=25000,l=32$${text(salt)}$${text(pbkdf2Sync(secret, salt, 25_000, 32, 'sha256'))}`;
};
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

const KEYCLOAK = { clientId: 'keycloak-app', publicClient: false };
const HYDRA = { client_id: 'hydra-app', grant_types: ['client_credentials'] };
const AUTH0 = { client_id: 'auth0-app', app_type: 'non_interactive' };
const DUENDE = { ClientId: 'duende-app', AllowedGrantTypes: ['client_credentials'] };
const ENTRECODE = { clientID: 'entrecode-app', grantTypes: ['client_credentials'] };
const ENTRYPAGE = { clientId: 'entrypage-app', clientType: 'Confidential', grantType: 'ClientCredentials' };

/** A client of each system with its secrets, and what they are. */
const MOVES: readonly [what: string, kind: KindName, client: object, secrets: readonly string[]][] = [
  ['Keycloak', 'keycloak', { ...KEYCLOAK, secret: SECRET }, [SECRET]],
  ['Auth0', 'auth0', { ...AUTH0, client_secret: SECRET }, [SECRET]],
  ['Hydra, in the clear', 'hydra', { ...HYDRA, client_secret: OTHER }, [OTHER]],
  ['Hydra, as its database has it', 'hydra', { ...HYDRA, client_secret: ory(SECRET) }, [SECRET]],
  ['Hydra, as its database had it', 'hydra', { ...HYDRA, client_secret: hashSync(SECRET, 8) }, [SECRET]],
  [
    'IdentityServer, each of several',
    'duende',
    {
      ...DUENDE,
      ClientSecrets: [{ Value: sha256(SECRET), Type: 'SharedSecret', Description: 'first' }, { value: sha256(OTHER) }],
    },
    [SECRET, OTHER],
  ],
  ['entrecode', 'entrecode', { ...ENTRECODE, clientSecret: OTHER }, [OTHER]],
  ['Entrypage', 'entrypage', { ...ENTRYPAGE, clientSecret: SECRET }, [SECRET]],
];

describe('converting with secrets', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it.each(MOVES)('takes those of %s along, and they are good after the import', async (_, from, client, secrets) => {
    const { lines, report } = await conversionOf(from, { 'a.json': client }, { withSecrets: true });
    const [line] = lines;
    const field = report[0]!.carried.find((name) => /secret/i.test(name));
    expect(field).toBeDefined();
    for (const secret of secrets) expect(JSON.stringify(report)).not.toContain(secret);
    const body = lines.map((each) => JSON.stringify(each)).join('\n');
    const imported = await server.call('POST', '/admin/domains/default/import', { body });
    expect(JSON.parse(imported.text.split('\n')[1]!)).toEqual({
      action: 'created',
      clientId: line!.clientId,
      secret: 'set',
    });
    const at = `/v1/domain/default/client/${line!.clientId}`;
    const isGood = async (secret: string) =>
      (await server.call('POST', `${at}/secrets/verify`, { body: { secret } })).body.valid;
    for (const secret of secrets) expect(await isGood(secret)).toBe(true);
    expect(await isGood('another one')).toBe(false);
    expect((await server.call('DELETE', at)).status).toBe(204);
  });

  it.each(MOVES)(
    'does not without the option: of %s there is none in the lines, and the report says so',
    async (_, from, client) => {
      const { lines, report, text } = await conversionOf(from, { 'a.json': client });
      expect(lines[0]).not.toHaveProperty('secrets');
      expect(report[0]!.notes.map(noteText)).toContainEqual(
        expect.stringMatching(/secrets?: stays behind without --with-secrets: the import makes a new one$/i),
      );
      for (const secret of [SECRET, OTHER, sha256(SECRET)]) expect(text).not.toContain(secret);
    },
  );

  it.each<[string, KindName, object, RegExp]>([
    [
      'that a partial export masks',
      'keycloak',
      { ...KEYCLOAK, secret: '**********' },
      /^left secret: is masked in the file/,
    ],
    [
      'that is in a vault',
      'keycloak',
      { ...KEYCLOAK, secret: ['$', '{vault.app}'].join('') },
      /^left secret: is in a vault/,
    ],
    [
      'that is not in the file',
      'keycloak',
      KEYCLOAK,
      /^assumed secret: is not in the file: the import makes a new one$/,
    ],
    [
      'of a public client',
      'keycloak',
      { ...KEYCLOAK, publicClient: true, secret: SECRET },
      /^left secret: stays behind: a Public client has none/,
    ],
    [
      'that is the client’s id',
      'keycloak',
      { clientId: 'keycloak-app', secret: 'keycloak-app' },
      /^left secret: a secret must not equal/,
    ],
    ['that is too short', 'keycloak', { ...KEYCLOAK, secret: 'short' }, /^left secret: must have at least 8/],
    [
      'that a keyword stands for',
      'auth0',
      { ...AUTH0, client_secret: '@@SECRET@@' },
      /^left client_secret: is a keyword/,
    ],
    [
      'that costs too much',
      'hydra',
      { ...HYDRA, client_secret: hashSync('x', 4).replace('$04$', '$16$') },
      /^left client_secret: its hash must have a cost from 4 to 13$/,
    ],
    [
      'of a kind that is not known',
      'hydra',
      { ...HYDRA, client_secret: '$pbkdf2-sha1$i=1000$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA' },
      /^left client_secret: its hash must be a text such as/,
    ],
    [
      'that is SHA-512',
      'duende',
      { ...DUENDE, ClientSecrets: [{ Value: createHash('sha512').update('x').digest('base64') }] },
      /^left ClientSecrets: its hash must have 32 bytes$/,
    ],
    [
      'that has ended',
      'duende',
      { ...DUENDE, ClientSecrets: [{ Value: sha256('x'), Expiration: '2020-01-01T00:00:00' }] },
      /^left ClientSecrets: it has ended$/,
    ],
    [
      'that ends no one knows when',
      'duende',
      { ...DUENDE, ClientSecrets: [{ Value: sha256('x'), Expiration: 'soon' }] },
      /^left ClientSecrets: its end must be a date/,
    ],
    [
      'that is a certificate',
      'duende',
      { ...DUENDE, ClientSecrets: [{ Value: 'x', Type: 'X509Thumbprint' }] },
      /^left ClientSecrets X509Thumbprint: a client authenticates with a secret here$/,
    ],
  ])('leaves one %s, and says why', async (_, from, client, why) => {
    const { lines, report } = await conversionOf(from, { 'a.json': client }, { withSecrets: true });
    expect(lines[0]).not.toHaveProperty('secrets');
    expect(report[0]!.notes.map(noteText)).toContainEqual(expect.stringMatching(why));
  });

  it('says that the lines hold secrets, into a file that nobody else can read', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-secrets-'));
    const [file, output] = [path.join(folder, 'a.json'), path.join(folder, 'out.ndjson')];
    writeFileSync(file, JSON.stringify({ ...ENTRYPAGE, clientSecret: SECRET }));
    const cli = warmCommandLine(server.url);
    const { code, stdout, stderr } = await cli([
      'convert',
      '--from',
      'entrypage',
      file,
      '--with-secrets',
      '-o',
      output,
    ]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('The lines hold secrets: show them to nobody, and delete them after the import.');
    expect(stderr).toMatch(/carried over +clientType, grantType, clientSecret/);
    expect(stderr).not.toContain(SECRET);
    expect(readFileSync(output, 'utf8')).toContain(SECRET);
    expect(statSync(output).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });

  it('takes names and ends along, and five at most', async () => {
    const end = inDays(30);
    const many = Array.from({ length: 6 }, (_, index) => ({ Value: sha256(`${index}`) }));
    const clients = [
      {
        ...DUENDE,
        ClientSecrets: [{ Value: sha256('x'), Description: 'of the till', Expiration: end.replace('Z', '') }],
      },
      { ...DUENDE, ClientId: 'many', ClientSecrets: many },
    ];
    const { lines, report } = await conversionOf('duende', { 'a.json': clients }, { withSecrets: true });
    expect(lines[0]!.secrets).toEqual([
      { hash: { algorithm: 'sha256', hash: sha256('x'), encoding: 'base64' }, name: 'of the till', expiresAt: end },
    ]);
    expect(lines[1]!.secrets).toHaveLength(5);
    expect(report[1]!.notes.map(noteText)).toContainEqual('left ClientSecrets[5]: a client has at most 5 secrets');
  });
});
