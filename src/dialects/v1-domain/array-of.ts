/** Writes a JSON array, batch by batch. `view` makes each entry. */
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
