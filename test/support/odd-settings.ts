import type { TestDatabase } from './test-database.js';

/** As no database of ours begins; each alone would change what a statement means, or how it ends. Anybody may set them back. */
export const ODD_SETTINGS: Readonly<Record<string, string>> = {
  datestyle: 'German',
  intervalstyle: 'sql_standard',
  timezone: 'Pacific/Kiritimati',
  default_transaction_isolation: 'serializable',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  array_nulls: 'off',
  transform_null_equals: 'on',
  standard_conforming_strings: 'off',
  client_encoding: 'LATIN1',
};

/** Gives all sessions that are opened from now on these settings. */
export async function setDefaults(database: TestDatabase, settings: Readonly<Record<string, string>>): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  for (const [setting, value] of Object.entries(settings))
    await database.query(`alter database ${name} set ${setting} = '${value}'`);
}
