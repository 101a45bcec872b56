// `npm run bench -- --against COMMIT`: the product as it is against itself at another commit, each with a database of its
// own in one PostgreSQL, in pairs of rounds.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildCommit, git } from './commit.mjs';
import { compare } from './compare.mjs';
import { pinToLoad } from './cpu.mjs';
import { Data } from './data.mjs';
import { fixed, median, ratios, span, spreadOf, spreadOfProcesses } from './numbers.mjs';
import { operations } from './operations.mjs';
import { startPostgres, temporaryFolder, withClient } from './postgres.mjs';
import { startProduct, startProducts } from './product.mjs';
import { requestsIn } from './requests.mjs';
import { saveResults } from './results.mjs';
import { settings } from './settings.mjs';
import { markdown } from './table.mjs';
import { homesIn } from './tenants.mjs';

const KEYS = ['read', 'readCold', 'create', 'putChanged', 'putUnchanged', 'delete', 'list10'];
const DIALECTS = ['accounts', 'v1'];
/** More writes and cold reads than one server answers; hot reads and lists may come again. */
const MOST_PER_SECOND = 12_000;
const FIGURES = ['perSecond', 'serverCpu', 'postgresCpu'];

export async function measure(undo, { against, filter }) {
  const commit = git('rev-parse', '--verify', '--quiet', `${against}^{commit}`);
  if (!commit) throw new Error(`git knows no commit "${against}".`);
  const chosen = comparable(() => ({})).filter(({ name }) => name.includes(filter));
  if (chosen.length === 0) throw new Error(`No operation has "${filter}" in its name.`);
  sayHowLong(chosen.length);
  const { main, notes } = await built(undo, commit);
  pinToLoad();
  const stage = { undo, postgres: await startPostgres(undo), failures: [] };
  const results = [];
  try {
    for (const domains of settings.domains) {
      const old = await Version.load(stage, { name: 'old', main, domains, more: settings.oldEnv });
      const present = await Version.load(stage, { name: 'new', domains });
      stage.data = { settle: () => Promise.all([old.data.settle(), present.data.settle()]) };
      for (const instances of settings.instances) {
        const pairs = await measurePairs(stage, [old, present], { chosen, instances });
        results.push({ domains, instances, pairs });
        process.stdout.write(`\n${titleOf(results.at(-1))}\n\n${ratioTable(pairs)}\n`);
      }
    }
  } finally {
    const figures = { commit, present: git('rev-parse', 'HEAD'), notes, results };
    process.stderr.write(`\n${notes.map((note) => `- ${note}\n`).join('')}`);
    if (results.length > 0) process.stderr.write(`All figures: ${saveResults('against', figures)}\n`);
  }
}

/** The operations in both dialects, by name, with the requests that are made of the homes. */
function comparable(homeOf) {
  const requests = requestsIn(homeOf);
  return operations({ secrets: [] })
    .filter(({ key }) => KEYS.includes(key))
    .flatMap((operation) =>
      DIALECTS.map((dialect) => ({
        ...operation,
        name: `${dialect} ${operation.name}`,
        request: operation.requestOf(requests[dialect]),
        mostPerSecond: MOST_PER_SECOND,
        // What is read cold is there from the beginning.
        prepare: undefined,
      })),
    );
}

/** The other commit, and what was changed in it. */
async function built(undo, commit) {
  const notes = [];
  process.stderr.write(`Building ${commit} …\n`);
  const main = buildCommit(commit, await temporaryFolder(undo), (folder) => {
    const smallHeap = path.join(folder, 'src/small-heap.ts');
    if (!existsSync(smallHeap)) return;
    writeFileSync(smallHeap, 'export function keepHeapSmall(): void {}\n');
    notes.push('The old version runs without `--heap-growing-percent`, which slowed most of its processes down.');
  });
  return { main, notes };
}

/** One of the two, with a database that its own servers have made. */
class Version {
  static async load(stage, { name, main, domains, more }) {
    process.stderr.write(`Loading clients for the ${name} version (domains: ${domains}) …\n`);
    const version = new Version();
    const database = `${name}_${domains}`;
    await withClient(stage.postgres.url(), (client) => client.query(`create database "${database}"`));
    const DATABASE_URL = stage.postgres.url(database);
    Object.assign(version, { name, main, undo: stage.undo, env: { DATABASE_URL, ...more } });
    const server = await startProduct(stage.undo, version.env, { name, main });
    const { homeOf, domain } = await homesIn(server, domains);
    await server.stop();
    version.data = new Data(DATABASE_URL, { hasFloor: false, domain });
    await stage.undo.add(() => version.data.close());
    await version.data.fill(settings.clients);
    await version.data.addCold(settings.coldClients);
    version.requests = new Map(comparable(homeOf).map((operation) => [operation.name, operation.request]));
    return version;
  }

  start(count) {
    return startProducts(this.undo, this.env, { name: this.name, main: this.main, count });
  }
}

/** New processes of both versions again and again, and a part of the rounds with each. */
async function measurePairs(stage, versions, { chosen, instances }) {
  const share = Math.ceil(settings.pairs / settings.processes);
  const parts = [];
  for (let process = 0; process < settings.processes; process += 1) {
    const groups = [];
    for (const version of versions) groups.push(await version.start(instances));
    const sidesOf = ({ name }) =>
      versions.map((version, index) => ({
        name: version.name,
        groups: [groups[index]],
        request: version.requests.get(name),
        rows: version.data,
        isMain: true,
        isProduct: true,
      }));
    const plan = { connections: settings.callers, roundsAt: () => share, seconds: settings.pairSeconds };
    parts.push(await compare(stage, chosen, { sidesOf, hasOpenLoop: false, ...plan }));
    for (const server of groups.flat()) await server.stop();
  }
  return chosen.flatMap(({ name }, index) =>
    settings.callers.map((callers) => {
      const [old, present] = versions.map((_version, side) =>
        parts.flatMap((part, process) =>
          part[index].sides[side].closed[callers].map((round) => ({ ...round, process })),
        ),
      );
      return { operation: name, callers, old, new: present };
    }),
  );
}

function titleOf({ domains, instances }) {
  const where = domains === 'default' ? 'the default domain, the operator’s key' : `${domains} domains of tenants`;
  return `New against old: ${where}, instances: ${instances}, ${settings.postgres} PostgreSQL; callers are for each instance.`;
}

function ratioTable(pairs) {
  const columns = ['operation', 'callers'];
  for (const figure of ['requests/s', 'server CPU', 'PostgreSQL CPU']) columns.push(figure, 'min..max', 'of processes');
  columns.push('server CPU µs', 'PostgreSQL CPU µs');
  const rows = pairs.map(({ operation, callers, old, new: present }) => [
    operation,
    String(callers),
    ...FIGURES.flatMap((figure) => {
      const each = ratios(present, old, figure);
      const rounds = each.map((ratio, index) => ({ ratio, process: present[index].process }));
      return [fixed(median(each), 2), span(spreadOf(each), 2), span(spreadOfProcesses(rounds, 'ratio'), 2)];
    }),
    ...['serverCpu', 'postgresCpu'].map((figure) => fixed(median(present.map((round) => round[figure])), 0)),
  ]);
  return markdown(columns, rows);
}

function sayHowLong(count) {
  const combinations = settings.domains.length * settings.instances.length;
  const rounds = count * settings.callers.length * settings.pairs * 2;
  const minutes = (combinations * rounds * settings.pairSeconds * 1.3) / 60;
  process.stderr.write(`${combinations} combinations of ${rounds} rounds: some ${Math.ceil(minutes)} minutes.\n`);
}
