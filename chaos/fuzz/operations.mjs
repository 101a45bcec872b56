const APIS = ['accounts', 'v1', 'admin'];

/** Every operation in the documents that a server serves, its schemas made whole. */
export async function operationsOf(url) {
  const operations = [];
  for (const api of APIS) {
    const answer = await fetch(`${url}/openapi/${api}.json`);
    if (!answer.ok) throw new Error(`There is no OpenAPI document of ${api}: ${answer.status}.`);
    const document = await answer.json();
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { parameters = [], requestBody }] of Object.entries(item)) {
        const { schema, examples = {} } = requestBody?.content?.['application/json'] ?? {};
        operations.push({
          method: method.toUpperCase(),
          path,
          parameters,
          body: schema && {
            schema: whole(schema, document.components.schemas),
            examples: Object.values(examples).map(({ value }) => value),
          },
        });
      }
    }
  }
  return operations;
}

/** A schema with what it refers to in its place; none of ours refers to itself. */
function whole(schema, schemas) {
  if (Array.isArray(schema)) return schema.map((each) => whole(each, schemas));
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema.$ref) return whole(schemas[schema.$ref.split('/').at(-1)], schemas);
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, whole(value, schemas)]));
}
