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

/** Inside each round, the figure of one side against that of another. */
export function ratios(subject, floor, figure) {
  return subject.map((round, index) => {
    const base = floor[index]?.[figure];
    return round[figure] === undefined || base === undefined ? undefined : round[figure] / base;
  });
}
