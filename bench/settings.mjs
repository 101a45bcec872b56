/** A number from the environment, at least `least`. */
function number(name, standard, least) {
  const value = Number(process.env[name] || standard);
  if (value >= least) return value;
  process.stderr.write(`${name} must be a number of at least ${least}.\n`);
  process.exit(1);
}

export const settings = {
  /** How long one operation is measured on one server in one round. */
  seconds: number('BENCH_SECONDS', 0.75, 0.1),
  rounds: Math.floor(number('BENCH_ROUNDS', 3, 1)),
  /** Clients in the one domain that is measured. */
  clients: Math.floor(number('BENCH_CLIENTS', 10_000, 1000)),
  /** One connection shows the time that an answer takes, many show what the server can do. */
  connections: [1, 16],
};
