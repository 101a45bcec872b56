/** undefined = unknown. */
export type Figure = number | undefined;
type Ends = readonly [least: number, most: number];
/** What has figures by these names. */
type With<Name extends string> = { readonly [name in Name]?: Figure };

/** undefined when there is nothing, or something unknown in between. */
export function median(values: readonly Figure[]): Figure {
  if (!areKnown(values)) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function fixed(value: Figure, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits);
}

/** The medians of each process's rounds, from the least to the most; undefined where something is unknown. */
export function spreadOfProcesses<Name extends string>(
  rounds: readonly (With<Name> & { readonly process: number })[],
  figure: Name,
): Ends | undefined {
  const processes = [...new Set(rounds.map(({ process }) => process))];
  const medians = processes.map((one) =>
    median(rounds.filter(({ process }) => process === one).map((round) => round[figure])),
  );
  return spreadOf(medians);
}

/** undefined when there is nothing, or something unknown in between. */
export function spreadOf(values: readonly Figure[]): Ends | undefined {
  return areKnown(values) ? [Math.min(...values), Math.max(...values)] : undefined;
}

export function span(ends: Ends | undefined, digits: number): string {
  return ends === undefined ? '-' : ends.map((end) => fixed(end, digits)).join('..');
}

/** Inside each round, the figure of one side against that of another. */
export function ratios<Name extends string>(
  subject: readonly With<Name>[],
  floor: readonly With<Name>[],
  figure: Name,
): Figure[] {
  return subject.map((round, index) => {
    const value: Figure = round[figure];
    const base: Figure = floor[index]?.[figure];
    return value === undefined || base === undefined ? undefined : value / base;
  });
}

/** Whether there is something, and nothing unknown in between. */
function areKnown(values: readonly Figure[]): values is readonly number[] {
  return values.length > 0 && !values.includes(undefined);
}
