import { readdirSync } from 'node:fs';
import type { Query } from '../../bench/postgres.js';
import type { Environment } from '../../bench/server.js';
import { Books } from '../books.js';
import { call, type Target } from '../call.js';
import { documented } from '../documented.js';
import { InstalledPostgres, installedPrograms } from '../installed-postgres.js';
import type { Outcome } from '../report.js';
import type { Stage } from '../stage.js';
import { until } from '../until.js';
import { Writers } from '../writers.js';

export const title = 'a dump under load, restored elsewhere';

const PUBLIC_URL = 'https://clients.example.com';
const PEPPER = 'a pepper that is kept beside the dumps';
const CREDENTIALS = '/admin/credentials';

/** What is told of a credential. */
interface Issued {
  readonly id: string;
  readonly apiKey: string;
  readonly accessToken: string;
}

/** Runs the block of the document that begins with this. */
type Shell = (block: string, env: Environment) => Promise<void>;

export async function run(stage: Stage): Promise<Outcome> {
  const [before, after] = [await machine(stage), await machine(stage)];
  const settings = { PUBLIC_URL, SECRET_PEPPER: PEPPER };
  const server = await stage.product({ ...settings, DATABASE_URL: before.url() });
  const [kept, revoked] = [await issue(server), await issue(server)];
  await call(server, 'DELETE', `${CREDENTIALS}/${revoked.id}`);

  stage.progress('dumping under load');
  const writers = new Writers(() => server);
  await until('writes are acknowledged', () => writers.acknowledged.length >= stage.size(2000, 200));
  const acknowledged = [...writers.acknowledged];
  const folder = await stage.folder();
  const shell: Shell = (block, env) => documented(block, { folder, env, programs: installedPrograms() });
  await shell('pg_dump', { DATABASE_URL: before.url() });
  const early = acknowledged.length;
  const during = writers.acknowledged.length - early;
  const later = await issue(server);
  await writers.stop();

  stage.progress('restoring');
  await shell('pg_restore', { RESTORED_DATABASE_URL: after.url() });
  const query: Query = (sql, values) => after.query(sql, values);
  const books = new Books();
  await books.check(query, { acknowledged, refused: [] });
  const restored = await stage.product({ ...settings, DATABASE_URL: after.url() });
  const fail = (sentence: string) => stage.failures.push(sentence);
  const secrets = await books.verifySecrets(restored);
  const statuses = async (headers: Target['headers']) =>
    (await call({ url: restored.url, headers }, 'GET', '/clients?size=1')).status;
  const credentials: [what: string, issued: Issued, status: number][] = [
    ['A key', kept, 200],
    ['A revoked key', revoked, 401],
    ['A key made after the dump', later, 401],
  ];
  for (const [what, { apiKey, accessToken }, expected] of credentials) {
    const key = await statuses({ 'x-api-key': apiKey });
    const token = await statuses({ authorization: `Bearer ${accessToken}` });
    if (key !== expected || token !== expected) fail(`${what} got ${key}, and as a token ${token}.`);
  }
  const [sums] = await query<{ there: number }>('select count(*)::int as there from clients');
  const { there } = sums!;
  const { total } = (await call<{ total: number }>(restored, 'GET', '/clients?size=1')).body;
  if (total !== there) fail(`The list says ${total} clients, and there are ${there}.`);
  const written = new Writers(() => restored);
  await until('writes are acknowledged', () => written.acknowledged.length >= 100);
  await written.stop();
  await books.check(query, written);
  stage.failures.push(...written.wrong);

  const wrong = await stage.spawn({
    ...settings,
    DATABASE_URL: after.url(),
    SECRET_PEPPER: 'another pepper than that',
  });
  await until('a server with another pepper ends', () => wrong.hasExited());
  const isSaid = wrong.child.exitCode === 1 && /^SECRET_PEPPER is not the one [^\n]*\.\n/.test(wrong.output);
  if (!isSaid) fail(`A server with another pepper ended with ${wrong.child.exitCode}:\n${wrong.output}`);
  await copyEmbedded(stage, shell, fail);
  return {
    counts: {
      'writes acknowledged before the dump': early,
      'writes acknowledged while it was taken': during,
      'acknowledged writes lost': books.lost,
      'half done': books.halfDone,
      'clients restored': there,
      'secrets that verify': secrets,
    },
    failures: books.failures,
  };
}

/** The embedded PostgreSQL is backed up by copying its folder. */
async function copyEmbedded(stage: Stage, shell: Shell, fail: (sentence: string) => void) {
  stage.progress('copying the embedded database');
  const folder = await stage.folder();
  const DATA_DIR = `${folder}/data`;
  const server = await stage.product({ DATA_DIR, SECRET_PEPPER: '' });
  const path = '/v1/domain/default/client/copied';
  const { body } = await call<{ clientSecret: string }>(server, 'PUT', path, {
    body: { clientType: 'Confidential', grantType: 'ClientCredentials' },
  });
  await server.stop();
  await shell('DATA_DIR=', { DATA_DIR });
  const copied = readdirSync(folder).find((name) => name.startsWith('data.backup-'));
  const copy = await stage.product({ DATA_DIR: `${folder}/${copied}`, SECRET_PEPPER: '' });
  const verdict = await call<{ valid: boolean } | undefined>(copy, 'POST', `${path}/secrets/verify`, {
    body: { secret: body.clientSecret },
  });
  if (!verdict.body?.valid) fail(`The copy of the embedded database does not know the secret (${verdict.status}).`);
}

async function machine(stage: Stage) {
  const postgres = new InstalledPostgres(await stage.folder());
  await stage.undo.add(() => postgres.stop());
  postgres.initialise();
  await postgres.start();
  return postgres;
}

async function issue(server: Target) {
  const { body } = await call<Issued>(server, 'POST', CREDENTIALS, { body: { name: 'kept', domain: 'default' } });
  return body;
}
