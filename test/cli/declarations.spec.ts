import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Declared, readDeclaration, readDeclarations } from '../../src/cli/declarations.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-declarations-'));
const file = path.join(folder, 'clients.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string | Buffer): Declared {
  writeFileSync(file, text);
  return readDeclarations(file, { domain: 'default' });
}

/** What is told, without the name of the folder. */
function faultsIn(text: string | Buffer): string[] {
  try {
    return read(text).faults.map(({ sentence }) => withoutFolder(sentence));
  } catch (error) {
    return withoutFolder((error as Error).message).split('\n');
  }
}
const withoutFolder = (text: string) => text.replaceAll(`${folder}${path.sep}`, '');
const bodies = (text: string | Buffer) => {
  const { declarations, faults } = read(text);
  expect(faults).toEqual([]);
  return declarations.map(({ body }) => body);
};

const SHARED = `
- clientId: one
  redirectUris: &uris
    - https://a.example.com/cb
`;

describe('a file of clients', () => {
  it('may say once what several clients share, with an anchor and aliases', () => {
    const [one, two] = read(`${SHARED}- clientId: two\n  redirectUris: *uris\n`).declarations;
    expect(two!.body).toEqual({ clientId: 'two', redirectUris: ['https://a.example.com/cb'] });
    expect(two!.body.redirectUris).toEqual(one!.body.redirectUris);
    expect(withoutFolder(two!.fault('redirectUris[0]', 'no.').sentence)).toBe('clients.yaml:6: two: no.');
  });

  it('may build one client on another', () => {
    expect(bodies('- &one\n  clientId: one\n  scope: a\n- <<: *one\n  clientId: two\n')).toEqual([
      { clientId: 'one', scope: 'a' },
      { clientId: 'two', scope: 'a' },
    ]);
  });

  it.each<[string, (text: string) => Buffer]>([
    ['UTF-8', (text) => Buffer.from(text)],
    ['UTF-8 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16, as PowerShell writes it', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 in the other order', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['lines that end as on Windows', (text) => Buffer.from(text.replaceAll('\n', '\r\n'))],
  ])('may be in %s', (_, encoded) => {
    expect(bodies(encoded('- clientId: one\n  scope: ä\n'))).toEqual([{ clientId: 'one', scope: 'ä' }]);
  });

  it.each([
    ['JSON', '[{ "clientId": "one", "accessTokenExpiry": 5 }]'],
    ['JSON that is indented with tabs', '[\n\t{\n\t\t"clientId": "one",\n\t\t"accessTokenExpiry": 5\n\t}\n]\n'],
    ['one document with its marks', '---\n- clientId: one\n  accessTokenExpiry: 5\n...\n---\n'],
  ])('may be %s', (_, text) => {
    expect(bodies(text)).toEqual([{ clientId: 'one', accessTokenExpiry: 5 }]);
  });

  it.each([
    ['', 'createdAt: 2027-01-31T00:00:00+01:00', '2027-01-31T00:00:00+01:00'],
    ['%YAML 1.1\n---\n', 'createdAt: 2027-01-31T00:00:00+01:00', '2027-01-31T00:00:00+01:00'],
    ['%YAML 1.1\n---\n', 'createdAt: 2027-01-31', '2027-01-31'],
    ['%YAML 1.1\n---\n', 'createdAt: 12:30:45', '12:30:45'],
    ['%YAML 1.1\n---\n', 'createdAt: no', 'no'],
  ])('keeps a date as it is written: %j %s', (head, field, createdAt) => {
    expect(bodies(`${head}- clientId: one\n  ${field}\n`)).toEqual([{ clientId: 'one', createdAt }]);
  });

  it.each<[string, string | Buffer, string[]]>([
    ['nothing at all', '', ['clients.yaml:1: there must be a list of clients.']],
    ['comments alone', '# none\n', ['clients.yaml:1: there must be a list of clients.']],
    ['no list', 'clientId: a\n', ['clients.yaml:1: there must be a list of clients.']],
    [
      'bytes of another encoding',
      Buffer.from('- clientId: caf\xe9\n', 'latin1'),
      ['clients.yaml is not text in UTF-8 or UTF-16.'],
    ],
    [
      'several documents',
      '- clientId: a\n---\n- clientId: b\n---\n- clientId: c\n',
      ['clients.yaml:3: a second document begins here: everything belongs into one.'],
    ],
    [
      'the lines of an export',
      '{"clientId":"a"}\n{"clientId":"b"}\n',
      ['clients.yaml:2: this cannot be read as YAML.'],
    ],
    [
      'ids that are no texts',
      '- clientId: 123\n- clientId: true\n- clientId: 1e3\n- clientId: 007\n- clientId: [a]\n- clientId:\n- scope: x\n- clientId: ""\n',
      [
        ...[1, 2, 3, 4].map((line) => `clients.yaml:${line}: clientId must be a string: put it in quotes.`),
        'clients.yaml:5: clientId must be a string.',
        ...[6, 7, 8].map((line) => `clients.yaml:${line}: clientId is required.`),
      ],
    ],
    [
      'domains that are no texts',
      '- clientId: a\n  domain: 7\n- clientId: b\n  domain:\n',
      ['clients.yaml:2: domain must be a string: put it in quotes.', 'clients.yaml:4: domain is required.'],
    ],
    [
      'what is no client, among those that are',
      '- clientId: a\n- just text\n-\n- clientId: b\n',
      [2, 3].map((line) => `clients.yaml:${line}: a client must be a map of fields.`),
    ],
    [
      'clients that stand there again',
      '- clientId: a\n- clientId: a\n- clientId: a\n  domain: b\n- clientId: a\n',
      [2, 5].map((line) => `clients.yaml:${line}: default/a stands in the list twice.`),
    ],
    [
      'fields that stand there again',
      '- clientId: a\n  scope: x\n  scope: y\n  scope: z\n- clientId: b\n  clientId: c\n',
      [3, 4, 6].map((line) => `clients.yaml:${line}: this field stands in the client twice.`),
    ],
    [
      'tabs',
      '- clientId: a\n\tscope: x\n- clientId: b\n  \tscope: x\n',
      [2, 4].map((line) => `clients.yaml:${line}: a tab indents this line: YAML wants spaces.`),
    ],
    [
      'a quote that is not closed',
      '- clientId: a\n  scope: "open\n',
      ['clients.yaml:3: a quote or a bracket is missing.'],
    ],
    [
      'a colon in a text',
      '- clientId: a\n  scope: a: b\n',
      ['clients.yaml:2: a text with a colon and a space in it needs quotes.'],
    ],
    [
      'a text that begins oddly',
      '- clientId: @a\n',
      ['clients.yaml:1: a text that begins like this one needs quotes.'],
    ],
    [
      'tags',
      '- clientId: !!binary YQ==\n  scope: !secret x\n',
      [1, 2].map((line) => `clients.yaml:${line}: this tag means nothing here.`),
    ],
    [
      'numbers that JSON does not know',
      '- clientId: a\n  accessTokenExpiry: .inf\n  idTokenExpiry: .nan\n',
      [
        'clients.yaml:2: .inf is no number that a field can have.',
        'clients.yaml:3: .nan is no number that a field can have.',
      ],
    ],
    [
      'aliases that lead nowhere',
      '- clientId: a\n- clientId: b\n  scope: *none\n- clientId: c\n  scope: *no\n',
      [
        'clients.yaml:3: nothing before this has the anchor none.',
        'clients.yaml:5: nothing before this has the anchor no.',
      ],
    ],
  ])('is refused with each line that is wrong: %s', (_, text, sentences) => {
    expect(faultsIn(text)).toEqual(sentences);
  });

  it('is refused where an alias stands for what it is a part of', () => {
    expect(faultsIn('- &a\n  clientId: one\n  policies: *a\n')).toEqual([
      'clients.yaml:3: this is a part of a itself.',
    ]);
    expect(faultsIn('&a\n- clientId: one\n  policies: [x, *a]\n')).toEqual([
      'clients.yaml:3: this is a part of a itself.',
    ]);
    expect(read('- &a\n  clientId: one\n  policies: *a\n- clientId: two\n').declarations).toMatchObject([
      { clientId: 'two' },
    ]);
  });

  it.each([
    ['*', `"*"`],
    ['a b', 'a b'],
    ['é', 'é'],
  ])('is refused if its manager is called %s, which nobody can be', (_, manager) => {
    expect(faultsIn(`managedBy: ${manager}\nclients: []\n`)).toEqual([
      'clients.yaml:1: managedBy must be the name of one manager, such as terraform.',
    ]);
  });

  it('is refused where its aliases stand for more than anybody has', () => {
    const bomb = ['- clientId: one\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 8; n += 1)
      bomb.push(
        `  a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(faultsIn(bomb.join('\n'))).toEqual([
      'clients.yaml:1: the aliases in it stand for more than a client can have.',
    ]);
  });

  it('says in words why it cannot be read', () => {
    const none = path.join(folder, 'none.yaml');
    expect(() => readDeclarations(none, { domain: 'default' })).toThrow(
      `${none} cannot be read: no such file or directory (ENOENT).`,
    );
    expect(() => readDeclarations(folder, { domain: 'default' })).toThrow(
      `${folder} cannot be read: it is a folder (EISDIR).`,
    );
  });
});

describe('a file of one client', () => {
  it('is no list', () => {
    writeFileSync(file, '- clientId: a\n');
    expect(
      readDeclaration(file, { domain: 'default', clientId: 'a' }).faults.map(({ sentence }) => withoutFolder(sentence)),
    ).toEqual(['clients.yaml:1: there must be one client here; a list is for `clientele apply`.']);
  });
});
