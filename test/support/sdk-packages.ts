import { createRequire } from 'node:module';

/** A package as the SDK itself would load it, e.g. what it validates with. `path` leads from the SDK to it. */
// biome-ignore lint/suspicious/noExplicitAny: these packages have no types
export function throughTheSdk(...path: string[]): any {
  let load = createRequire(import.meta.url);
  load = createRequire(load.resolve('ec.sdk'));
  for (const name of path.slice(0, -1)) load = createRequire(load.resolve(name));
  return load(path.at(-1)!);
}
