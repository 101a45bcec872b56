// The types of libs/api-client, made from the OpenAPI documents.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString, type OpenAPI3, type OperationObject } from 'openapi-typescript';

/** What the documents are made for: any server's have the same types, but examples print its URL. */
export const PUBLIC_URL = 'http://localhost:7472';

export function fileOf(name: string): string {
  return path.resolve(fileURLToPath(import.meta.url), '../../libs/api-client/src/generated', `${name}.ts`);
}

/** The TypeScript of a document. */
export async function typesOf(document: OpenAPI3): Promise<string> {
  const text = astToString(await openapiTS(withOwnTypes(document), { alphabetize: true, defaultNonNullable: false }));
  return `// Made from the OpenAPI document by \`npm run generate\`; do not edit.\n${text}`;
}

/** Each body under its first content type alone, the one that is sent: openapi-fetch would take a text under the others. */
function withOwnTypes(document: OpenAPI3): OpenAPI3 {
  const copy = structuredClone(document);
  const operations: OperationObject[] = Object.values(copy.paths ?? {}).flatMap((path) => Object.values(path));
  for (const { requestBody } of operations) {
    if (requestBody && 'content' in requestBody)
      requestBody.content = Object.fromEntries(Object.entries(requestBody.content).slice(0, 1));
  }
  return copy;
}
