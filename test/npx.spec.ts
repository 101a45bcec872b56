import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDERS = ['.ci', 'bench', 'chaos', 'docker', 'docs', 'examples', 'libs', 'scripts', 'src', 'test'];
const TEXT = /\.(md|ts|mjs|cjs|js|json|ya?ml|html|sh)$|(^|\/)(run|Dockerfile)$/;
/** The word behind it, also as an argument in code. */
const CALL = /\bnpx(?: |',? \[?')([\w@-]\S*)/g;

const files = [
  ...readdirSync('.').filter((name) => TEXT.test(name) && name !== 'package-lock.json'),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => TEXT.test(name) && !name.split(path.sep).includes('node_modules'))
      .map((name) => path.join(folder, name)),
  ),
];

// Outside of a checkout, it would fetch and run whatever package has the name (docs/decisions/0059-npx-installs-nothing.md).
it('npx, wherever it stands, installs nothing', () => {
  const calls = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(CALL)].map(([, next]) => ({ file, next }));
  });
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.filter(({ next }) => !next!.startsWith('--no-install'))).toEqual([]);
});
