import { parseArgs } from 'node:util';

const USAGE = `npm run chaos -- [options] [fault]

  fault      run only what has this in its file's name, such as "kill" or "03"
  --short    a few rounds of each, in a few minutes
`;

/** What the command line asks for; ends the process when that cannot be understood. */
export function readOptions() {
  const flag = { type: 'boolean', default: false };
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { short: flag, help: flag } });
    if (positionals.length > 1) throw new Error('Name one fault, or none for all.');
    if (values.help) end(0, USAGE);
    return { isShort: values.short, filter: positionals[0] ?? '' };
  } catch (error) {
    return end(1, `${error.message}\n\n${USAGE}`);
  }
}

function end(code, text) {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
