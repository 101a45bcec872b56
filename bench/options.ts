import { parseArgs } from 'node:util';

const USAGE = `npm run bench -- [options] [operation]

  operation        measure only what has this in its name, such as "read one" or "v1 list"
  --no-peers       only the floors and the product
  --save           keep the figures and the plot that the documents show (bench/latest.json, docs/benchmark.svg)

Instead of all that:
  --growth         how the product does with more and more clients
  --workers        WORKERS=1 against WORKERS=2
  --start          time from start to first answer, against a bare Nest + TypeORM + Swagger server
  --bulk           export and import of 100,000 clients: time and memory
  --soak MINUTES   the product's memory under a steady mixed load
  --crowded        readers and writers beside three instances that write a domain as hard as they can
  --against COMMIT the product against itself at another commit, in pairs of rounds

README.md says how to read the tables, and the settings in the environment.
`;

export type Kind = 'comparison' | 'growth' | 'workers' | 'start' | 'bulk' | 'soak' | 'crowded' | 'against';

export interface Options {
  readonly kind: Kind;
  /** What the name of an operation must hold. */
  readonly filter: string;
  readonly peers: boolean;
  readonly save: boolean;
  /** Minutes. */
  readonly soak: number;
  /** A commit. */
  readonly against: string;
}

/** What the command line asks for; ends the process when that cannot be understood. */
export function readOptions(): Options {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: {
        peers: { type: 'boolean', default: true },
        save: flag,
        growth: flag,
        workers: flag,
        start: flag,
        bulk: flag,
        soak: { type: 'string' },
        crowded: flag,
        against: { type: 'string' },
        help: flag,
      },
    });
    if (positionals.length > 1) throw new Error('Put the name of an operation in quotation marks.');
    if (values.soak !== undefined && !(Number(values.soak) > 0)) throw new Error('--soak needs a number of minutes.');
    const kinds = (['growth', 'workers', 'start', 'bulk', 'soak', 'crowded', 'against'] as const).filter(
      (kind) => values[kind],
    );
    if (kinds.length > 1) throw new Error(`One of --${kinds.join(', --')} at a time.`);
    if (values.help) end(0, USAGE);
    const { peers, save, soak, against = '' } = values;
    return { kind: kinds[0] ?? 'comparison', filter: positionals[0] ?? '', peers, save, soak: Number(soak), against };
  } catch (error) {
    return end(1, `${(error as Error).message}\n\n${USAGE}`);
  }
}

function end(code: number, text: string): never {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
