/** Environment variables that a system's own loader needs. */
const KEPT = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'SystemDrive', 'COMSPEC', 'TEMP', 'TMP'];

/**
 * The environment of PostgreSQL's programs. Their user can read it, so it contains nothing of ours, which has secrets,
 * and nothing of libpq's, which they would obey.
 */
export function programEnvironment(): Record<string, string | undefined> {
  const kept = KEPT.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]);
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** Makes pg use only what it is told, and not the shell's PG… variables, which are about another PostgreSQL. */
export function forgetOtherPostgres(): void {
  for (const name of Object.keys(process.env)) if (/^PG[A-Z]/.test(name)) delete process.env[name];
}
