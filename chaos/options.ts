import { parseArgs } from 'node:util';

const POOL_MODES = ['session', 'transaction'] as const;
export type PoolMode = (typeof POOL_MODES)[number];

export interface Options {
  readonly isShort: boolean;
  readonly pooler: PoolMode | undefined;
  /** The PostgreSQL for faults that do not stop it; absent = one is started. */
  readonly database: string | undefined;
  /** What the name of a fault's file must hold. */
  readonly filter: string;
}

const USAGE = `npm run chaos -- [options] [fault]

  fault      run only what has this in its file's name, such as "kill" or "03"
  --short    a few rounds of each, in a few minutes
  --pooler   session or transaction: the products go through PgBouncer in this mode
  --database URL of one who may create databases: faults that leave PostgreSQL alone (01, 05, 06, 10) happen in new databases there
`;

/** What the command line asks for; ends the process when that cannot be understood. */
export function readOptions(): Options {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { short: flag, help: flag, pooler: text, database: text } as const;
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    if (positionals.length > 1) throw new Error('Name one fault, or none for all.');
    if (values.help) end(0, USAGE);
    const pooler = POOL_MODES.find((mode) => mode === values.pooler);
    if (values.pooler !== pooler) throw new Error('--pooler is session or transaction.');
    const { database } = values;
    if (database !== undefined && !URL.canParse(database)) throw new Error('--database is a URL.');
    return { isShort: values.short, pooler, database, filter: positionals[0] ?? '' };
  } catch (error) {
    return end(1, `${(error as Error).message}\n\n${USAGE}`);
  }
}

function end(code: number, text: string): never {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
