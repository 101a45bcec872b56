import { readFileSync } from 'node:fs';
import path from 'node:path';

const DOCUMENT = 'docs/security.md';
const text = readFileSync(DOCUMENT, 'utf8');
/** [title of a test](file of the test) */
const TESTS = [...text.matchAll(/\[([^\]]+)\]\(([^)]+\.spec\.ts)\)/g)].map(([, title, file]) => ({
  title: title!,
  file: path.join(path.dirname(DOCUMENT), file!),
}));

describe(DOCUMENT, () => {
  it('has a row with a test for each of the OWASP API Security Top 10 of 2023', () => {
    for (let risk = 1; risk <= 10; risk += 1) {
      const row = text.split('\n').find((line) => line.startsWith(`| API${risk}:2023 `));
      expect([risk, row]).toEqual([risk, expect.stringMatching(/\.spec\.ts\)/)]);
    }
  });

  it.each(TESTS)('$file has the test “$title”', ({ title, file }) => {
    const source = readFileSync(file, 'utf8');
    expect(source.includes(title)).toBe(true);
  });

  it('is right about the settings and times it names', () => {
    const limits = readFileSync('src/http/limits.ts', 'utf8');
    for (const [, name, seconds] of text.matchAll(/\| `(\w+Ms)` \| (\d+) s \|/g)) {
      expect(limits.replaceAll('_', '')).toContain(`${name}: ${Number(seconds) * 1000},`);
    }
    const settings = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name!);
    const config = readFileSync('src/config.ts', 'utf8');
    expect(settings.filter((name) => !config.includes(name))).toEqual([]);
  });
});
