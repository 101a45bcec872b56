import { conversionOf, noteText } from '../../support/conversion.js';

const CLIENT = { clientId: 'a', publicClient: true, redirectUris: ['https://a.example.com/cb'] };
const TEXT = JSON.stringify([CLIENT]);

describe('files with exports', () => {
  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    [
      'YAML',
      'clients:\n  - clientId: a\n    publicClient: true\n    redirectUris: [https://a.example.com/cb]\n',
      '.yaml',
    ],
  ])('may be %s', async (_, content, ending = '.json') => {
    const { lines } = await conversionOf('keycloak', { [`file${ending}`]: content });
    expect(lines).toMatchObject([{ clientId: 'a', redirectUris: ['https://a.example.com/cb'] }]);
  });

  it.each([
    ['', 'f.json is empty.'],
    [' \n ', 'f.json is empty.'],
    ['[\n  {"clientId": "a"},\n  {"clientId" "b"}\n]', 'f.json:3: this cannot be read as JSON.'],
    ['{\n  "clients": [\n    nul\n  ]}', 'f.json:3: this cannot be read as JSON.'],
    ['{"clients": [\n  {"clientId": "a"}', 'f.json:2: the file ends in the middle of its JSON.'],
    ['[{"clientId": "a', 'f.json:1: the file ends in the middle of its JSON.'],
    ['<html>', 'f.json:1: this cannot be read as JSON: it is HTML or XML.'],
    [Buffer.from([0x5b, 0xff, 0x5d]), 'f.json is not text in UTF-8 or UTF-16.'],
    ['[]', 'f.json has no client of Keycloak in it. What is read: a realm export, a partial export, or client'],
    ['42', 'f.json has no client of Keycloak in it.'],
    ['{"client_id": "a", "grant_types": []}', 'f.json has no client of Keycloak in it.'],
    ['[{"appId": "a"}, null]', 'f.json has no client of Keycloak in it.'],
    ['['.repeat(100_000), 'f.json:1: the file ends in the middle of its JSON.'],
  ])('are refused with the place of the mistake: %#', async (content, message) => {
    await expect(conversionOf('keycloak', { 'f.json': content })).rejects.toThrow(message);
  });

  it('are refused with the place of the mistake in YAML', async () => {
    await expect(conversionOf('auth0', { 'f.yaml': 'clients:\n- name: a\n  app_type: [b\n' })).rejects.toThrow(
      'f.yaml:',
    );
    await expect(conversionOf('auth0', { 'f.yaml': '' })).rejects.toThrow('f.yaml is empty.');
    const tens = (name: string, entry: string) => `${name}: &${name} [${Array(10).fill(entry).join(', ')}]\n`;
    const bomb = tens('a', 'x') + tens('b', '*a') + tens('c', '*b') + tens('d', '*c') + tens('e', '*d');
    await expect(conversionOf('auth0', { 'f.yaml': bomb })).rejects.toThrow(
      /^f\.yaml cannot be read as YAML: its aliases/,
    );
    await expect(conversionOf('auth0', { 'f.yaml': `a: ${'{"a": '.repeat(5000)}` })).rejects.toThrow(
      /^f\.yaml.*read as YAML/,
    );
  });

  it('may hold more than one client, and what is none', async () => {
    const { lines, report } = await conversionOf('keycloak', {
      'f.json': [CLIENT, 7, null, 'x', [], {}, { clientId: 5 }, { clientId: '' }, { ...CLIENT, clientId: 'b' }],
    });
    expect(lines.map(({ clientId }) => clientId)).toEqual(['a', 'b']);
    expect(report.map(({ leftOut }) => leftOut)).toEqual([
      undefined,
      'is a number, where a client should be',
      'is nothing, where a client should be',
      'is a text, where a client should be',
      'is a list, where a client should be',
      'has no id, so it is no client',
      'has no id, so it is no client',
      'has no id, so it is no client',
      undefined,
    ]);
  });

  it('may be hostile: no key reaches further than its client, and no value is too long to be told', async () => {
    const text = `[{"clientId": "a", "publicClient": true, "__proto__": {"enabled": false, "polluted": 1},
      "constructor": {"prototype": {"polluted": 1}}, "toString": 1, "name": "${'n'.repeat(5000)}",
      "redirectUris": ${JSON.stringify(Array.from({ length: 300 }, (_, index) => `https://a.example.com/${index}`))},
      "attributes": {"access.token.lifespan": "1e9", "post.logout.redirect.uris": 7}}]`;
    const { lines, report } = await conversionOf('keycloak', { 'f.json': text });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(lines[0]).not.toHaveProperty('suspension');
    expect(lines[0]!.redirectUris).toHaveLength(100);
    const [told] = report;
    expect(told!.unknown).toEqual(['__proto__', 'constructor', 'toString']);
    const notes = told!.notes.map(noteText);
    expect(notes.filter((note) => /must have at most 100 entries/.test(note))).toHaveLength(200);
    expect(notes).toContainEqual(expect.stringMatching(/^left name n{120}…: must be at most 1000 characters$/));
    expect(notes).toContain('left attributes.access.token.lifespan: must be a number, and is a text');
    expect(notes).toContain('left attributes.post.logout.redirect.uris: must be text, and is a number');
  });

  it('metadata that the import would refuse stays behind', async () => {
    const metadata = ['{"a": {"__proto__": 1}}', '{"constructor": {"prototype": 1}}', '{"tokenMethod": "x", "ok": 1}'];
    const text = metadata.map(
      (each, index) => `{"client_id": "c-${index}", "grant_types": ["refresh_token"], "metadata": ${each}}`,
    );
    const { lines, report } = await conversionOf('hydra', { 'f.json': text.join('\n') });
    expect(lines.map(({ additionalConfig }) => additionalConfig)).toEqual([undefined, undefined, { ok: 1 }]);
    for (const { notes } of report)
      expect(notes.map(({ field }) => field)).toContainEqual(expect.stringMatching(/^metadata/));
  });
});
