// Spectral, with its rules for OpenAPI and those of OWASP, reads the documents. ruleset.mjs says which rules do not hold here.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withDocuments } from './documents.js';

export const title = 'the OpenAPI documents keep the rules of Spectral and OWASP';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const SPECTRAL = path.join(FOLDER, 'node_modules/@stoplight/spectral-cli/dist/index.js');

// biome-ignore lint/suspicious/noExplicitAny: a document has every shape
type Json = any;

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly source: string;
}

const CLIENT = '/v1/domain/{domain}/client/{clientId}';

/** What is done to a copy of the document of v1, and the rule that has to find it. */
const PLANTED: readonly [rule: string, plant: (document: Json) => void][] = [
  ['owasp:api4:2023-array-limit', (document) => delete clientIn(document).audiences.maxItems],
  ['owasp:api4:2023-string-limit', (document) => delete clientIn(document).scope.maxLength],
  ['owasp:api4:2023-integer-limit', (document) => delete clientIn(document).accessTokenExpiry.maximum],
  ['owasp:api8:2023-define-error-responses-401', ({ paths }) => delete paths[CLIENT].get.responses['401']],
  ['owasp:api2:2023-read-restricted', ({ paths }) => Object.assign(paths['/v1/domain'].get, { security: [] })],
  ['owasp:api2:2023-no-credentials-in-url', ({ paths }) => rename(paths['/v1/domain/{domain}/client'].get, 'password')],
  ['operation-description', ({ paths }) => delete paths['/v1/domain'].post.description],
  ['oas3-unused-component', ({ components }) => Object.assign(components.schemas, { Unused: { type: 'object' } })],
  ['oas3-valid-media-example', ({ paths }) => spoil(paths['/v1/domain'].get.responses['400'])],
];

/** The fields of the body of PUT. */
function clientIn({ paths, components }: Json): Json {
  const { $ref } = paths[CLIENT].put.requestBody.content['application/json'].schema;
  return components.schemas[$ref.split('/').at(-1)].properties;
}

function rename({ parameters }: Json, name: string): void {
  parameters.find((parameter: Json) => parameter.in === 'query').name = name;
}

function spoil({ content }: Json): void {
  content['application/problem+json'].example.status = 'four hundred';
}

export function run(): Promise<string[]> {
  return withDocuments(async (files) => {
    const spoilt = path.join(path.dirname(files[0]!), 'planted.json');
    const document = JSON.parse(readFileSync(files.find((file) => file.endsWith('v1.json'))!, 'utf8'));
    for (const [, plant] of PLANTED) plant(document);
    writeFileSync(spoilt, JSON.stringify(document));
    const findings = await lint([...files, spoilt]);
    const isPlanted = ({ source }: Finding) => path.basename(source) === path.basename(spoilt);
    const found = findings.filter(isPlanted).map(({ code }) => code);
    return [
      ...findings.filter((finding) => !isPlanted(finding)).map(sentence),
      ...PLANTED.filter(([rule]) => !found.includes(rule)).map(
        ([rule]) => `Spectral did not find what was planted for ${rule}.`,
      ),
    ];
  });
}

/** All findings of Spectral, also mere hints. */
async function lint(files: readonly string[]): Promise<Finding[]> {
  const options = ['--ruleset', path.join(FOLDER, 'ruleset.mjs'), '--format', 'json', '--quiet'];
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [SPECTRAL, 'lint', ...files, ...options],
      { maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        // 1 = it has found something; 2 = it could not look.
        if (error && error.code !== 1) reject(new Error(`Spectral broke off: ${stderr || stdout}`));
        else resolve(stdout);
      },
    );
  });
  return JSON.parse(output);
}

function sentence({ code, message, path: at, source }: Finding): string {
  return `${path.basename(source)} at ${at.join(' → ')}: ${message} (${code})`;
}
