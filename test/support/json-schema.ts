import { throughTheSdk } from './packages.js';

interface Tv4 {
  freshApi(): Tv4;
  addFormat(formats: object): void;
  addSchema(schema: object): void;
  validateMultiple(
    data: unknown,
    schema: object,
  ): { valid: boolean; errors: { dataPath: string; message: string }[]; missing: string[] };
}

/** The meta-schema of draft-04, as the SDK has it. */
export const DRAFT_04: object = throughTheSdk('json-schema-remote', 'json-schema-remote/schema/schema.json');

/** What the SDK's own validator finds wrong with `data`: `path: message`, or a schema that it would have to fetch. */
export function schemaFaults(data: unknown, schema: object): string[] {
  const tv4 = (throughTheSdk('json-schema-remote', 'tv4') as Tv4).freshApi();
  tv4.addFormat(throughTheSdk('json-schema-remote', 'tv4-formats'));
  tv4.addSchema(schema);
  const { errors, missing } = tv4.validateMultiple(data, schema);
  return [
    ...errors.map(({ dataPath, message }) => `${dataPath || '/'}: ${message}`),
    ...missing.map((uri) => `refers to ${uri}`),
  ];
}
