import { createRequire } from 'node:module';

/** A package as others would load it, e.g. what they validate with. `path` leads to it, each found from the one before. */
// biome-ignore lint/suspicious/noExplicitAny: these packages have no types
export function throughPackages(...path: string[]): any {
  let load = createRequire(import.meta.url);
  for (const name of path.slice(0, -1)) load = createRequire(load.resolve(name));
  return load(path.at(-1)!);
}

/** A package as the SDK itself would load it. */
// biome-ignore lint/suspicious/noExplicitAny: these packages have no types
export function throughTheSdk(...path: string[]): any {
  return throughPackages('ec.sdk', ...path);
}
