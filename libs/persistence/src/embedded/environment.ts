/** What a system's own loader needs of the environment. */
const KEPT = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'SystemDrive', 'COMSPEC', 'TEMP', 'TMP'];

/**
 * The environment of PostgreSQL's programs, which their user can read: nothing of ours, which has secrets in it, and
 * nothing of libpq's, which they would obey.
 */
export function programEnvironment(): Record<string, string | undefined> {
  const kept = KEPT.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]);
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** From now on pg connects as it is told alone. What it would read in the shell's PG… speaks of another PostgreSQL. */
export function forgetOtherPostgres(): void {
  for (const name of Object.keys(process.env)) if (/^PG[A-Z]/.test(name)) delete process.env[name];
}
