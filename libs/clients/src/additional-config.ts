export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** The rule that is broken, and how. */
interface ConfigViolation {
  readonly rule: 'limit' | 'format';
  readonly message: string;
}

const MAX_BYTES = 4 * 1024;
/** The object itself is the first level. */
const MAX_LEVELS = 8;

/** What is wrong with the configuration that a client holds for others (decision 37); undefined = nothing. */
export function additionalConfigViolation(config: JsonObject): ConfigViolation | undefined {
  // Checked first, because JSON.stringify fails on some thousand levels.
  if (isDeeperThan(MAX_LEVELS, config)) {
    return { rule: 'limit', message: `must be at most ${MAX_LEVELS} levels deep` };
  }
  if (Buffer.byteLength(JSON.stringify(config)) > MAX_BYTES) {
    return { rule: 'limit', message: 'must be at most 4 KiB of JSON' };
  }
  if (isStorable(config)) return undefined;
  const message = 'must hold well-formed Unicode without NUL characters, and no number beyond those of a double';
  return { rule: 'format', message };
}

/** Gives equal meanings one spelling: a key with the value null is left out, and an object without keys is null. */
export function normalAdditionalConfig(config: JsonObject): JsonObject | null {
  const entries = Object.entries(config).filter(([, value]) => value !== null);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

function isDeeperThan(levels: number, value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

/** The audit's jsonb has no NUL and no half of a surrogate pair; 1e999 became Infinity, which JSON cannot say. */
function isStorable(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}
