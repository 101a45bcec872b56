import { apis } from '../../src/app.js';

/** Texts by names. */
export type Texts = Readonly<Record<string, string>>;

/** The OpenAPI documents as a server gives them out, by the names of their APIs. */
export async function servedDocuments(url: string): Promise<Texts> {
  const read = async ({ name }: { readonly name: string }) =>
    [name, await (await fetch(`${url}/openapi/${name}.json`)).text()] as const;
  return Object.fromEntries(await Promise.all(apis.map(read)));
}
