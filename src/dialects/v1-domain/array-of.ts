/** A JSON array of what `view` makes of each, written batch by batch. */
export async function* arrayOf<T>(
  batches: AsyncIterable<readonly T[]>,
  view: (each: T) => object,
): AsyncGenerator<string, void> {
  let separator = '[';
  for await (const batch of batches) {
    yield separator + batch.map((each) => JSON.stringify(view(each))).join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}
