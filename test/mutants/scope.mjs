// What is changed, and which tests are to notice: those that need nothing but this process.
import { readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** @param {string} folder @param {string} end */
const filesIn = (folder, end) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name}`);

/** @type {{ code: string[], tests: string[] }} */
const mappers = {
  code: [
    'src/dialects/accounts/accounts.mapper.ts',
    'src/dialects/accounts/config.ts',
    'src/dialects/accounts/redirect-uris.ts',
    'src/dialects/accounts/type-words.ts',
    'src/dialects/v1-domain/v1-domain.mapper.ts',
    'src/dialects/v1-domain/v1-domain.rules.ts',
  ],
  tests: [
    'test/dialects/accounts/mapper.spec.ts',
    'test/dialects/accounts/redirect-uris.spec.ts',
    'test/dialects/accounts/type-words.spec.ts',
    'test/dialects/v1-domain/mapper.spec.ts',
    'test/dialects/v1-domain/rules.spec.ts',
  ],
};

/** Lists and modules: nothing in them can be wrong that a compiler lets through. */
const WITHOUT_CODE = ['libs/clients/src/index.ts', 'libs/clients/src/clients.module.ts'];
/** Asks a server. */
const WITH_SERVER = ['test/clients/redirect-uri-corpus.spec.ts'];

const FORMS = {
  whole: {
    code: [...filesIn('libs/clients/src', '.ts').filter((file) => !WITHOUT_CODE.includes(file)), ...mappers.code],
    tests: [...filesIn('test/clients', '.spec.ts').filter((file) => !WITH_SERVER.includes(file)), ...mappers.tests],
  },
  /** Where tokens are sent: the rules that a mistake would hurt most. */
  short: {
    code: ['libs/clients/src/redirect-uri.ts', 'src/dialects/v1-domain/v1-domain.rules.ts'],
    tests: ['test/clients/redirect-uri.spec.ts', 'test/dialects/v1-domain/rules.spec.ts'],
  },
};

export const { code, tests } = FORMS[process.env.MUTANTS === 'short' ? 'short' : 'whole'];
