/** undefined when there is nothing, or something unknown in between. */
export function median(values) {
  if (values.length === 0 || values.includes(undefined)) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function fixed(value, digits) {
  return value === undefined ? '-' : value.toFixed(digits);
}

/** The medians of each process's rounds, from the least to the most; undefined where something is unknown. */
export function spreadOfProcesses(rounds, figure) {
  const processes = [...new Set(rounds.map(({ process }) => process))];
  const medians = processes.map((one) =>
    median(rounds.filter(({ process }) => process === one).map((round) => round[figure])),
  );
  return spreadOf(medians);
}

/** undefined when there is nothing, or something unknown in between. */
export function spreadOf(values) {
  return values.length === 0 || values.includes(undefined) ? undefined : [Math.min(...values), Math.max(...values)];
}

export function span(ends, digits) {
  return ends === undefined ? '-' : ends.map((end) => fixed(end, digits)).join('..');
}

/** Inside each round, the figure of one side against that of another. */
export function ratios(subject, floor, figure) {
  return subject.map((round, index) => {
    const base = floor[index]?.[figure];
    return round[figure] === undefined || base === undefined ? undefined : round[figure] / base;
  });
}
