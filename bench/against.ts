// `npm run bench -- --against COMMIT`: the product as it is against itself at another commit, each with a database of its
// own in one PostgreSQL, in pairs of rounds.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildCommit, git } from './commit.js';
import { compare, type Result, type Round } from './compare.js';
import { pinToLoad } from './cpu.js';
import { Data } from './data.js';
import type { MeasuringStage } from './measure.js';
import { fixed, median, ratios, span, spreadOf, spreadOfProcesses } from './numbers.js';
import { type Operation, operations } from './operations.js';
import type { Options } from './options.js';
import { startPostgres, temporaryFolder, withClient } from './postgres.js';
import { startProduct, startProducts } from './product.js';
import { type Home, type RequestOf, requestsIn } from './requests.js';
import { saveResults } from './results.js';
import type { Environment, Server } from './server.js';
import { settings } from './settings.js';
import { markdown } from './table.js';
import { homesIn } from './tenants.js';
import type { Undo } from './undo.js';

const KEYS = ['read', 'readCold', 'create', 'putChanged', 'putUnchanged', 'delete', 'list10'];
const DIALECTS = ['accounts', 'v1'] as const;
/** More writes and cold reads than one server answers; hot reads and lists may come again. */
const MOST_PER_SECOND = 12_000;
const FIGURES = ['perSecond', 'serverCpu', 'postgresCpu'] as const;

/** An operation in one dialect. */
type Comparable = Operation & { readonly request: RequestOf };

/** The rounds of both versions, in pairs. */
interface Pairs {
  readonly operation: string;
  readonly callers: number;
  readonly old: readonly Round[];
  readonly new: readonly Round[];
}

interface Combination {
  readonly domains: string;
  readonly instances: number;
  readonly pairs: readonly Pairs[];
}

type Stage = Pick<MeasuringStage, 'postgres'> & { readonly undo: Undo };

export async function measure(undo: Undo, { against, filter }: Options): Promise<void> {
  const commit = git('rev-parse', '--verify', '--quiet', `${against}^{commit}`);
  if (!commit) throw new Error(`git knows no commit "${against}".`);
  const chosen = comparable(() => ({ name: '' })).filter(({ name }) => name.includes(filter));
  if (chosen.length === 0) throw new Error(`No operation has "${filter}" in its name.`);
  sayHowLong(chosen.length);
  const { main, notes } = await built(undo, commit);
  pinToLoad();
  const stage = { undo, postgres: await startPostgres(undo) };
  const results: Combination[] = [];
  try {
    for (const domains of settings.domains) {
      const old = await Version.load(stage, { name: 'old', main, domains, more: settings.oldEnv });
      const present = await Version.load(stage, { name: 'new', domains });
      const data = { settle: () => Promise.all([old.data.settle(), present.data.settle()]) };
      for (const instances of settings.instances) {
        const pairs = await measurePairs({ ...stage, data, failures: [] }, [old, present], { chosen, instances });
        const combination = { domains, instances, pairs };
        results.push(combination);
        process.stdout.write(`\n${titleOf(combination)}\n\n${ratioTable(pairs)}\n`);
      }
    }
  } finally {
    const figures = { commit, present: git('rev-parse', 'HEAD'), notes, results };
    process.stderr.write(`\n${notes.map((note) => `- ${note}\n`).join('')}`);
    if (results.length > 0) process.stderr.write(`All figures: ${saveResults('against', figures)}\n`);
  }
}

/** The operations in both dialects, by name, with the requests that are made of the homes. */
function comparable(homeOf: (number: number) => Home): Comparable[] {
  const requests = requestsIn(homeOf);
  return operations({ secrets: [] })
    .filter(({ key }) => KEYS.includes(key))
    .flatMap((operation) =>
      DIALECTS.map((dialect) => ({
        ...operation,
        name: `${dialect} ${operation.name}`,
        request: operation.requestOf!(requests[dialect]),
        mostPerSecond: MOST_PER_SECOND,
        // What is read cold is there from the beginning.
        prepare: undefined,
      })),
    );
}

/** The other commit, and what was changed in it. */
async function built(undo: Undo, commit: string) {
  const notes: string[] = [];
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
  private constructor(
    private readonly undo: Undo,
    readonly name: string,
    /** Its program; undefined = that of this build. */
    private readonly main: string | undefined,
    private readonly env: Environment,
    readonly data: Data,
    readonly requests: ReadonlyMap<string, RequestOf>,
  ) {}

  static async load(
    { undo, postgres }: Stage,
    { name, main, domains, more }: { name: string; main?: string; domains: string; more?: Environment },
  ): Promise<Version> {
    process.stderr.write(`Loading clients for the ${name} version (domains: ${domains}) …\n`);
    const database = `${name}_${domains}`;
    await withClient(postgres.url(), (client) => client.query(`create database "${database}"`));
    const DATABASE_URL = postgres.url(database);
    const env = { DATABASE_URL, ...more };
    const server = await startProduct(undo, env, { name, main });
    const { homeOf, domain } = await homesIn(server, domains);
    await server.stop();
    const data = new Data(DATABASE_URL, { hasFloor: false, domains: [domain] });
    await undo.add(() => data.close());
    await data.fill(settings.clients);
    await data.addCold(settings.coldClients);
    const requests = new Map(comparable(homeOf).map((operation) => [operation.name, operation.request]));
    return new Version(undo, name, main, env, data, requests);
  }

  start(count: number): Promise<Server[]> {
    return startProducts(this.undo, this.env, { name: this.name, main: this.main, count });
  }
}

/** New processes of both versions again and again, and a part of the rounds with each. */
async function measurePairs(
  stage: MeasuringStage,
  versions: readonly [old: Version, present: Version],
  { chosen, instances }: { readonly chosen: readonly Comparable[]; readonly instances: number },
): Promise<Pairs[]> {
  const share = Math.ceil(settings.pairs / settings.processes);
  const parts: Result[][] = [];
  for (let process = 0; process < settings.processes; process += 1) {
    const groups: Server[][] = [];
    for (const version of versions) groups.push(await version.start(instances));
    const sidesOf = ({ name }: Operation) =>
      versions.map((version, index) => ({
        name: version.name,
        groups: [groups[index]!],
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
      const roundsOf = (side: number) =>
        parts.flatMap((part, process) =>
          part[index]!.sides[side]!.closed[callers]!.map((round) => ({ ...round, process })),
        );
      return { operation: name, callers, old: roundsOf(0), new: roundsOf(1) };
    }),
  );
}

function titleOf({ domains, instances }: Combination) {
  const where = domains === 'default' ? 'the default domain, the operator’s key' : `${domains} domains of tenants`;
  return `New against old: ${where}, instances: ${instances}, ${settings.postgres} PostgreSQL; callers are for each instance.`;
}

function ratioTable(pairs: readonly Pairs[]) {
  const columns = ['operation', 'callers'];
  for (const figure of ['requests/s', 'server CPU', 'PostgreSQL CPU']) columns.push(figure, 'min..max', 'of processes');
  columns.push('server CPU µs', 'PostgreSQL CPU µs');
  const rows = pairs.map(({ operation, callers, old, new: present }) => [
    operation,
    String(callers),
    ...FIGURES.flatMap((figure) => {
      const each = ratios(present, old, figure);
      const rounds = each.map((ratio, index) => ({ ratio, process: present[index]!.process }));
      return [fixed(median(each), 2), span(spreadOf(each), 2), span(spreadOfProcesses(rounds, 'ratio'), 2)];
    }),
    ...(['serverCpu', 'postgresCpu'] as const).map((figure) => fixed(median(present.map((round) => round[figure])), 0)),
  ]);
  return markdown(columns, rows);
}

function sayHowLong(count: number) {
  const combinations = settings.domains.length * settings.instances.length;
  const rounds = count * settings.callers.length * settings.pairs * 2;
  const minutes = (combinations * rounds * settings.pairSeconds * 1.3) / 60;
  process.stderr.write(`${combinations} combinations of ${rounds} rounds: some ${Math.ceil(minutes)} minutes.\n`);
}
