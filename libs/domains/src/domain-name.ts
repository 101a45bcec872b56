const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const LABELS = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const MAX_LENGTH = 253;

/** What is wrong with a domain name (spec/v1-dialect.md, Domains); undefined when it may be registered. */
export function domainNameFault(name: string): string | undefined {
  if (name.length > MAX_LENGTH) return `must be at most ${MAX_LENGTH} characters`;
  if (!LABELS.test(name)) {
    return 'must be labels of 1 to 63 lower-case letters, digits and inner hyphens, separated by dots';
  }
  return undefined;
}
