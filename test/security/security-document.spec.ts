import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SETTING_NAMES } from '../../src/config.js';
import { WIRE_TIMES } from '../../src/http/index.js';

const DOCUMENT = 'docs/security.md';
const text = readFileSync(DOCUMENT, 'utf8');

describe(DOCUMENT, () => {
  it('has a row with a test for each of the OWASP API Security Top 10 of 2023', () => {
    for (let risk = 1; risk <= 10; risk += 1) {
      const row = text.split('\n').find((line) => line.startsWith(`| API${risk}:2023 `));
      expect([risk, row]).toEqual([risk, expect.stringMatching(/\.spec\.ts\)/)]);
    }
  });

  it('leads to tests that there are', () => {
    const specs = [...text.matchAll(/\]\(([^)]+\.spec\.ts)\)/g)].map(([, file]) => path.join('docs', file!));
    expect(specs.length).toBeGreaterThan(10);
    expect(specs.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('is right about the times it names, and names all that a caller can use up', () => {
    const named = [...text.matchAll(/\| `(\w+Ms)` \| (\d+) s \|/g)].map(([, name, seconds]) => [
      name,
      Number(seconds) * 1000,
    ]);
    const { checkMs, ...times } = WIRE_TIMES;
    expect(Object.fromEntries(named)).toEqual(times);
  });

  it('names only settings that the server knows', () => {
    const settings = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name!);
    expect(settings).toContain('RATE_LIMIT');
    expect(settings.filter((name) => !SETTING_NAMES.includes(name))).toEqual([]);
  });
});
