import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readDeclarations } from '../../src/cli/declarations.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'clientele-declarations-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const file = path.join(folder, 'clients.yaml');
  writeFileSync(file, text);
  return readDeclarations(file, 'default');
}

const SHARED = `
- clientId: one
  redirectUris: &uris
    - https://a.example.com/cb
`;

describe('a file of clients', () => {
  it('may say once what several clients share, with an anchor and aliases', () => {
    const [one, two] = read(`${SHARED}- clientId: two\n  redirectUris: *uris\n`);
    expect(two!.body).toEqual({ clientId: 'two', redirectUris: ['https://a.example.com/cb'] });
    expect(two!.body.redirectUris).toEqual(one!.body.redirectUris);
    expect(two!.whereIs('redirectUris[0]')).toMatch(/clients\.yaml:6$/);
  });

  it('is refused with the place where an alias leads nowhere, or to more than anybody has', () => {
    expect(() => read('- clientId: one\n- clientId: two\n  scope: *none\n')).toThrow(/clients\.yaml:2: .*none/);
    const bomb = ['- clientId: one\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 8; n += 1)
      bomb.push(
        `  a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(() => read(bomb.join('\n'))).toThrow(/clients\.yaml:1: .*alias/i);
  });
});
