// `npm run foreign`: tools that nobody here wrote judge what the product serves. Each part is a file of this folder.
import { installForeignTools } from '../../scripts/prepare.mjs';

/** What the file of a part exports. */
interface Part {
  /** What holds if it passes. */
  readonly title: string;
  /** Gives a sentence for each thing that does not hold. */
  run(options: readonly string[]): Promise<string[]>;
}

const PARTS: readonly string[] = ['answers', 'style', 'workflows', 'generated'];

const USAGE = `npm run foreign -- [part] [options of the part]

  part   one of ${PARTS.join(', ')}; all of them unless one is named
`;

const [first, ...options] = process.argv.slice(2);
if (first === '--help') {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (first !== undefined && !PARTS.includes(first)) {
  process.stderr.write(`There is no part "${first}".\n\n${USAGE}`);
  process.exit(1);
}

installForeignTools();
let failed = 0;
const names = first === undefined ? PARTS : [first];
for (const name of names) if (!(await holds(name))) failed += 1;
process.stdout.write(`\n${names.length - failed} passed, ${failed} failed\n`);
process.exit(failed > 0 ? 1 : 0);

/** Runs one part; whatever it throws is a failure like any other. */
async function holds(name: string): Promise<boolean> {
  const begin = performance.now();
  let title = name;
  let failures: string[];
  try {
    const part: Part = await import(`./${name}.js`);
    title = part.title;
    failures = await part.run(options);
  } catch (error) {
    failures = [`It broke off: ${(error as Error).stack}`];
  }
  const seconds = Math.round((performance.now() - begin) / 1000);
  process.stdout.write(`${failures.length > 0 ? '✗' : '✓'} ${name}: ${title} (${seconds} s)\n`);
  for (const failure of failures) process.stdout.write(`    ${failure}\n`);
  return failures.length === 0;
}
