import { parseArgs } from 'node:util';

const POOL_MODES = ['session', 'transaction'];

const USAGE = `npm run chaos -- [options] [fault]

  fault      run only what has this in its file's name, such as "kill" or "03"
  --short    a few rounds of each, in a few minutes
  --pooler   session or transaction: the products go through PgBouncer in this mode
`;

/** What the command line asks for; ends the process when that cannot be understood. */
export function readOptions() {
  const flag = { type: 'boolean', default: false };
  const options = { short: flag, help: flag, pooler: { type: 'string' } };
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    if (positionals.length > 1) throw new Error('Name one fault, or none for all.');
    if (values.help) end(0, USAGE);
    const { short: isShort, pooler } = values;
    if (pooler !== undefined && !POOL_MODES.includes(pooler)) throw new Error('--pooler is session or transaction.');
    return { isShort, pooler, filter: positionals[0] ?? '' };
  } catch (error) {
    return end(1, `${error.message}\n\n${USAGE}`);
  }
}

function end(code, text) {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
