/** The settings as read that decide whether others have an effect. */
interface SettingsRead {
  readonly databaseUrl?: string;
  readonly trustedIssuers: readonly unknown[];
  readonly sendTraces: boolean;
}

type Given = Readonly<Record<string, string | undefined>>;

/** OpenTelemetry's settings for signals, exporters and propagators that the server does not have. */
const NO_TRACES =
  /^OTEL_(LOGS?|LOGRECORD|BLRP|METRICS?|PROPAGATORS|EXPORTER_(?!OTLP)|EXPORTER_OTLP_(LOGS|METRICS))(_|$)/;

/** Variables that psql reads beside a database's URL and pg does not. */
const UNREAD = ['PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY', 'PGSERVICE'];

/** A sentence for each given setting that has no effect, so that nobody relies on it. */
export function settingsWithoutEffect(given: Given, names: readonly string[], read: SettingsRead): string[] {
  const idle: string[] = [];
  if (given.DATA_DIR !== undefined && read.databaseUrl !== undefined) {
    idle.push('DATA_DIR has no effect beside DATABASE_URL.');
  }
  if (given.TRUSTED_ISSUERS !== undefined && read.trustedIssuers.length === 0) {
    idle.push('TRUSTED_ISSUERS has no effect: it names no issuer.');
  }
  for (const name of UNREAD) {
    if (given[name] !== undefined && read.databaseUrl !== undefined) {
      idle.push(`${name} has no effect: DATABASE_URL has to say it (docs/operations.md, TLS to the database).`);
    }
  }
  return [...idle, ...idleTracing(given, read), ...misspelt(given, names)];
}

function idleTracing(given: Given, { sendTraces }: SettingsRead): string[] {
  const names = Object.keys(given).filter((name) => name.startsWith('OTEL_') && name !== 'OTEL_SDK_DISABLED');
  if (!sendTraces) {
    const idle = names.filter((name) => name !== 'OTEL_TRACES_EXPORTER' || given[name] !== 'none');
    return idle.map((name) => `${name} has no effect: no traces are sent (docs/monitoring.md says when they are).`);
  }
  const idle = names
    .filter((name) => NO_TRACES.test(name))
    .map((name) => `${name} has no effect: of OpenTelemetry there are only traces, in trace contexts of the W3C.`);
  if (given.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined) {
    idle.push('OTEL_EXPORTER_OTLP_ENDPOINT has no effect beside OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.');
  }
  return idle;
}

/** Finds misspelt names. Skips short ones, which resemble too many others, and OpenTelemetry's own. */
function misspelt(given: Given, names: readonly string[]): string[] {
  const ours = names.filter((name) => name.length > 'HOST'.length && !name.startsWith('OTEL_'));
  const strangers = Object.keys(given).filter((name) => !names.includes(name) && !name.startsWith('OTEL_'));
  return strangers.flatMap((name) => {
    const meant = ours.find((each) => distance(name.replaceAll('_', ''), each.replaceAll('_', '')) <= slips(each));
    return meant === undefined ? [] : [`${name} has no effect: is ${meant} meant?`];
  });
}

/** How many letters of a name may be wrong without making it another one. */
function slips(name: string): number {
  return name.length < 10 ? 1 : 2;
}

/** How many letters must be added, left out, changed or swapped with the next to turn one text into the other. */
function distance(one: string, other: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1));
      if (isSwapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[other.length]!;
}
