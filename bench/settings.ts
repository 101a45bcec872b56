/** A number from the environment, at least `least`. */
function number(name: string, standard: number, least: number): number {
  const value = Number(process.env[name] || standard);
  if (value >= least) return value;
  process.stderr.write(`${name} must be a number of at least ${least}.\n`);
  process.exit(1);
}

/** Some of the values of a list, from the environment; `isGood` says which there may be. */
function some(name: string, standard: string, isGood: (text: string) => boolean): string[] {
  const values = (process.env[name] || standard).split(',');
  if (values.every(isGood)) return values;
  process.stderr.write(`${name} cannot be "${values.join(',')}".\n`);
  process.exit(1);
}

const isCount = (text: string) => /^[1-9]\d*$/.test(text);

export const settings = {
  /** How long one operation is measured on one server in one round; wrk makes it a whole second or more. */
  seconds: number('BENCH_SECONDS', 1, 0.1),
  rounds: Math.floor(number('BENCH_ROUNDS', 3, 1)),
  /** Of every server: processes of the same code differ, each for its life, and a round measures one of them. */
  processes: Math.floor(number('BENCH_PROCESSES', 3, 1)),
  /** How long a server is warmed up at first; a fifth of it before each further operation. */
  warmUpSeconds: number('BENCH_WARM_UP', 10, 0.1),
  /** Clients in each domain that is measured: the hot set. */
  clients: Math.floor(number('BENCH_CLIENTS', 5000, 1000)),
  /** Clients that are read once each: more than any cache holds, and than the cold reads of one run ask for. */
  coldClients: Math.floor(number('BENCH_COLD_CLIENTS', 300_000, 1000)),
  /** Clients that are exported and imported. */
  bulkClients: Math.floor(number('BENCH_BULK_CLIENTS', 100_000, 1)),
  /** What the growth run compares; the first is what the others are measured against. */
  sizes: (process.env.BENCH_SIZES || '10000,1000000,10000000,10000000/100000').split(','),
  /** What two versions are compared with: rounds in pairs and the length of each, callers of each instance, instances, and domains. */
  pairs: Math.floor(number('BENCH_PAIRS', 12, 1)),
  pairSeconds: number('BENCH_PAIR_SECONDS', 2, 0.1),
  callers: some('BENCH_CALLERS', '1,16,64', isCount).map(Number),
  instances: some('BENCH_INSTANCES', '1,3', isCount).map(Number),
  /** `default`: that domain, with the operator's key; a number: so many domains, each with a key of its own tenant's. */
  domains: some('BENCH_DOMAINS', 'default,1,100', (text) => text === 'default' || isCount(text)),
  /** What the old side has in its environment, `NAME=value` and so on. */
  oldEnv: Object.fromEntries(
    some('BENCH_OLD_ENV', '', (text) => text === '' || /^\w+=/.test(text))
      .filter(Boolean)
      .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  ),
  /** Which PostgreSQL: the embedded one, or the newest that the system has installed. */
  postgres: some('BENCH_POSTGRES', 'embedded', (text) => ['embedded', 'installed'].includes(text))[0],
  /** PostgreSQL's own cache. */
  sharedBuffers: process.env.BENCH_SHARED_BUFFERS || '1GB',
  /** One connection shows the time that an answer takes, many show what the server can do. */
  connections: [1, 16, 64],
  /** Peers and pgbench are measured at this number alone, and the targets are meant for it. */
  usualConnections: 16,
  /** The part of the slowest server's requests/s at which the open loop asks all of them. */
  openShare: 0.5,
};
